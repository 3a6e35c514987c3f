"""Sending a reply with care: what it must not do is shown first, and a reporter is not drawn into being a source."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.post import decode_post
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.replies import Care, send_message
from handler.cases.tables import CaseRecord
from handler.conversation import drift, duress
from handler.conversation.warnings import Passage, warnings
from handler.errors import Refused
from handler.lifecycle.recording import HOLD, KNOWN, agreed_words, newest_notes, standing

CONSIDERED = "chis-considered"


class WarningsNotRead(Refused):
    """Look at the passages below. Change the reply, or tick that you have read the warnings and send it again."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        super().__init__()


@dataclass(frozen=True)
class Reply:
    """What a handler sends. `read`: they ticked that they read the warnings; `asks`: it asks for something; `passes`:
    no hold stops it."""

    text: str
    urgent: bool = False
    read: bool = False
    asks: bool = True
    passes: bool = False


@dataclass(frozen=True)
class Contact:
    """How often the reporter came back with something new, and how often of it a supervisor has considered.

    `held`: a supervisor holds replies; `words_known`: somebody else may have the reporter's words; `agreed`: words that
    mean that the reporter is not free to write.
    """

    substantive: int
    considered: int
    held: bool = False
    words_known: bool = False
    agreed: duress.Agreement | None = None

    @property
    def due(self) -> bool:
        return drift.due(self.substantive, self.considered)


def send(desk: Desk, case_id: bytes, reply: Reply) -> bytes:
    """Queues a reply; its message id. The audit keeps which kinds of warning were read, never the words.

    Raises WarningsNotRead, StatusNotConsidered, and what `send_message` raises.
    """
    box = CaseBox(case_id, desk.case_key(case_id))
    found = warnings(reply.text)
    with desk.databases.console.read() as console:
        state = contact(console, box)
    if reply.asks:
        drift.check(state.substantive, state.considered)
    if found and not reply.read:
        raise WarningsNotRead(found)
    kinds = tuple(sorted({one.kind.name.lower() for one in found}))
    return send_message(desk, case_id, reply.text, reply.urgent, Care(kinds, reply.asks, reply.passes))


def contact(console: Session, box: CaseBox) -> Contact:
    """Counts the reporter's messages with words after the first report, by their place in the case."""
    kinds = (records.FOLLOW_UP, records.OLD_WORDS)
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(kinds))
    places = []
    for row in console.scalars(chosen):
        follow_up = decode_post(box.open(row)).follow_up
        if follow_up is not None and follow_up.text.strip():
            places.append(row.position)
    notes = newest_notes(console, box)
    stand = standing(notes)
    considered = notes[CONSIDERED].position if CONSIDERED in notes else 0
    return Contact(
        len(places),
        sum(place < considered for place in places),
        held=HOLD in stand,
        words_known=KNOWN in stand,
        agreed=duress.agreement(console, box, agreed_words(console, box)),
    )
