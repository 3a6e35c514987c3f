"""What people and reporters do in the demonstration: each act a small function by its name in the plans."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from crypto.post import FileRef, FollowUp, Withdraw
from handler.approvals import acts as approvals
from handler.approvals.carrying import carry
from handler.cases import listing, sharing
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.replies import send_status
from handler.conversation.sending import Reply, send
from handler.demo import assessing, caring, housekeeping  # noqa: F401  the acts of the last two
from handler.demo.known import ACTS, act
from handler.demo.phone import report_of, sealed_file
from handler.demo.picture import png
from handler.demo.plan import Planned
from handler.demo.stage import Stage
from handler.intake.entering import Entry, enter
from handler.intake.questions import Given
from handler.lifecycle import acts as lifecycle
from handler.lifecycle import conflict, tasks
from handler.lifecycle.acts import Step
from handler.lifecycle.notes import DAY, SPECS
from handler.lifecycle.outcomes import Words
from handler.lifecycle.recording import keep_note
from handler.people.reading import subjects

__all__ = ["ACTS"]
"""Every act, those of the modules imported for them too."""


def _day(stage: Stage, days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=stage.services.today() + days)).isoformat()


# -- reporters ---------------------------------------------------------------------------------------------------------


@act("arrive")
def arrive(stage: Stage, at: Planned) -> None:
    """The first report, opened into a case."""
    plan, phone = stage.plans[at.case].words, stage.new_phone()
    files: list[FileRef] = []
    for name in plan.get("files", ()):
        ref, pieces = sealed_file(name, "image/png", png())
        stage.keep_pieces(pieces)
        files.append(ref)
    stage.deliver(phone.seal(stage.week(), report_of(plan["report"], files)))
    stage.phones[at.case] = phone
    stage.cases[at.case] = stage.thread_of(phone).case_id


@act("enter")
def enter_by_hand(stage: Stage, at: Planned, *, channel: str) -> None:
    """The first report, by somebody who rang, wrote or came; they are given words."""
    desk, report = stage.desk(at.by), report_of(stage.plans[at.case].words["report"])
    said = {**report.routing, **report.answers}
    answers = {name: Given(tuple(one.choices), one.text) for name, one in said.items()}
    form = Entry(desk.random(16), channel, _day(stage, 0), answers, with_words=True)
    stage.cases[at.case] = enter(desk, form).case_id


@act("add")
def add(stage: Stage, at: Planned, *, text: str, newer: bool = False, read: bool = True) -> None:
    """The reporter writes again; with `newer` under words that take over from the old ones."""
    phone = stage.phones[at.case]
    seen = stage.readable(phone) if read else []
    other = stage.new_phone() if newer else None
    stage.deliver(phone.seal(stage.week(), FollowUp(text), seen=seen, newer=other))
    stage.phones[at.case] = other or phone


@act("withdraw")
def withdraw(stage: Stage, at: Planned) -> None:
    phone = stage.phones[at.case]
    stage.deliver(phone.seal(stage.week(), Withdraw(), seen=stage.readable(phone)))


# -- the unit ----------------------------------------------------------------------------------------------------------


@act("open")
def open_case(stage: Stage, at: Planned, *, reason: str = "assigned", words: str = "") -> None:
    """Says why, declares no conflict where that was not done, and reads the case."""
    desk, case_id = stage.desk(at.by), stage.cases[at.case]
    listing.open_case(desk, case_id, reason, words)
    if not conflict.checked(desk, case_id):
        conflict.confirm(desk, case_id, ticked=True)
    read_case(desk, case_id)


@act("recuse")
def recuse(stage: Stage, at: Planned) -> None:
    conflict.recuse(stage.desk(at.by), stage.cases[at.case])


@act("assess")
def assess(stage: Stage, at: Planned, *, sections: Sequence[str] = assessing.ALL) -> None:
    """Saves sections of the assessment, from the case's table `assess`."""
    desk, case_id = stage.desk(at.by), stage.cases[at.case]
    for section in sections:
        assessing.save(desk, case_id, section, stage.plans[at.case].words.get("assess", {}))


@act("note")
def note(stage: Stage, at: Planned, *, name: str, values: Mapping[str, Any]) -> None:
    """A record; of each subject one, where it is about a subject. A number in the place of a day counts from today."""
    desk, case_id = stage.desk(at.by), stage.cases[at.case]
    days = {one.name for one in SPECS[name].fields if one.kind == DAY}
    given = {key: _day(stage, int(value)) if key in days else str(value) for key, value in values.items()}
    with desk.databases.console.read() as console:
        everyone = subjects(console, CaseBox(case_id, desk.case_key(case_id)))
    for person in everyone if everyone and SPECS[name].of_subject else ("",):
        keep_note(desk, case_id, name, {**given, "person": person})


@act("oversight")
def oversight(stage: Stage, at: Planned, *, owner: str, found: str, days: int) -> None:
    """`days`: until the owner looks at it again."""
    note(stage, at, name="oversight", values={"owner": owner, "found": found, "review": days})


@act("task")
def task(stage: Stage, at: Planned, *, text: str, days: int, done: bool = False) -> None:
    desk, case_id = stage.desk(at.by), stage.cases[at.case]
    made = tasks.add(desk, case_id, text, _day(stage, days))
    if done:
        tasks.finish(desk, case_id, made)


@act("reply")
def reply(stage: Stage, at: Planned, *, text: str, urgent: bool = False, asks: bool = True, read: bool = False) -> None:
    send(stage.desk(at.by), stage.cases[at.case], Reply(text, urgent, read, asks))


@act("status")
def status(stage: Stage, at: Planned, *, word: str) -> None:
    send_status(stage.desk(at.by), stage.cases[at.case], word)


@act("move")
def move(
    stage: Stage, at: Planned, *, end: str, log: Mapping[str, str] | None = None, ids: Sequence[str] = (), **said: Any
) -> None:
    """A step. `ids`: of an answer or a finding, whose words are then told under its name; days count from today."""
    given = {name: _day(stage, text) if isinstance(text, int) else str(text) for name, text in said.items()}
    for name in ("answer", "finding"):
        if name in given:
            given[name] = Words(tuple(ids), given[name]).encode()
    lifecycle.move(stage.desk(at.by), stage.cases[at.case], Step(end, given, dict(log or {})))


@act("approve")
def approve(stage: Stage, at: Planned) -> None:
    """What waits on the case for a second person."""
    desk = stage.desk(at.by)
    with desk.databases.console.read() as console:
        waiting = approvals.of_case(console, stage.cases[at.case], desk.now())
    for one in waiting:
        carry(desk, one)


@act("share")
def share(stage: Stage, at: Planned, *, to: str) -> None:
    sharing.share(stage.desk(at.by), stage.cases[at.case], stage.cast[to].user_id)
