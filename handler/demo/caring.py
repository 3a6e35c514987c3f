"""The people of a case and those who may be at risk, in the demonstration: entries, alerts and referrals."""

from collections.abc import Mapping, Sequence
from typing import Any

from handler.deconfliction import alerts
from handler.demo.known import act
from handler.demo.plan import Planned
from handler.demo.stage import Stage
from handler.people import acts as people
from handler.people.entries import BEGIN
from handler.safeguarding import advising, daily, tracking
from handler.safeguarding.referring import Draft, refer, referrals_of
from handler.safeguarding.tracking import Made


@act("people")
def enter_people(stage: Stage, at: Planned) -> None:
    """Everyone of the case's list `people`, if it has one."""
    for values in stage.plans[at.case].words.get("people", ()):
        enter_person(stage, at, values=values)


@act("person")
def enter_person(stage: Stage, at: Planned, *, values: Mapping[str, object]) -> None:
    """One entry; what is not said of it stands as in an empty form."""
    given = {**BEGIN, **{name: str(value) for name, value in values.items()}}
    people.save(stage.desk(at.by), stage.cases[at.case], given)


@act("answer alert")
def answer_alert(stage: Stage, at: Planned, *, verdict: str, text: str) -> None:
    """Every alert of the case that a supervisor has not answered."""
    desk = stage.desk(at.by)
    with desk.databases.console.read() as console:
        shown = alerts.of_case(console, desk, stage.cases[at.case])
    for one in shown:
        if one.row.about == alerts.SUBJECT and not one.row.verdict:
            alerts.note(desk, one.row.id, verdict, text)


@act("refer")
def write_referral(stage: Stage, at: Planned, *, to: Sequence[str], **said: Any) -> None:
    refer(stage.desk(at.by), stage.cases[at.case], Draft(destinations=tuple(to), **said))


@act("referred")
def referred(stage: Stage, at: Planned, *, how: str, name: str, reference: str, number: int = 0) -> None:
    """The case's newest referral was made now. `number`: of the body, from 0."""
    desk = stage.desk(at.by)
    tracking.make(desk, _newest(stage, at), number, Made(desk.now(), how, name, reference))


@act("referral confirmed")
def confirmed(stage: Stage, at: Planned) -> None:
    tracking.confirm(stage.desk(at.by), _newest(stage, at), 0)


@act("referral acknowledged")
def acknowledged(stage: Stage, at: Planned, *, words: str, number: int = 0) -> None:
    tracking.acknowledge(stage.desk(at.by), _newest(stage, at), number, words)


@act("why not yet")
def why_not_yet(stage: Stage, at: Planned, *, words: str) -> None:
    daily.say_why(stage.desk(at.by), stage.cases[at.case], words)


@act("advise")
def advise(stage: Stage, at: Planned, *, advice: Mapping[str, str]) -> None:
    advising.advise(stage.desk(at.by), _newest(stage, at), advice)


def _newest(stage: Stage, at: Planned) -> bytes:
    with stage.services.databases.console.read() as console:
        return referrals_of(console, stage.cases[at.case])[0].id
