"""The ceremony folder: the root keys and the pickup authority's key. It belongs offline once founding is done."""

from dataclasses import dataclass, field
from pathlib import Path

from crypto.opening import ed25519_public, signer
from crypto.secret import SigningSeed
from crypto.suite import Random, Signer
from handler.errors import Refused
from handler.files import PRIVATE, write_new
from handler.founding.tls import Authority

ROOT, SPARE = "root.key", "spare.key"
CA_KEY, CA = "pickup-ca.key", "pickup-ca.pem"
ADVICE = (
    "The root keys and the key of the pickup authority are in {folder}, readable by you alone. "
    "Move root.key and spare.key to two different offline places now, and delete this folder's copies: "
    "they are needed only for `handler root sign` and `handler root refresh`."
)


class NoRootKey(Refused):
    """The ceremony folder has no root key. Bring root.key, or spare.key, back from where it is kept offline."""


class BadRootKey(Refused):
    """This root key is damaged: a key file holds 64 hexadecimal digits. Use the other copy, or the spare."""


@dataclass(frozen=True)
class Roots:
    """The two root keys at their making."""

    current: SigningSeed
    spare: SigningSeed

    @classmethod
    def new(cls, random: Random) -> "Roots":
        return cls(SigningSeed(random(32)), SigningSeed(random(32)))

    @property
    def public(self) -> tuple[bytes, bytes]:
        return ed25519_public(self.current), ed25519_public(self.spare)


@dataclass(frozen=True)
class RootSigner:
    """A root key in use."""

    public: bytes
    sign: Signer = field(repr=False)


def write_ceremony(folder: Path, roots: Roots, authority: Authority) -> None:
    """Into a folder of its own, all of it private."""
    write_new(folder / ROOT, roots.current.expose().hex().encode() + b"\n", PRIVATE)
    write_new(folder / SPARE, roots.spare.expose().hex().encode() + b"\n", PRIVATE)
    write_new(folder / CA_KEY, authority.key, PRIVATE)
    write_new(folder / CA, authority.certificate, PRIVATE)


def root_signer(folder: Path) -> RootSigner:
    """The current root where it is there, else the spare. Raises NoRootKey, BadRootKey."""
    for name in (ROOT, SPARE):
        path = folder / name
        if path.is_file():
            try:
                seed = SigningSeed(bytes.fromhex(path.read_text().strip()))
            except ValueError as error:
                raise BadRootKey(name) from error
            return RootSigner(ed25519_public(seed), signer(seed))
    raise NoRootKey(str(folder))


def pickup_authority(folder: Path) -> Authority:
    """Raises NoRootKey where the files are not there."""
    if not (folder / CA_KEY).is_file() or not (folder / CA).is_file():
        raise NoRootKey(str(folder / CA_KEY))
    return Authority((folder / CA).read_bytes(), (folder / CA_KEY).read_bytes())
