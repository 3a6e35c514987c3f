"""The roster: the consoles, their keys and groups, and the audiences, signed by a root (SPEC 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crypto import fields, framing
from crypto.errors import AudienceChanged, BadField, Expired, RolledBack, WrongSite
from crypto.suite import Signer

KIND = 1
LABEL = "candour/1 roster"
MAX_DAYS = 90
MAX_CONSOLES = 8
MAX_CONSOLE_GROUPS = 4
MAX_AUDIENCE_GROUPS = 4


@dataclass(frozen=True)
class Console:
    """A console: its authority and publisher keys (Ed25519, 32 bytes each) and its groups."""

    name: str
    authority: bytes
    publisher: bytes
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Audience:
    """A number 0 to 15 and the 1 to 4 groups it stands for, in byte order."""

    number: int
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """What a root signed. `issued` and `expires` are days; `raw` is the document it was read from, where it was."""

    site: bytes
    serial: int
    issued: int
    expires: int
    consoles: tuple[Console, ...]
    audiences: tuple[Audience, ...]
    raw: bytes = field(default=b"", repr=False, compare=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group, in byte order."""
        return tuple(sorted(group for console in self.consoles for group in console.groups))

    def console(self, name: str) -> Console | None:
        return next((console for console in self.consoles if console.name == name), None)

    def console_of(self, group: str) -> Console | None:
        """The console that a group belongs to."""
        return next((console for console in self.consoles if group in console.groups), None)

    def audience_groups(self, number: int) -> tuple[str, ...]:
        """The groups of an audience; none where the roster does not have it."""
        return next((audience.groups for audience in self.audiences if audience.number == number), ())

    def check_origin(self, site: bytes, serial: int) -> None:
        """Raises WrongSite, or RolledBack for a serial below the one given."""
        if self.site != site:  # spec: 2.1
            raise WrongSite("roster")
        if self.serial < serial:
            raise RolledBack("roster")

    def check_audiences(self, audiences: Mapping[int, Sequence[str]]) -> None:
        """Raises AudienceChanged where one of `audiences` is missing or maps elsewhere."""
        for number, groups in audiences.items():  # spec: 2.1
            if self.audience_groups(number) != tuple(groups):
                raise AudienceChanged(str(number))

    def check_sealing(self, today: int) -> None:
        """Raises Expired. It stops sealing, never reading."""
        if self.expires < today:  # spec: 2.1
            raise Expired("roster")


def encode_roster(roster: Roster, signer: Signer) -> bytes:
    """The signed document. Raises BadField for a roster that no client would take."""
    value = _value(roster)
    _roster(value)
    return framing.sign_document(KIND, LABEL, value, signer)


def parse_roster(raw: bytes, roots: Iterable[bytes]) -> Roster:
    """Reads the document and checks it against the root keys.

    Raises BadLength, BadVersion, BadKind, BadSignature, BadJson, BadField.
    """
    framing.check_document(raw, KIND, LABEL, roots)
    return _roster(framing.open_document(raw, KIND), raw)


def _roster(value: object, raw: bytes = b"") -> Roster:
    m = fields.members(value, "site", "serial", "issued", "expires", "consoles", "audiences")
    roster = Roster(
        site=fields.hexadecimal(m["site"], 16),
        serial=fields.integer(m["serial"], 1),
        issued=fields.day(m["issued"]),
        expires=fields.day(m["expires"]),
        consoles=fields.array(m["consoles"], 1, MAX_CONSOLES, _console),
        audiences=fields.array(m["audiences"], 0, 16, _audience),
        raw=raw,
    )
    _check_consistent(roster)
    return roster


def _console(value: object) -> Console:
    m = fields.members(value, "name", "authority", "publisher", "groups")
    return Console(
        name=fields.name(m["name"]),
        authority=fields.hexadecimal(m["authority"], 32),
        publisher=fields.hexadecimal(m["publisher"], 32),
        groups=fields.array(m["groups"], 1, MAX_CONSOLE_GROUPS, fields.name),
    )


def _audience(value: object) -> Audience:
    m = fields.members(value, "number", "groups")
    return Audience(fields.integer(m["number"], 0, 15), fields.array(m["groups"], 1, MAX_AUDIENCE_GROUPS, fields.name))


def _check_consistent(roster: Roster) -> None:
    if not roster.issued <= roster.expires <= roster.issued + MAX_DAYS:  # spec: 2.1
        raise BadField("expires")
    if len({console.name for console in roster.consoles}) != len(roster.consoles):
        raise BadField("console named twice")
    keys = [key for console in roster.consoles for key in (console.authority, console.publisher)]
    if len(set(keys)) != len(keys):
        raise BadField("key used twice")
    if len(set(roster.groups)) != len(roster.groups):
        raise BadField("group of two consoles")
    numbers = [audience.number for audience in roster.audiences]
    if numbers != sorted(set(numbers)):
        raise BadField("audience numbers")
    for audience in roster.audiences:
        if list(audience.groups) != sorted(set(audience.groups)) or not set(audience.groups) <= set(roster.groups):
            raise BadField(f"audience {audience.number}")


def _value(roster: Roster) -> dict[str, object]:
    return {
        "site": roster.site.hex(),
        "serial": roster.serial,
        "issued": roster.issued,
        "expires": roster.expires,
        "consoles": [
            {"name": c.name, "authority": c.authority.hex(), "publisher": c.publisher.hex(), "groups": list(c.groups)}
            for c in roster.consoles
        ],
        "audiences": [{"number": a.number, "groups": list(a.groups)} for a in roster.audiences],
    }
