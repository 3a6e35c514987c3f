"""What the demonstration does with the case list and with who may open a case: order, hands, junk, views, locks."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from handler.cases import restricting
from handler.cases.records import FOLLOW_UP
from handler.cases.tables import CaseRecord
from handler.demo.known import act
from handler.demo.plan import Planned
from handler.demo.stage import Stage
from handler.export import acts as export
from handler.export.rules import DISCLOSURE, Request
from handler.oversight import hold
from handler.pickup.cycle import piece_store
from handler.sealing import acts as sealing
from handler.triage.stasetting import EPOCH, Setting, set_priorities
from handler.worklist import aside, assigning, ordering, saved
from handler.worklist.filters import parse

PRIORITIES = ("infiltration", "disclosure", "drugs")
HALF_A_YEAR = timedelta(days=182)


def threat_priorities(stage: Stage) -> None:
    """Those of the strategic threat assessment, for a year whose middle is the present day of the clock."""
    today = EPOCH + timedelta(days=stage.services.today())
    begins, ends = (today - HALF_A_YEAR).isoformat(), (today + HALF_A_YEAR).isoformat()
    set_priorities(stage.desk("supervisor"), Setting(begins, ends, PRIORITIES, "new-period"))


@act("assign")
def assign(stage: Stage, at: Planned, *, to: str = "") -> None:
    """To somebody, or else to the person who acts."""
    assigning.assign(stage.desk(at.by), [stage.cases[at.case]], stage.cast[to or at.by].user_id)


@act("reorder")
def reorder(stage: Stage, at: Planned, *, choice: str, why: str) -> None:
    ordering.reorder(stage.desk(at.by), stage.cases[at.case], choice, why)


@act("put aside")
def put_aside(stage: Stage, at: Planned, *, reason: str, words: str = "") -> None:
    aside.put_aside(stage.desk(at.by), [stage.cases[at.case]], aside.Why(reason, words))


@act("save view")
def save_view(stage: Stage, at: Planned, *, name: str, query: str) -> None:
    """A view of the person who acts. `query`: as in the list's address."""
    saved.save(stage.desk(at.by), name, parse(query))


@act("restrict")
def restrict(stage: Stage, at: Planned, *, to: Sequence[str]) -> None:
    restricting.restrict(stage.desk(at.by), stage.cases[at.case], [stage.cast[part].user_id for part in to])


@act("hold")
def set_hold(stage: Stage, at: Planned, *, why: str) -> None:
    hold.set_hold(stage.desk(at.by), stage.cases[at.case], why)


@act("seal")
def seal(stage: Stage, at: Planned, *, ground: str, said: Mapping[str, str]) -> None:
    """The newest of what the reporter added."""
    case_id = stage.cases[at.case]
    added = select(CaseRecord.id).where(CaseRecord.case_id == case_id, CaseRecord.kind == FOLLOW_UP)
    with stage.services.databases.console.read() as console:
        newest = console.scalars(added.order_by(CaseRecord.position.desc()).limit(1)).one()
    sealing.seal(stage.desk(at.by), case_id, sealing.Part(newest), ground, said)


@act("disclose")
def disclose(stage: Stage, at: Planned, *, recipient: str, purpose: str, basis: str, text: str) -> None:
    """Asks for a disclosure: nothing goes out before a second person approves."""
    store = piece_store(stage.services.settings)
    export.ask(stage.desk(at.by), store, stage.cases[at.case], Request(DISCLOSURE, recipient, purpose, basis, text))
