"""Where a console lives and what was decided at its founding.

`Settings` come from the environment; `ConsoleFile` is the folder's `console.json`, written once by `handler init`.
"""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from handler.errors import NotFounded
from handler.lifecycle import periods
from handler.lifecycle.clocks import Deadlines
from handler.lifecycle.holidays import working_days


@dataclass(frozen=True)
class PublicationPolicy:
    """How often a console publishes, and how much. The words are those of the bulletin's `policy` (SPEC 2.1)."""

    publication: int = 21_600  # seconds between publications
    hold: int = 120  # publications that a slot stays
    slots: int = 4  # new slots a publication
    decoys: int = 30  # mean number an hour and visitor
    decoy_limit: int = 8  # most in one visit
    words: str = "new"  # what the client offers first: "new" or "keep"


@dataclass(frozen=True)
class ConsoleFile:
    """`console.json`: nothing in it is secret."""

    name: str
    site: str  # hex of 16 bytes
    roots: tuple[str, str]  # hex: current, spare
    groups: tuple[str, ...]
    authority: str  # hex of the Ed25519 public key
    publisher: str  # hex of the Ed25519 public key
    recovery: str  # hex of the X-Wing public key, 1,216 bytes
    drop_url: str  # the pickup listener
    roster_file: str | None  # where a new roster is looked for, besides the console's own folder
    policy: PublicationPolicy

    @property
    def site_id(self) -> bytes:
        return bytes.fromhex(self.site)

    @property
    def root_keys(self) -> tuple[bytes, bytes]:
        return bytes.fromhex(self.roots[0]), bytes.fromhex(self.roots[1])

    @property
    def recovery_key(self) -> bytes:
        return bytes.fromhex(self.recovery)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "ConsoleFile":
        fields: dict[str, Any] = json.loads(text)
        fields["roots"] = tuple(fields["roots"])
        fields["groups"] = tuple(fields["groups"])
        fields["policy"] = PublicationPolicy(**fields["policy"])
        return cls(**fields)


class Settings(BaseSettings):
    """What the environment says, in the variables named. Tests and commands give `home` directly, never HOME."""

    # The prefix keeps the names of the fields out of the environment: HOME is not the console's folder.
    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore", env_prefix="CONSOLE_")

    home: Path = Field(default=Path("console"), validation_alias="CANDOUR_CONSOLE")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    keyring_url: str = Field(default="", validation_alias="KEYRING_URL")
    origin: str = Field(default="", validation_alias="CONSOLE_ORIGIN")
    """What handlers type, such as https://console.example. Empty only for plain http on this machine."""
    duty_phone: str = Field(default="", validation_alias="CONSOLE_DUTY_PHONE")
    """The duty officer’s line for a threat to life, out of hours too. Empty: pages say that no such cover is set up."""

    smtp: str = Field(default="", validation_alias="CONSOLE_SMTP")
    """The mail server that tells people on duty to sign in, host:port. Empty: this process tells nobody."""

    notify: str = Field(default="", validation_alias="CONSOLE_NOTIFY")
    """Whom it tells: addresses, a comma between."""

    notify_sender: str = Field(default="console@localhost", validation_alias="CONSOLE_NOTIFY_FROM")

    @property
    def duty_addresses(self) -> tuple[str, ...]:
        return tuple(address.strip() for address in self.notify.split(",") if address.strip())

    @property
    def console_database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'console.db'}"

    @property
    def keyring_database(self) -> str:
        return self.keyring_url or f"sqlite:///{self.home / 'keyring.db'}"

    @property
    def secure(self) -> bool:
        """Whether handlers come over TLS, so that cookies are marked Secure."""
        return urlsplit(self.origin).scheme == "https"

    @cached_property
    def console(self) -> ConsoleFile:
        """What was founded here. Raises NotFounded."""
        path = self.home / "console.json"
        if not path.is_file():
            raise NotFounded(str(self.home))
        return ConsoleFile.from_json(path.read_text())

    @cached_property
    def deadlines(self) -> Deadlines:
        """The clocks of cases, in working days of England; as `deadlines.toml` says, where there is one."""
        return periods.deadlines(self.home / periods.NAME, working_days("england"))

    # Files of the home folder.
    @property
    def roster_path(self) -> Path:
        return self.home / "roster.bin"

    @property
    def publisher_key_path(self) -> Path:
        return self.home / "publisher.key"

    @property
    def client_certificate_path(self) -> Path:
        return self.home / "client.pem"

    @property
    def client_key_path(self) -> Path:
        return self.home / "client.key"

    @property
    def ca_path(self) -> Path:
        return self.home / "ca.pem"

    @property
    def web_key_path(self) -> Path:
        return self.home / "web.key"
