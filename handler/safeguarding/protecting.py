"""What is done to keep somebody safe, beside the referral clock: it has a due of its own, and neither waits for the
other. What was done is sealed in the case; that it was, and when first, is a mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.lifecycle.acts import keep
from handler.safeguarding import daily, flagging, rules
from handler.safeguarding.tables import SafeguardingMark
from handler.safeguarding.tracking import check_past, check_words

KIND = flagging.PROTECTED


@dataclass(frozen=True)
class Protection:
    """What was done, as it was written down. `when` and `at`: unix seconds, done and written; `by`: a user's id."""

    what: str
    when: int
    at: int
    by: bytes


@dataclass(frozen=True)
class Due:
    """`by` and `done` (None before anything was): unix seconds; `late`: it is, or was done too late."""

    by: int
    done: int | None
    late: bool


def protect(desk: Desk, case_id: bytes, words: str, when: int) -> None:
    """Keeps what was done, with or without a referral. Raises NoWords, NotATime, NotAllowed."""
    words = check_words(words)
    box = CaseBox(case_id, desk.case_key(case_id))
    content = {"what": words, "when": when, "at": desk.now(), "by": desk.unlocked.user_id.hex()}
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id, with_for_update=True)
        check_past(desk, when, flagging.known_since(console, case_id))
        keep(console, desk, box, KIND, compactjson.encode(content))
        flagging.protected(console, case_id, when, desk.unlocked.user_id)
        record(console, desk.unlocked, "protective action recorded", case_id, clock=desk.clock)


def due(console: Session, desk: Desk, box: CaseBox) -> Due | None:
    """The same day, or the next working day where that day is none. None where nobody is at risk, or it was decided so
    before anything was done."""
    clock = flagging.newest(console, box.case_id)
    if clock is None:
        return None
    since = flagging.since(console, clock)
    mark = console.get(SafeguardingMark, (box.case_id, flagging.protected_name(clock.number)))
    if mark is None and any(said.kind == daily.NOT_NEEDED and said.at >= since for said in daily.said_of(console, box)):
        return None
    by, done = rules.clock(since, desk.deadlines.calendar).target, mark.at if mark is not None else None
    return Due(by, done, (desk.now() if done is None else done) > by)


def protections(console: Session, box: CaseBox) -> Sequence[Protection]:
    """What was recorded in the case itself, the newest first; what stands in a referral's pack is not among it."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == KIND)
    found = (decode_object(box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position.desc())))
    return [
        Protection(str(kept["what"]), int(kept["when"]), int(kept["at"]), bytes.fromhex(str(kept["by"])))
        for kept in found
    ]
