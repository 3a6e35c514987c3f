"""First reports become cases: a key of its own for each, the proof of report and an acknowledgement in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from crypto.board import Kind
from crypto.openenvelope import OpenedPost
from crypto.post import Post
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
from handler.intake.rules import CURRENT
from handler.keys.keyring import case_purpose
from handler.keys.unlocked import Holder
from handler.lifecycle import timing
from handler.lifecycle.queue import place


@dataclass(frozen=True)
class Draft:
    """A case that is sealed and not yet written; its number comes with the transaction."""

    case_id: bytes
    key: ContentKey
    group: str
    day: int
    flags: tuple[str, ...]
    report_id: bytes  # the report's record
    post: Post = field(repr=False)


def draft_case(desk: Desk, pen: Pen, rows: Rows, opened: OpenedPost, day: int) -> Draft:
    """Seals the report, its thread, the proof of report (index 0) and an acknowledgement under a new case key."""
    report = opened.post.report
    if report is None:
        raise ValueError("a case begins with a report")
    case_id, thread_id, record_id = (desk.random(16) for _ in range(3))
    box = CaseBox(case_id, ContentKey(desk.random(32)))
    secrets = ThreadSecrets(opened.thread_secret, opened.post.sign, opened.post.reader)
    line = Line.new(desk.site, opened.group, case_id, thread_id, secrets)
    seal_record(rows, box, record_id, opened.post_json, kind=records.REPORT, position=1, day=day)
    seal_record(rows, box, thread_id, secrets.encode(), kind=records.THREAD, position=0, day=day)
    proof = make_proof(pen, line, opened.post.sign, day=day, first_post=opened.post_json)
    tell(rows, box, pen, line, kind=Kind.PROOF, text=proof, position=2)
    tell(rows, box, pen, line, kind=Kind.ACKNOWLEDGEMENT, text=texts.ACKNOWLEDGEMENT.encode(), position=3)
    rows.threads.append(thread_row(line, secrets, CURRENT))
    rows.posts.append({"thread_id": thread_id, "post": opened.post.id})
    add_pieces(rows, case_id, opened.post.files)
    raised = routing.flags({**report.answers, **report.routing}, report.questionnaire)
    return Draft(case_id, box.key, opened.group, day, tuple(raised), record_id, opened.post)


def wrap_keys(desk: Desk, drafts: Sequence[Draft], readers: Sequence[Holder], rows: Rows) -> None:
    """All in one transaction on the keyring. A key whose case never follows is harmless, and destroyed later."""
    with desk.keyring_to_write() as keyring:
        for draft in drafts:
            keyring.put(case_purpose(draft.case_id), draft.key.expose(), readers)
            rows.readers += [{"case_id": draft.case_id, "user_id": reader.id} for reader in readers]


def number_cases(console: Session, desk: Desk, drafts: Sequence[Draft], rows: Rows) -> None:
    """Gives each case its number, in the transaction that writes it."""
    counters: dict[str, CaseNumber] = {}
    for draft in drafts:
        sequence = _count(console, counters, "*")
        prefix = f"{draft.group.upper()}-{_year(draft.day)}"
        notice = routing.NOTICE in draft.flags
        urgency = routing.urgency(draft.flags)
        case = {
            "id": draft.case_id,
            "sequence": sequence,
            "number": f"{prefix}-{_count(console, counters, prefix):04}",
            "group": draft.group,
            "state": "received",
            "status": "received",
            "day": draft.day,
            "urgency": urgency,
            "flags": " ".join(draft.flags),
            "unread": True,
            "stream": "notice" if notice else "report",
            "channel": "manager" if notice else "site",
            "place": place(0, urgency),
            "received": desk.now(),
        }
        rows.clocks += timing.begin(case, desk.settings.deadlines, desk.now())
        rows.facts.append(_acknowledged(desk, draft))
        rows.cases.append(case)


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
    for draft in drafts:
        record(console, desk.unlocked, "case made", draft.case_id, clock=desk.clock, flags=list(draft.flags))
