"""A small world with fixed keys: two consoles, three audiences, a bulletin each. Tests change copies of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from crypto import calendar, code, documents, envelope, opening, state, suite
from crypto.board import Address, Header, Kind, seal_slot, split_text
from crypto.code import Keys
from crypto.documents import Audience, Bulletin, Console, EpochCertificate, Policy, ReplyCertificate, Roster
from crypto.pins import Pins
from crypto.post import Answer, FollowUp, Item, Post, Report, blind_seen, encode_post, seen_map
from crypto.proof import Proof, content_hash, encode_proof
from crypto.secret import ReportCode, SeedXWing, SigningSeed

SITE = suite.h(b"test site")[:16]
DAY = 20780
NOW = DAY * calendar.DAY + 43200
EPOCH = calendar.epoch_of(DAY)
GROUPS = {"psu": "psu", "independent": "independent"}  # group: console
AUDIENCES = {1: ("psu",), 2: ("independent",), 3: ("independent", "psu")}


def seed(name: str) -> SigningSeed:
    """A fixed Ed25519 seed."""
    return SigningSeed(suite.h(b"test seed " + name.encode()))


def public(name: str) -> bytes:
    return opening.ed25519_public(seed(name))


def signer(name: str) -> suite.Signer:
    return opening.signer(seed(name))


def epoch_seed(group: str, epoch: int = EPOCH) -> SeedXWing:
    return SeedXWing(suite.h(f"test epoch {group} {epoch}".encode()))


ROOTS = (public("root"), public("spare"))
PINS = Pins(SITE, ROOTS, 3, AUDIENCES)


def roster(**changes: object) -> Roster:
    consoles = tuple(
        Console(name, public(f"authority {name}"), public(f"publisher {name}"), (name,))
        for name in ("psu", "independent")
    )
    audiences = tuple(Audience(number, groups) for number, groups in AUDIENCES.items())
    return replace(Roster(SITE, 3, DAY - 10, DAY + 60, consoles, audiences), **changes)  # type: ignore[arg-type]


def roster_raw(root: str = "root", **changes: object) -> bytes:
    return documents.encode_roster(roster(**changes), signer(root))


def epoch_certificate(
    group: str = "psu", epoch: int = EPOCH, authority: str | None = None, site: bytes = SITE
) -> bytes:
    certificate = EpochCertificate(site, group, epoch, suite.xwing_public(epoch_seed(group, epoch)))
    return documents.encode_epoch_certificate(certificate, signer(f"authority {authority or GROUPS[group]}"))


def reply_certificate(
    console: str = "psu", key: str = "reply psu", start: int = DAY - 20, end: int = DAY + 40, site: bytes = SITE
) -> bytes:
    certificate = ReplyCertificate(site, console, start, end, public(key))
    return documents.encode_reply_certificate(certificate, signer(f"authority {console}"))


def parsed_reply(raw: bytes, console: str = "psu") -> ReplyCertificate:
    return documents.parse_reply_certificate(raw, public(f"authority {console}"), SITE)


def bulletin(console: str = "psu", board: bytes = b"", **changes: object) -> Bulletin:
    authority = public(f"authority {console}")
    weeks = [epoch_certificate(console, EPOCH + ahead) for ahead in range(3)]
    base = Bulletin(
        site=SITE,
        console=console,
        number=7,
        time=NOW - 3600,
        epoch=EPOCH,
        roster=3,
        certificates=tuple(documents.parse_epoch_certificate(raw, authority, SITE) for raw in weeks),
        replies=(parsed_reply(reply_certificate(console, f"reply {console}"), console),),
        revoked=(),
        slots=len(board) // 1024,
        board=suite.h(board),
        audit=suite.h(b"audit"),
        policy=Policy(30, 8, 21600, 120, "new"),
    )
    changed = replace(base, **changes)  # type: ignore[arg-type]
    return replace(changed, epoch=changes.get("epoch", calendar.epoch_of(calendar.day_of(changed.time))))


def bulletin_raw(console: str = "psu", board: bytes = b"", publisher: str | None = None, **changes: object) -> bytes:
    return documents.encode_bulletin(bulletin(console, board, **changes), signer(f"publisher {publisher or console}"))


@dataclass
class StateParts:
    """What a /state is put together from. `boards` by console."""

    roster: bytes = field(default_factory=roster_raw)
    boards: dict[str, bytes] = field(default_factory=lambda: {"independent": b"", "psu": b""})
    bulletins: dict[str, bytes] = field(default_factory=dict)
    d: int = 14

    def raw(self) -> bytes:
        bulletins = [self.bulletins.get(name) or bulletin_raw(name, board) for name, board in self.boards.items()]
        return state.encode_state(self.d, self.roster, bulletins, self.boards.values())


def report_code(audience: int = 1, name: str = "first") -> ReportCode:
    return code.new_code(audience, lambda n: suite.h(b"test code " + name.encode())[:n])


def keys(audience: int = 1, name: str = "first") -> Keys:
    return code.derive(report_code(audience, name), SITE, AUDIENCES[audience])


REPORT = Report(
    questionnaire="1",
    routing={"about": Answer(("other-force",)), "danger": Answer(("no",))},
    answers={"what": Answer((), 'He showed me his phone. \u201cDelete it\u201d, he said. Ž\n\u2028 \U0001f512 "\\/')},
)


def post(
    own: Keys | None = None, items: tuple[Item, ...] = (REPORT,), seen: tuple[int, ...] = (), name: str = "post"
) -> Post:
    own = own or keys()
    post_id = suite.h(name.encode())[:16]
    maps = {group: blind_seen(seen_map(seen), secret, post_id) for group, secret in own.secrets.items()}
    return Post(post_id, own.sign_public, own.reader_public, items, maps)


def follow_up(text: str = "One thing more.", own: Keys | None = None) -> Post:
    return post(own, (FollowUp(text),), name="follow-up")


def seal(a_post: Post, own: Keys | None = None, successor: Keys | None = None, epoch: int = EPOCH) -> bytes:
    own = own or keys()
    to = successor or own
    recipients = {
        group: envelope.Recipient(suite.xwing_public(epoch_seed(group, epoch)), secret)
        for group, secret in to.secrets.items()
    }
    sign_new = successor.signer if successor else None
    return envelope.seal(SITE, epoch, recipients, encode_post(a_post), sign=own.signer, sign_new=sign_new)


def address(own: Keys | None = None, group: str = "psu") -> Address:
    own = own or keys()
    return Address(SITE, group, own.thread(group), own.reader_public)


def message_slots(
    text: bytes,
    first_index: int = 0,
    kind: int = Kind.MESSAGE,
    *,
    own: Keys | None = None,
    group: str = "psu",
    name: str = "message",
    key: str | None = None,
    day: int = DAY,
) -> list[bytes]:
    """A whole reply as slots."""
    key = key or f"reply {GROUPS[group]}"
    certificate = documents.certificate_id(reply_certificate(GROUPS[group], key))
    parts = split_text(text)
    return [
        seal_slot(
            address(own, group),
            first_index + n,
            Header(kind, suite.h(name.encode())[:8], n + 1, len(parts), certificate, day, len(part)),
            part,
            signer(key),
        )
        for n, part in enumerate(parts)
    ]


def proof(own: Keys | None = None, post_json: bytes = b"", **changes: object) -> Proof:
    own = own or keys()
    salt = suite.h(b"salt")[:16]
    base = Proof(
        site=SITE,
        group="psu",
        day=DAY - 1,
        signed=DAY,
        thread_id=own.thread("psu").id,
        sign_public=own.sign_public,
        content_hash=content_hash(salt, post_json or encode_post(post(own))),
        salt=salt,
        certificate_id=documents.certificate_id(reply_certificate()),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def proof_raw(own: Keys | None = None, key: str = "reply psu", **changes: object) -> bytes:
    return encode_proof(proof(own, **changes), signer(key))  # type: ignore[arg-type]


def pins_value(pins: Pins = PINS) -> object:
    """Pins as they stand in a site.json."""
    from crypto.pins import pins_json

    return json.loads(pins_json(pins))
