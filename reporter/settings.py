"""What an operator decides, read from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of the drop; each field is read from the variable of its name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    candour_data: Path = Field(default=Path("drop-data"))
    """Folder of the SQLite database and the pieces of files. Made at start."""
    candour_site: Path = Field(default=Path("site"))
    """Folder with site.json, roster.bin and the built site in site/."""
    database_url: str = Field(default="")
    """SQLAlchemy's URL; empty means SQLite at CANDOUR_DATA/drop.db. postgresql:// is read with the psycopg driver."""
    redis_url: str = Field(default="")
    """Where several machines share the global limits; empty means each process counts for itself."""
    limit: str = Field(default="600/second")
    """Envelopes from everybody together. Beyond it only dearer stamps are considered (SPEC 6)."""
    piece_limit: str = Field(default="100/second")
    """Pieces from everybody together."""
    d_base: int = Field(default=14, ge=0, le=18)
    """Zero bits of a stamp on a quiet day; load adds up to 4."""
    d_load: float = Field(default=20.0, gt=0)
    """Envelopes a second, over a minute, that raise d by one bit; each doubling raises it by one more."""
    disk_pieces: float = Field(default=0.80, gt=0, le=1)
    """The share of the quota (or of the disk) at which pieces are refused. The rest is for envelopes."""
    disk_quota: int = Field(default=0, ge=0)
    """Bytes that envelopes and pieces may take together; 0 means the whole disk that CANDOUR_DATA is on."""
    hsts: bool = Field(default=False)
    """Whether browsers are told to come back by https only. Set it once the site is served by https for good."""
    hsts_preload: bool = Field(default=False)
    """Whether browsers may be shipped knowing that. Only for who has the whole domain, and is on the list for years."""
    purge_seconds: int = Field(default=3600, ge=0)
    """At most this often, a pickup request also deletes what the drop no longer keeps."""

    @property
    def database(self) -> str:
        """The URL for SQLAlchemy."""
        url = self.database_url or f"sqlite:///{self.candour_data.resolve() / 'drop.db'}"
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @property
    def transport(self) -> str:
        """The value of Strict-Transport-Security, or nothing (RFC 6797)."""
        if not self.hsts:
            return ""
        return "max-age=63072000; includeSubDomains" + ("; preload" if self.hsts_preload else "")

    @property
    def pieces(self) -> Path:
        """Folder of the pieces."""
        return self.candour_data / "pieces"
