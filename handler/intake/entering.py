"""Reports by phone, letter, e-mail or in person become cases as those from the site do, with words or without."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.post import decode_post
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.lines import Pen
from handler.cases.records import CaseBox, first_report, next_position
from handler.cases.replies import has_words
from handler.cases.rows import Rows
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import HANDLER, INTAKE
from handler.intake.circle import Circle
from handler.intake.indexing import alert_notices, index_cases, words_of
from handler.intake.newcases import (
    Beginning,
    Draft,
    FirstReport,
    Maker,
    audit_cases,
    begin_thread,
    number_cases,
    wrap_keys,
)
from handler.intake.questions import Given, keep_texts, report_of
from handler.intake.tables import EnteredForm
from handler.intake.words import new_code, throw_away_code
from handler.lifecycle import facts, timing
from handler.lifecycle.states import STOPPED_BY, CaseStopped
from handler.safeguarding import flagging
from handler.search.index import Index
from handler.vocabulary.load import vocabulary

BY_THEMSELVES = frozenset({"site", "manager"})
"""Channels that bring sealed reports: nobody enters those."""

EPOCH = date(1970, 1, 1)
OLDEST = timedelta(days=3_653)
TRIES = 5


class NoChannel(Refused):
    """Say how the report came."""


class NoSuchDay(Refused):
    """Give the day on which the report came: today or earlier, at most ten years ago."""


class EnteredAlready(Refused):
    """This was entered already, so no second case was made. Words are shown once; new ones can be given on the case."""

    def __init__(self, case_id: bytes) -> None:
        self.case_id = case_id
        super().__init__()


class Busy(Refused):
    """Others were entering reports at the same moment. Nothing was kept: send the form again."""


class HasWords(Refused):
    """This person has words already, so none were made. If they lost them, enter what they say as a new report."""


@dataclass(frozen=True)
class Entry:
    """What was filled in. `form`: 16 bytes, drawn when the form was shown, so that sending it twice makes one case."""

    form: bytes
    channel: str
    day: str
    answers: Mapping[str, Given]
    with_words: bool


@dataclass(frozen=True)
class Entered:
    """The new case, and the words for the person who reported, or none. They are shown once and kept nowhere."""

    case_id: bytes
    number: str
    flags: tuple[str, ...]
    words: tuple[str, ...] = field(default=(), repr=False)


def channels() -> list[tuple[str, str]]:
    """Ids and texts of the ways in which a report can come to a person."""
    return [(term.id, term.text) for term in vocabulary("channels") if term.id not in BY_THEMSELVES]


def enter(desk: Desk, entry: Entry) -> Entered:
    """Makes a case. Raises NoChannel, NoSuchDay, NotAnswered, EnteredAlready, NoAudience, NoReplyKey, Busy."""
    _may(desk)
    if entry.channel not in dict(channels()):
        raise NoChannel
    day, report = _day(desk, entry.day), report_of(entry.answers)
    code = new_code(desk, desk.settings.console.groups) if entry.with_words else throw_away_code(desk)
    first = code.first_report(desk, report, day=day, channel=entry.channel, with_words=entry.with_words)
    keep_texts(desk.settings)
    for _ in range(TRIES):
        try:
            number, draft = _make(desk, first, entry.form)
            return Entered(draft.case_id, number, draft.flags, code.words if entry.with_words else ())
        except IntegrityError:  # somebody took the same number, or sent this form, at the same moment
            continue
    raise Busy


def _make(desk: Desk, first: FirstReport, form: bytes) -> tuple[str, Draft]:
    with desk.databases.console.read() as console:
        check_new(console, form)
        pen = _pen(desk, console) if first.words is not None else None
        maker = Maker(desk, Circle.of(console), Rows(), pen)
    draft = maker.draft(first)
    wrap_keys(maker, [draft])  # a key whose case never follows is destroyed later
    with desk.databases.console.write() as console:
        return write(console, maker, draft, form), draft


def write(console: Session, maker: Maker, draft: Draft, form: bytes) -> str:
    """The case of a draft whose key is wrapped already; its number. Within the caller's transaction."""
    number_cases(console, maker, [draft])
    maker.rows.write(console)
    console.add(EnteredForm(form=form, case_id=draft.case_id))
    console.flush()
    flagging.new_cases(console, maker.desk, [(draft.case_id, draft.flags)])
    index = Index.of(maker.desk)
    index_cases(console, maker.rows, words_of(index, [draft]))
    audit_cases(console, maker.desk, [draft])
    alert_notices(console, maker.desk, index, [draft])
    return console.get_one(Case, draft.case_id).number


def give_words(desk: Desk, case_id: bytes) -> Entered:
    """Words for a case that has none, told the proof of report and an acknowledgement like any other.

    Raises HasWords, CaseStopped, NoAudience, NoReplyKey, NotAllowed.
    """
    _may(desk)
    box, rows = CaseBox(case_id, desk.case_key(case_id)), Rows()
    with desk.databases.console.read() as console:
        code = new_code(desk, (console.get_one(Case, case_id).group,))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)
        if has_words(console, case_id):
            raise HasWords
        if not STOPPED_BY.isdisjoint(case.sides.split()):
            raise CaseStopped
        raw = box.open(first_report(console, case_id))
        first = FirstReport(case.group, case.day, decode_post(raw), raw, code.secrets)
        begin_thread(rows, box, _pen(desk, console), Beginning(first, desk.site, next_position(console, case_id)))
        rows.write(console)
        facts.note(console, case_id, ["acknowledgement"], by=desk.unlocked.user_id, now=desk.now())
        timing.acknowledged(console, case_id, desk.deadlines, desk.now())
        record(console, desk.unlocked, "words given", case_id, clock=desk.clock)
    return Entered(case_id, case.number, tuple(case.flags.split()), code.words)


def _may(desk: Desk) -> None:
    if not desk.unlocked.may(HANDLER, INTAKE):
        raise NotAllowed


def _pen(desk: Desk, console: Session) -> Pen:
    return Pen(desk.reply_signer(console), desk.today(), desk.random)


def check_new(console: Session, form: bytes) -> None:
    """Raises EnteredAlready."""
    found = console.get(EnteredForm, form)
    if found is not None:
        raise EnteredAlready(found.case_id)


def _day(desk: Desk, text: str) -> int:
    today = desk.deadlines.calendar.day_of(desk.now())
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise NoSuchDay from None
    if not today - OLDEST <= day <= today:
        raise NoSuchDay
    return (day - EPOCH).days
