"""First reports become cases: a key of its own for each, the proof of report and an acknowledgement in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.openenvelope import OpenedPost
from crypto.post import Post, Report
from crypto.secret import ContentKey
from handler.audit.log import record
from handler.cases import records, texts
from handler.cases.desk import Desk
from handler.cases.filing import add_pieces, make_proof, seal_record, tell, thread_row
from handler.cases.lines import Line, Pen
from handler.cases.records import CaseBox, ThreadSecrets
from handler.cases.rows import Rows
from handler.cases.tables import CaseNumber
from handler.intake import routing
from handler.intake.circle import Circle
from handler.intake.keepfrom import Named
from handler.intake.notify import note_danger
from handler.intake.rules import CURRENT
from handler.intake.shut import raise_shut
from handler.keys.keyring import case_purpose
from handler.lifecycle import timing
from handler.lifecycle.queue import place
from handler.lifecycle.tables import NAMED


@dataclass(frozen=True)
class FirstReport:
    """What a case is made of. `day`: the drop's, or the one on which it came by phone or letter.

    `words`: the way back to the reporter; None for who was given no words. `channel`: a term of channels.
    """

    group: str
    day: int
    post: Post
    post_json: bytes = field(repr=False)
    words: ThreadSecrets | None = field(repr=False)
    channel: str = ""

    @classmethod
    def of(cls, opened: OpenedPost, day: int) -> "FirstReport":
        """Of an envelope."""
        words = ThreadSecrets(opened.thread_secret, opened.post.sign, opened.post.reader)
        return cls(opened.group, day, opened.post, opened.post_json, words)

    @property
    def report(self) -> Report:
        if self.post.report is None:
            raise ValueError("a case begins with a report")
        return self.post.report


@dataclass(frozen=True)
class Draft:
    """A case that is sealed and not yet written; its number comes with the transaction."""

    case_id: bytes
    key: ContentKey
    first: FirstReport
    flags: tuple[str, ...]
    report_id: bytes  # the report's record
    named: tuple[Named, ...] = ()  # by the reporter: they are not given the key

    @property
    def kept_from(self) -> frozenset[bytes]:
        return frozenset(one.user_id for one in self.named)


@dataclass(frozen=True)
class Maker:
    """What every case of a batch is made with. `pen`: None where nothing is told, for who has no words."""

    desk: Desk
    circle: Circle
    rows: Rows
    pen: Pen | None = None

    def draft(self, first: FirstReport) -> Draft:
        """Seals the report under a new case key; with words its thread, the proof of report and an acknowledgement."""
        report = first.report
        case_id, record_id = self.desk.random(16), self.desk.random(16)
        box = CaseBox(case_id, ContentKey(self.desk.random(32)))
        seal_record(self.rows, box, record_id, first.post_json, kind=records.REPORT, position=1, day=first.day)
        if first.words is not None and self.pen is not None:
            thread_id = begin_thread(self.rows, box, self.pen, Beginning(first, self.desk.site, 2))
            self.rows.posts.append({"thread_id": thread_id, "post": first.post.id})
        add_pieces(self.rows, case_id, first.post.files)
        raised = routing.flags({**report.answers, **report.routing}, report.questionnaire)
        return Draft(case_id, box.key, first, tuple(raised), record_id, tuple(self.circle.named(first.post)))


@dataclass(frozen=True)
class Beginning:
    """The first words of a case: its first report with them, and the position of the first record about them."""

    first: FirstReport
    site: bytes
    position: int


def begin_thread(rows: Rows, box: CaseBox, pen: Pen, beginning: Beginning) -> bytes:
    """A thread of its own, the proof of report (index 0) and an acknowledgement; the thread's id."""
    first, words, thread_id = beginning.first, beginning.first.words, pen.random(16)
    if words is None:
        raise ValueError("a thread takes words")
    line = Line.new(beginning.site, first.group, box.case_id, thread_id, words)
    seal_record(rows, box, thread_id, words.encode(), kind=records.THREAD, position=0, day=first.day)
    proof = make_proof(pen, line, words.sign, day=first.day, first_post=first.post_json)
    tell(rows, box, pen, line, kind=Kind.PROOF, text=proof, position=beginning.position)
    text = texts.ACKNOWLEDGEMENT.encode()
    tell(rows, box, pen, line, kind=Kind.ACKNOWLEDGEMENT, text=text, position=beginning.position + 1)
    rows.threads.append(thread_row(line, words, CURRENT))
    return thread_id


