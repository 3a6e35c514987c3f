"""Finding and opening one's replies in a state (SPEC 7). Needs the code's keys: reporters' programs only."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from crypto import opening, proof
from crypto.board import (
    MAX_PARTS,
    REPLY_LABEL,
    ROOM,
    SLOT,
    STATUSES,
    VERSION,
    Address,
    Header,
    Kind,
    cover_key,
    reply_info,
    reply_message,
)
from crypto.bulletin import Bulletin
from crypto.code import Keys
from crypto.errors import (
    BadBox,
    BadCertificate,
    BadCover,
    BadField,
    BadKind,
    BadLength,
    BadPadding,
    BadVersion,
    ProtocolError,
)
from crypto.post import seen_map
from crypto.state import State
from crypto.suite import SIGNATURE, verify
from crypto.thread import TAG

_TEXT_AT = SIGNATURE + 24


@dataclass(frozen=True)
class Slot:
    """One opened slot: its header and the text of its part."""

    header: Header
    text: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """A whole reply. `day` is the day it was written; `data` its bytes: UTF-8, a proof, or nothing."""

    group: str
    kind: Kind
    id: bytes
    day: int
    data: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.data.decode("utf-8")


@dataclass(frozen=True)
class Replies:
    """Every reply a state has for a code, by rising index, and each group's map of indices opened, not blinded."""

    messages: tuple[Message, ...] = ()
    seen: dict[str, bytes] = field(default_factory=dict)

    def of(self, *kinds: Kind) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.kind in kinds)


def read_replies(keys: Keys, state: State) -> Replies:
    """Tries every slot that bears one of the code's tags. A slot that fails in any way is passed over."""
    messages: list[Message] = []
    seen: dict[str, bytes] = {}
    for group in keys.secrets:
        opened = _opened(keys, state, group)
        seen[group] = seen_map(opened)
        messages += _join(group, [opened[index] for index in sorted(opened)])
    return Replies(tuple(messages), seen)


def open_slot(raw: bytes, address: Address, keys: Keys, bulletin: Bulletin) -> Slot:
    """Opens one slot of 1,024 bytes whose tag is this thread's; `bulletin` is that of the group's console.

    Raises BadLength, BadCover, BadSeal, BadVersion, BadKind, BadField, BadPadding, BadCertificate, BadSignature.
    """
    if len(raw) != SLOT:
        raise BadLength("slot")
    tag = raw[:TAG]
    try:
        inner = opening.box_open(cover_key(address.thread, tag), tag, raw[TAG:])
    except BadBox as error:
        raise BadCover from error
    content = opening.open_x25519(keys.reader_private, reply_info(address.site, tag), inner)
    signature, header_raw, text = content[:SIGNATURE], content[SIGNATURE:_TEXT_AT], content[_TEXT_AT:]
    header = _header(header_raw)
    if any(text[header.length :]):
        raise BadPadding("reply")
    text = text[: header.length]
    certificate = bulletin.reply_certificate(header.certificate_id)
    if certificate is None or not certificate.covers(header.day):
        raise BadCertificate
    verify(certificate.public, REPLY_LABEL, reply_message(address, tag, header_raw, text), signature)
    return Slot(header, text)


def _header(raw: bytes) -> Header:
    if raw[0] != VERSION:  # spec: 7
        raise BadVersion("reply")
    if raw[1] not in Kind.__members__.values():
        raise BadKind("reply")
    header = Header(
        kind=raw[1],
        message_id=raw[2:10],
        part=raw[10],
        total=raw[11],
        certificate_id=raw[12:20],
        day=int.from_bytes(raw[20:22], "big"),
        length=int.from_bytes(raw[22:24], "big"),
    )
    if not 1 <= header.part <= header.total <= MAX_PARTS:
        raise BadField("part")
    if header.length > ROOM:
        raise BadLength("reply")
    return header


def _opened(keys: Keys, state: State, group: str) -> dict[int, Slot]:
    """The slots that opened, by index."""
    bulletin = state.bulletin_of(group)
    board = state.boards.get(bulletin.console) if bulletin else None
    if bulletin is None or board is None:
        return {}
    address = Address(keys.site, group, keys.thread(group), keys.reader_public)
    tags = address.thread.tags()
    opened: dict[int, Slot] = {}
    for at in range(0, len(board), SLOT):
        index = tags.get(board[at : at + TAG])
        if index is not None:
            with suppress(ProtocolError):
                opened.setdefault(index, open_slot(board[at : at + SLOT], address, keys, bulletin))
    return opened


def _join(group: str, slots: list[Slot]) -> list[Message]:
    """Whole messages from slots in rising order of their indices; of two with the same id and part the first counts."""
    found: dict[bytes, dict[int, Slot]] = {}
    for slot in slots:
        found.setdefault(slot.header.message_id, {}).setdefault(slot.header.part, slot)
    messages = []
    for message_id, parts in found.items():
        first = next(iter(parts.values())).header
        alike = all((s.header.kind, s.header.total) == (first.kind, first.total) for s in parts.values())
        data = b"".join(parts[part].text for part in sorted(parts))
        if alike and len(parts) == first.total and _fits(Kind(first.kind), data):
            messages.append(Message(group, Kind(first.kind), message_id, parts[1].header.day, data))
    return messages


def _fits(kind: Kind, data: bytes) -> bool:
    """Whether the text is what its kind calls for; a proof is checked when it is used."""
    if kind in (Kind.PROOF, Kind.HANDOVER):
        return len(data) == proof.LENGTH
    if kind in (Kind.SUPERSEDED, Kind.NOT_IN_FORCE):
        return not data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return kind is not Kind.STATUS or text in STATUSES
