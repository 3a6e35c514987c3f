"""A line to a reporter: the next free tag of a thread, and sealing what is told along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crypto.board import Address, Header, Kind, seal_slot, split_text
from crypto.suite import Random, h
from crypto.thread import FIRST_NOTICE, INDICES, thread_of
from handler.cases.records import ThreadSecrets
from handler.cases.rows import Rows
from handler.cases.tables import Thread
from handler.errors import Refused
from handler.keys.certificates import ReplySigner
from handler.publication.queue import COPIED, PRIORITIES, QUEUED, RESERVE

NOTICES = frozenset({Kind.SUPERSEDED, Kind.NOT_IN_FORCE})


class ThreadFull(Refused):
    """All places of this conversation are used up, so nothing was sent. Shorten it, or ask for a new report."""


def thread_key(group: str, sign: bytes) -> bytes:
    """How a thread is found by the key that signs its posts."""
    return h(b"console thread sign\0", group.encode(), b"\0", sign)


def thread_name(group: str, thread_id: bytes) -> bytes:
    """How a thread is found by its id (SPEC 3)."""
    return h(b"console thread name\0", group.encode(), b"\0", thread_id)


def reader_name(group: str, reader: bytes) -> bytes:
    """How a thread is found by its reader key."""
    return h(b"console thread reader\0", group.encode(), b"\0", reader)


@dataclass
class Line:
    """The counters move as indices are taken; whoever seals stores them in the same transaction as the slots."""

    thread_id: bytes
    case_id: bytes
    address: Address
    next_index: int = 0
    next_notice: int = FIRST_NOTICE

    @classmethod
    def new(cls, site: bytes, group: str, case_id: bytes, thread_id: bytes, secrets: ThreadSecrets) -> "Line":
        return cls(thread_id, case_id, Address(site, group, thread_of(secrets.secret), secrets.reader))

    @classmethod
    def of(cls, row: Thread, site: bytes, group: str, secrets: ThreadSecrets) -> "Line":
        line = cls.new(site, group, row.case_id, row.id, secrets)
        line.next_index, line.next_notice = row.next_index, row.next_notice
        return line

    def room(self, kind: Kind) -> int:
        """How many slots of this kind the thread still has places for."""
        left = INDICES - self.next_notice if kind in NOTICES else FIRST_NOTICE - self.next_index
        return max(0, left)

    def take(self, kind: Kind) -> int:
        """The next index; none is ever taken twice (SPEC 7). Raises ThreadFull."""
        if kind in NOTICES:
            index, self.next_notice = self.next_notice, self.next_notice + 1
            full = index >= INDICES
        else:
            index, self.next_index = self.next_index, self.next_index + 1
            full = index >= FIRST_NOTICE
        if full:
            raise ThreadFull
        return index

    def store(self, row: Thread) -> None:
        row.next_index, row.next_notice = self.next_index, self.next_notice


@dataclass(frozen=True)
class Pen:
    """Who signs, and on which day."""

    signer: ReplySigner
    today: int
    random: Random

    def seal(
        self, rows: Rows, line: Line, kind: Kind, text: bytes, *, message: "Words", copies: Sequence[int] | None = None
    ) -> None:
        """Puts every part of a message into the queue, and its second copy into reserve where its kind has one.

        `copies`: which of the two are sealed, if not those of the kind.
        """
        parts = split_text(text)
        if copies is None:
            copies = (1, 2) if kind in COPIED else (1,)
        for copy in copies:
            for part, content in enumerate(parts, 1):
                index = line.take(kind)
                header = Header(
                    kind, message.id, part, len(parts), self.signer.certificate_id, self.today, len(content)
                )
                sealed = seal_slot(line.address, index, header, content, self.signer.sign)
                rows.slots.append(
                    {
                        **self._slot(line, message),
                        "tag_index": index,
                        "part": part,
                        "state": QUEUED if copy == 1 else RESERVE,
                        "copy": copy,
                        "sealed": sealed,
                    }
                )

    def _slot(self, line: Line, message: "Words") -> dict[str, Any]:
        return {
            "message_id": message.id,
            "thread_id": line.thread_id,
            "certificate": self.signer.certificate_id,
            "priority": message.priority,
            "bundle": message.bundle,
            "publication": None,
            "position": None,
            "seen": False,
        }

    def write(
        self,
        rows: Rows,
        line: Line,
        kind: Kind,
        text: bytes,
        *,
        record_id: bytes,
        priority: int | None = None,
        bundle: bytes | None = None,
        author: bytes | None = None,
    ) -> bytes:
        """A new message along a line: its row and its slots. Its id, 8 bytes."""
        words = Words(self.random(8), PRIORITIES[kind] if priority is None else priority, bundle)
        rows.messages.append(
            {
                "id": words.id,
                "case_id": line.case_id,
                "thread_id": line.thread_id,
                "record_id": record_id,
                "author": author,
                "kind": int(kind),
                "parts": len(split_text(text)),
                "day": self.today,
                "priority": words.priority,
                "confirmed": False,
            }
        )
        self.seal(rows, line, kind, text, message=words)
        return words.id


@dataclass(frozen=True)
class Words:
    """What slots have of their message: its id, its place in the queue, and the slots it goes together with."""

    id: bytes
    priority: int
    bundle: bytes | None = None
