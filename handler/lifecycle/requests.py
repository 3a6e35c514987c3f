"""A request from another body: who asks stays hidden until the score is recorded, and only such a request is declined.

So the request is weighed by what it is about and not by who knows whom; that it was shown afterwards is in the audit.
"""

from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.errors import NotAllowed, Refused
from handler.lifecycle import facts
from handler.lifecycle.recording import Kept, notes_of


class HiddenUntilScored(Refused):
    """Who asks is shown once the score is recorded. Score the case first."""


def shown(desk: Desk, case_id: bytes, record_id: bytes) -> Kept:
    """The record with what is masked in it; that this person saw it is in the audit.

    Raises HiddenUntilScored, NotAllowed.
    """
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        found = next((one for one in notes_of(console, box) if one.id == record_id and one.masked), None)
        if found is None:
            raise NotAllowed
        if not scored(console, desk, case_id):
            raise HiddenUntilScored
        record(console, desk.unlocked, "requester shown", case_id, clock=desk.clock)
    return found


def scored(console: Session, desk: Desk, case_id: bytes) -> bool:
    """Whether who asks may be shown."""
    return "score" in facts.recorded(console, case_id, desk.now(), desk.deadlines)