def wrap_keys(maker: Maker, drafts: Sequence[Draft]) -> None:
    """All in one transaction on the keyring. A key whose case never follows is harmless, and destroyed later."""
    rows = maker.rows
    with maker.desk.keyring_to_write() as keyring:
        for draft in drafts:
            readers = maker.circle.holders(draft.kept_from)
            key_id = CaseBox(draft.case_id, draft.key).key_id
            keyring.put(case_purpose(draft.case_id), draft.key.expose(), readers, key_id)
            rows.readers += [{"case_id": draft.case_id, "user_id": reader.id} for reader in readers]
            rows.conflicts += [_kept_out(maker.desk, draft, user_id) for user_id in sorted(draft.kept_from)]


def _kept_out(desk: Desk, draft: Draft, user_id: bytes) -> dict[str, object]:
    return {
        "case_id": draft.case_id, "user_id": user_id, "outcome": NAMED, "at": desk.now(), "seen": False,
    }  # fmt: skip


def number_cases(console: Session, maker: Maker, drafts: Sequence[Draft]) -> None:
    """Gives each case its number, in the transaction that writes it; an alarm for one that nobody is left to open."""
    desk, rows = maker.desk, maker.rows
    counters: dict[str, CaseNumber] = {}
    for draft in drafts:
        first, sequence = draft.first, _count(console, counters, "*")
        prefix = f"{first.group.upper()}-{_year(first.day)}"
        notice = routing.NOTICE in draft.flags
        urgency = routing.urgency(draft.flags)
        case = {
            "id": draft.case_id,
            "sequence": sequence,
            "number": f"{prefix}-{_count(console, counters, prefix):04}",
            "group": first.group,
            "state": "received",
            "status": "received",
            "day": first.day,
            "urgency": urgency,
            "flags": " ".join(draft.flags),
            "unread": True,
            "stream": "notice" if notice else "report",
            "channel": first.channel or ("manager" if notice else "site"),
            "place": place(0, urgency),
            "received": desk.now(),
        }
        told = first.words is not None
        rows.clocks += timing.begin(case, desk.settings.deadlines, desk.now(), acknowledged=told)
        rows.facts += [_acknowledged(desk, draft)] if told else []
        rows.cases.append(case)
        if maker.circle.is_shut(draft.kept_from):
            raise_shut(console, draft.case_id, desk.today())
    note_danger(console, [draft.flags for draft in drafts])


def _acknowledged(desk: Desk, draft: Draft) -> dict[str, object]:
    return {
        "case_id": draft.case_id, "name": "acknowledgement", "moves": 0, "at": desk.now(),
        "by": desk.unlocked.user_id, "record_id": None,
    }  # fmt: skip


def _count(console: Session, counters: dict[str, CaseNumber], prefix: str) -> int:
    if prefix not in counters:
        row = console.get(CaseNumber, prefix, with_for_update=True)
        if row is None:
            row = CaseNumber(prefix=prefix, last=0)
            console.add(row)
        counters[prefix] = row
    counters[prefix].last += 1
    return counters[prefix].last


def _year(day: int) -> int:
    return (date(1970, 1, 1) + timedelta(days=day)).year


def audit_cases(console: Session, desk: Desk, drafts: Sequence[Draft]) -> None:
    """`kept_from`: how many people of the console it names; who they are stands in `case_conflicts`."""
    for draft in drafts:
        facts: dict[str, Any] = {"flags": list(draft.flags)}
        if draft.named:
            facts["kept_from"] = len(draft.named)
        if draft.first.channel:
            facts["channel"] = draft.first.channel
        record(console, desk.unlocked, "case made", draft.case_id, clock=desk.clock, **facts)
