"""Keeping the people of a case: sealed versions, none ever changed; flags, clocks and tasks follow from them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.deconfliction.alerts import raise_alerts
from handler.errors import Refused
from handler.intake import routing
from handler.lifecycle import facts, oversight, recording, tasks
from handler.lifecycle.acts import keep
from handler.lifecycle.queue import place_again
from handler.lifecycle.states import STOPPED_BY, CaseStopped
from handler.people.entries import KNEW, Entry, check, check_why
from handler.people.reading import KIND, Person, Version, people_of, present
from handler.safeguarding import flagging
from handler.search.contents import Named
from handler.search.index import Index, forget_record

AT_RISK = "at-risk-maybe"
NOTIFY_DAYS = 5  # within which somebody thinks of the body that a subject went to


class NoSuchPerson(Refused):
    """There is no such entry in this case, or it was taken out. Load the page again."""


class ChangedMeanwhile(Refused):
    """Someone else changed this entry meanwhile. Look at their version, then make your change again."""


def read_people(desk: Desk, case_id: bytes) -> Sequence[Person]:
    """Opens the people of a case and notes that they were read. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        record(console, desk.unlocked, "people read", case_id, clock=desk.clock)
    with desk.databases.console.read() as console:
        return people_of(console, box)


def save(desk: Desk, case_id: bytes, given: Mapping[str, str], person_id: bytes | None = None, seen: str = "") -> bytes:
    """Enters a person, or a new version of one; the person's id. What follows from it is done in one transaction.

    `seen`: hex of the record that the form was filled from. Raises EntryNotComplete, NoSuchPerson, ChangedMeanwhile,
    CaseStopped, NotAllowed.
    """
    entry = check(given)
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = _case(console, case_id)
        before = _find(console, box, person_id, seen) if person_id is not None else None
        kept_as = person_id or desk.random(16)
        record_id = _keep(console, desk, box, kept_as, entry)
        if before is not None:
            forget_record(console, before.record_id)  # whoever it was before is not found by this entry any more
        record(console, desk.unlocked, "person corrected" if before else "person entered", case_id, clock=desk.clock)
        _follow(console, desk, box, case, entry=entry, before=before)
        _alert(console, desk, case, entry)
        recording.measured(console, desk, box)
        if not entry.subject:
            by, now = desk.unlocked.user_id, desk.now()
            facts.note(console, case_id, ["connected"], by=by, now=now, record_id=record_id)
    return kept_as


def remove(desk: Desk, case_id: bytes, person_id: bytes, why: str) -> None:
    """Takes an entry out; it stays in the history, and no flag goes. Raises NoWhy, NoSuchPerson, CaseStopped."""
    why = check_why(why)
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        _case(console, case_id)
        before = _find(console, box, person_id)
        _keep(console, desk, box, person_id, before.entry, removed=why)
        forget_record(console, before.record_id)
        recording.measured(console, desk, box)
        record(console, desk.unlocked, "person taken out", case_id, clock=desk.clock)


def _case(console: Session, case_id: bytes) -> Case:
    case = console.get_one(Case, case_id, with_for_update=True)
    if not STOPPED_BY.isdisjoint(case.sides.split()):
        raise CaseStopped
    return case


def _find(console: Session, box: CaseBox, person_id: bytes, seen: str = "") -> Version:
    found = next((one for one in present(people_of(console, box)) if one.id == person_id), None)
    if found is None:
        raise NoSuchPerson
    if seen and seen != found.newest.record_id.hex():
        raise ChangedMeanwhile
    return found.newest


def _keep(console: Session, desk: Desk, box: CaseBox, person_id: bytes, entry: Entry, *, removed: str = "") -> bytes:
    content = {
        "person": person_id.hex(), "by": desk.unlocked.user_id.hex(), "at": desk.now(), "values": dict(entry.values),
        "removed": removed,
    }  # fmt: skip
    return keep(console, desk, box, KIND, compactjson.encode(content))


def _follow(console: Session, desk: Desk, box: CaseBox, case: Case, *, entry: Entry, before: Version | None) -> None:
    if entry.at_risk:
        _flag(case, AT_RISK, unless="at-risk-now")
        case.urgency = min(case.urgency, routing.urgency(case.flags.split()))
        place_again(case)
        if not case.ended:
            new = before is None or not before.entry.at_risk
            flagging.at_risk(console, desk, case.id, desk.unlocked.user_id, new=new)
    if entry.values["role"] == KNEW:
        _flag(case, "manager-knew")
    if oversight.needed(case.priority, "", entry.senior):
        oversight.begin(console, desk, case)
    left = before.entry.values["status"] if before is not None and before.entry.leaving else ""
    if entry.leaving and entry.values["status"] != left and not case.ended:
        text = f"{entry.title}: {entry.worded('status').lower()}. Consider notifying the receiving body."
        tasks.put(console, desk, box, text[: tasks.MOST], _in_days(desk))


def _alert(console: Session, desk: Desk, case: Case, entry: Entry) -> None:
    index = Index.of(desk) if entry.subject else None
    if index is not None:
        named = Named(entry.values["name"], tuple(entry.numbers), True)
        raise_alerts(console, desk, case, {**index.subject(named), **index.mentioning(named)})


def _in_days(desk: Desk) -> date:
    return desk.deadlines.calendar.day_of(desk.now()) + timedelta(days=NOTIFY_DAYS)


def _flag(case: Case, flag: str, unless: str = "") -> None:
    raised = case.flags.split()
    if flag not in raised and unless not in raised:
        case.flags = " ".join(sorted({*raised, flag}, key=lambda name: (routing.urgency([name]), name)))
