"""Keeping and reading the records of a case's handling: sealed, never changed, a newer version is a newer record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.board import Kind
from handler.audit.log import record
from handler.cases import inforce, records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.conversation import duress
from handler.conversation.questions import words
from handler.errors import NotAllowed, Refused
from handler.lifecycle import acts, facts, noteclocks, tasks, timing
from handler.lifecycle.clocks import DAY, counted
from handler.lifecycle.notes import SPECS, Spec, about, check
from handler.lifecycle.outcomes import Words
from handler.lifecycle.states import NEEDS
from handler.lifecycle.tables import CaseClock, CaseFact
from handler.people import reading
from handler.publication.holding import release, set_aside, some_held
from handler.publication.tables import Message
from handler.times import end_of_day
from handler.triage import exposure

NOTE, HOLD, KNOWN = "note", "reply-hold", "words-known"
MEASURES, REVIEW, SEEN = "measures", "scope-review", "scope-seen"
PASSES = ("crisis", "safety")
"""Ready texts that no hold on replies stops: somebody's life may hang on them."""

STANDS: Mapping[str, tuple[str, str]] = {
    HOLD: ("hold", "yes"),
    KNOWN: ("known", "yes"),
    duress.NAME: ("state", duress.AGREED),
}
"""Records that stand until a newer one of their kind ends them: the field, and what it says while they do."""


class NothingToSee(Refused):
    """First a scope review is recorded, and by somebody other than you: the supervisor’s part is of a second person."""


@dataclass(frozen=True)
class Kept:
    """One record as it was sealed. `values`: by field, `masked` those that `requests` shows; `by` is a user's id."""

    id: bytes
    position: int
    day: int
    spec: Spec
    by: bytes
    at: int
    values: Mapping[str, str]
    masked: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Label and words of each field that says something."""
        return self._worded(self.values)

    @property
    def masked_lines(self) -> list[tuple[str, str]]:
        return self._worded(self.masked)

    def _worded(self, values: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(one.label, one.worded(values[one.name])) for one in self.spec.fields if values.get(one.name)]


def keep_note(desk: Desk, case_id: bytes, name: str, given: Mapping[str, str]) -> bytes:
    """Seals a record of one of SPECS, notes the fact and moves the clocks that go by it; the record's id.

    Raises NotAllowed, NothingToSee, and what `notes.about`, `notes.check` and, of an intervention that was used,
    `exposure.check_act` raise.
    """
    spec = SPECS[name]
    if not desk.unlocked.may(*spec.roles):
        raise NotAllowed
    box, today = CaseBox(case_id, desk.case_key(case_id)), desk.deadlines.calendar.day_of(desk.now())
    with desk.databases.console.write() as console:
        inforce.in_force(console, case_id, alone=True)  # what is just being sent, filed or recorded is waited for
        subjects = reading.subjects(console, box) if spec.of_subject else {}
        values = check(about(spec, subjects), given, today)
        if (name, values.get("result")) == ("integrity", "used"):
            exposure.check_act(console, box)
        if name == SEEN:
            _check_review(console, desk, case_id)
        if subjects:
            values["person"] = Words((values["person"],), subjects[values["person"]]).encode()
        masked = {one.name: values.pop(one.name) for one in spec.fields if one.masked}
        content = {"name": name, "by": desk.unlocked.user_id.hex(), "at": desk.now(), "values": values}
        content |= {"masked": masked} if masked else {}
        record_id = acts.keep(console, desk, box, NOTE, compactjson.encode(content))
        if name in NEEDS and name != MEASURES:
            facts.note(console, case_id, [name], by=desk.unlocked.user_id, now=desk.now(), record_id=record_id)
        _follow(console, desk, box, name, values)
        noteclocks.follow(console, box, record_id, content, desk.now())
        if name == HOLD:
            apply_hold(console, desk, box)
        elif name == duress.NAME:
            duress.flag(console, box, agreed_words(console, box))
        record(console, desk.unlocked, f"{name} recorded", case_id, clock=desk.clock)
    return record_id


def notes_of(console: Session, box: CaseBox) -> Sequence[Kept]:
    """All of a case, the newest first."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == NOTE)
    return [_kept(box, row) for row in console.scalars(chosen.order_by(CaseRecord.position.desc()))]


def newest_notes(console: Session, box: CaseBox) -> Mapping[str, Kept]:
    """The newest record of each of SPECS that there is, by name."""
    return {kept.spec.name: kept for kept in reversed(notes_of(console, box))}


def agreed_words(console: Session, box: CaseBox) -> Sequence[Kept]:
    """All records of words that mean: not free to write; the newest first."""
    return [kept for kept in notes_of(console, box) if kept.spec.name == duress.NAME]


def standing(notes: Mapping[str, Kept]) -> Mapping[str, Kept]:
    """Those of STANDS that stand."""
    return {name: notes[name] for name, (field, says) in STANDS.items()
            if name in notes and notes[name].values[field] == says}  # fmt: skip


def is_held(console: Session, box: CaseBox) -> bool:
    """Whether a supervisor holds what is told to the reporter."""
    return HOLD in standing(newest_notes(console, box))


def apply_hold(console: Session, desk: Desk, box: CaseBox) -> None:
    """What waits for the board is set aside, and does not count as told; or it waits again, and does. Within the
    caller's transaction."""
    if is_held(console, box):
        if set_aside(console, box, [words(name) for name in PASSES]):
            not_told(console, desk, box)
    elif release(console, box.case_id):
        told(console, desk, box.case_id)


def told(console: Session, desk: Desk, case_id: bytes) -> None:
    """A reply went out: it counts as the update. Within the caller's transaction."""
    facts.note(console, case_id, ["update"], by=desk.unlocked.user_id, now=desk.now())
    _restart(console, desk, case_id, "update")


def not_told(console: Session, desk: Desk, box: CaseBox) -> None:
    """A reply was taken back: the update before it counts again, or none. Within the caller's transaction."""
    case_id, before = box.case_id, _last_update(console, box)
    if before is None:
        facts.forget(console, case_id, ["update"])
    else:
        facts.note(console, case_id, ["update"], by=desk.unlocked.user_id, now=before)
    moves = [(move.at, move.end) for move in acts.moves_of(console, case_id)]
    begun, _ = counted("update", 0, moves)
    timing.renew(console, case_id, "update", max(begun, before or 0), desk.deadlines.update_days)


def _last_update(console: Session, box: CaseBox) -> int | None:
    """When a person last told the reporter something that stays (unix seconds; of a reply, its day)."""
    chosen = (
        select(func.max(Message.day))
        .where(Message.case_id == box.case_id, Message.kind == int(Kind.MESSAGE))
        .where(Message.author.is_not(None), Message.taken_back.is_(None), ~some_held())
    )
    day = console.scalar(chosen)
    times = [kept.at for kept in notes_of(console, box) if kept.spec.name == "update"]
    return max([*times, *([day * DAY] if day is not None else [])], default=None)


def measured(console: Session, desk: Desk, box: CaseBox) -> None:
    """Measures count once every subject has one; the clock is the earliest review of their newest ones.

    Within the caller's transaction, after a measure was recorded or the people of the case have changed.
    """
    newest: dict[str, str] = {}
    for kept in notes_of(console, box):
        if kept.spec.name == MEASURES:
            newest.setdefault(Words.decode(kept.values["person"]).ids[0], kept.values["review"])
    everyone = reading.subjects(console, box)
    reviews = [date.fromisoformat(newest[one]) for one in everyone if one in newest]
    if everyone and len(reviews) == len(everyone):
        facts.note(console, box.case_id, [MEASURES], by=desk.unlocked.user_id, now=desk.now())
    else:
        facts.forget(console, box.case_id, [MEASURES])
    if not reviews:
        timing.stop(console, box.case_id, MEASURES, desk.now())
    elif not console.get_one(Case, box.case_id).ended:
        timing.start(console, box.case_id, MEASURES, end_of_day(min(reviews)))


def _check_review(console: Session, desk: Desk, case_id: bytes) -> None:
    review = console.get(CaseFact, (case_id, REVIEW))
    current = facts.recorded(console, case_id, desk.now(), desk.deadlines)
    if review is None or REVIEW not in current or review.by == desk.unlocked.user_id:
        raise NothingToSee


def _follow(console: Session, desk: Desk, box: CaseBox, name: str, values: Mapping[str, str]) -> None:
    """What comes of a record beside the fact that it is there."""
    case_id, now = box.case_id, desk.now()
    if name == MEASURES:
        measured(console, desk, box)
    elif name == REVIEW:
        facts.forget(console, case_id, [SEEN])
    elif name == SEEN and values["agree"] == "no":
        facts.forget(console, case_id, [REVIEW, SEEN])
    elif name in (SEEN, "update"):
        _restart(console, desk, case_id, name)
    elif name == "oversight":
        timing.start(console, case_id, "oversight", end_of_day(date.fromisoformat(values["review"])))
    elif name == "look-again":
        _look_again(console, case_id, values["next"], now)
    elif name == "learning" and values["any"] == "yes":
        text = f"{values['owner']}: {values['lesson']}"
        tasks.put(console, desk, box, text[: tasks.MOST], date.fromisoformat(values["due"]))
    elif name == "outcome":
        timing.stop(console, case_id, "feedback", now)
    elif name == "acknowledgement":
        timing.acknowledged(console, case_id, desk.deadlines, now)
    elif name == "checkin":
        _asked(console, case_id, now)


def _restart(console: Session, desk: Desk, case_id: bytes, name: str) -> None:
    """The clock of what is done again and again, while the case is looked into."""
    kind, days = {SEEN: ("scope", desk.deadlines.scope_days), "update": ("update", desk.deadlines.update_days)}[name]
    timing.renew(console, case_id, kind, desk.now(), days)


def _look_again(console: Session, case_id: bytes, day: str, now: int) -> None:
    if day:
        timing.start(console, case_id, "look-again", end_of_day(date.fromisoformat(day)))
    else:
        timing.stop(console, case_id, "look-again", now)


def _asked(console: Session, case_id: bytes, now: int) -> None:
    """Ends the first check-in that runs."""
    chosen = select(CaseClock).where(
        CaseClock.case_id == case_id, CaseClock.kind == "checkin", CaseClock.done.is_(None)
    )
    first = console.scalars(chosen.order_by(CaseClock.due)).first()
    if first is not None:
        first.done = now
        timing.nearest(console, case_id)


def _kept(box: CaseBox, row: CaseRecord) -> Kept:
    found = records.decode_object(box.open(row))
    values, masked = (
        {str(name): str(value) for name, value in dict(found.get(part, {})).items()} for part in ("values", "masked")
    )
    spec = SPECS[str(found["name"])]
    return Kept(row.id, row.position, row.day, spec, bytes.fromhex(str(found["by"])), int(found["at"]), values, masked)
