"""Alerts to the supervisors: another case has the same subject, in whatever team; or two reports may be one source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case, CaseReader, CaseRecord
from handler.deconfliction.tables import CaseAlert
from handler.errors import Refused
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.intake import routing
from handler.lifecycle.acts import keep
from handler.search.tables import SearchToken
from handler.search.tokens import Kind, Token

RECORD = "alert"
SUBJECT, SOURCE = "subject", "source"
FLAGS = {SUBJECT: "second-record", SOURCE: "one-source"}
SAME, OTHER = "same", "other"
MOST = 2_000  # characters of a line

KINDS: Mapping[str, str] = {
    "number": "The same staff number or other identifier",
    "name": "The same name",
    "sound": "A name that sounds the same, with the same initial",
    "text": "Very alike in words, and a few days apart",
}
"""What people read of each kind, the strongest first."""

VERDICTS: Mapping[str, Mapping[str, str]] = {
    SUBJECT: {SAME: "It is the same person", OTHER: "It is not the same person"},
    SOURCE: {SAME: "They count as one source", OTHER: "They are independent"},
}
STRENGTH = {
    Kind.SUBJECT_NUMBER: "number",
    Kind.SUBJECT_NAME: "name",
    Kind.MENTIONED: "name",
    Kind.SUBJECT_SOUND: "sound",
}
SHOWN = 200  # alerts on the supervisors' page


class NoLine(Refused):
    """Say what you found, and write a line on how you know, in at most 2,000 characters."""


class NoSuchAlert(Refused):
    """There is no such alert, or somebody answered it already. Load the page again."""


class NeitherCase(Refused):
    """Both cases are closed to you. Ask a supervisor who holds one of them to look at it."""


@dataclass(frozen=True)
class Shown:
    """An alert as one person sees it. A case is None where they do not hold it; `line`: what was written of it."""

    row: CaseAlert
    older: Case | None
    newer: Case | None
    line: str = ""

    @property
    def held(self) -> list[Case]:
        return [case for case in (self.older, self.newer) if case is not None]

    @property
    def kind(self) -> str:
        return KINDS[self.row.kind]

    def other(self, case_id: bytes) -> Case | None:
        """The case that this one was found with; None where it is closed to this person."""
        return self.newer if self.row.older == case_id else self.older


def raise_alerts(console: Session, desk: Desk, case: Case, looks: Mapping[Token, Kind]) -> int:
    """An alert with each other case that has one of these values; how many are new or stronger than they were.

    Across all cases, whoever holds them. After an entry of the audit in the same transaction: its lock makes two people
    who enter the same subject at once wait for each other, so that one of them finds the other's.
    """
    found: dict[int, str] = {}
    chosen = select(SearchToken.token, SearchToken.case).where(
        SearchToken.token.in_(list(looks)), SearchToken.case != case.sequence
    )
    for row in console.execute(chosen):
        kind = STRENGTH[looks[row.token]]
        found[row.case] = stronger(kind, found.get(row.case, "sound"))
    others = console.scalars(select(Case).where(Case.sequence.in_(list(found))).order_by(Case.sequence)).all()
    return sum(put(console, desk, case, other, about=SUBJECT, kind=found[other.sequence]) for other in others)


def put(console: Session, desk: Desk, one: Case, two: Case, *, about: str, kind: str) -> bool:
    """One alert, and its flag at both cases. Whether anything was new."""
    older, newer = sorted((one, two), key=lambda case: case.sequence)
    same = select(CaseAlert).where(CaseAlert.older == older.id, CaseAlert.newer == newer.id, CaseAlert.about == about)
    known = console.scalars(same).first()
    if known is not None and (known.verdict == SAME or stronger(kind, known.kind) == known.kind):
        return False
    if known is None:
        known = CaseAlert(
            id=desk.random(16), older=older.id, newer=newer.id, about=about, kind=kind, day=desk.today(), verdict="",
            seen_by=None, seen_at=None,
        )  # fmt: skip
        console.add(known)
    else:
        known.kind, known.day, known.verdict = kind, desk.today(), ""
        known.seen_by = known.seen_at = None
    for case in (older, newer):
        _flag(case, FLAGS[about], True)
    console.flush()
    record(console, desk.unlocked, "alert raised", newer.id, clock=desk.clock, about=about, kind=kind)
    return True


def note(desk: Desk, alert_id: bytes, verdict: str, text: str) -> None:
    """A person's answer, with a line that is sealed into each of the two cases that they hold. Of one subject a
    supervisor answers, of one source a handler too. Raises NoLine, NoSuchAlert, NeitherCase, KeyChanged."""
    text = text.strip()
    if not text or len(text) > MOST:
        raise NoLine
    with desk.databases.console.read() as console:
        row = console.get(CaseAlert, alert_id)
        held = _held(console, desk, (row.older, row.newer)) if row is not None else []
    boxes = [CaseBox(case_id, desk.case_key(case_id)) for case_id in held]
    with desk.databases.console.write() as console:
        row = console.get(CaseAlert, alert_id, with_for_update=True)
        if row is None or row.verdict or not desk.unlocked.may(*answered_by(row.about)):
            raise NoSuchAlert
        if verdict not in VERDICTS[row.about]:
            raise NoLine
        if not boxes:
            raise NeitherCase
        row.verdict, row.seen_by, row.seen_at = verdict, desk.unlocked.user_id, desk.now()
        content = compactjson.encode({"alert": row.id.hex(), "verdict": verdict, "text": text})
        for box in boxes:
            keep(console, desk, box, RECORD, content)
            record(console, desk.unlocked, "alert answered", box.case_id, clock=desk.clock, verdict=verdict)
        console.flush()
        for case_id in (row.older, row.newer):
            _flag(
                console.get_one(Case, case_id, with_for_update=True),
                FLAGS[row.about],
                _still(console, case_id, row.about),
            )


def answered_by(about: str) -> tuple[str, ...]:
    """The roles that answer an alert."""
    return (SUPERVISOR,) if about == SUBJECT else (HANDLER, SUPERVISOR)


def waiting(console: Session) -> int:
    """How many of one subject no supervisor has answered."""
    open_ones = select(func.count()).select_from(CaseAlert)
    return console.scalar(open_ones.where(CaseAlert.verdict == "", CaseAlert.about == SUBJECT)) or 0


def all_shown(console: Session, desk: Desk) -> Sequence[Shown]:
    """For the supervisors' page: the open ones first, then the newest."""
    chosen = select(CaseAlert).order_by(CaseAlert.verdict != "", CaseAlert.day.desc(), CaseAlert.id).limit(SHOWN)
    return _shown(console, desk, console.scalars(chosen).all())


def of_case(console: Session, desk: Desk, case_id: bytes) -> Sequence[Shown]:
    """Those of one case, with the lines that are sealed in it. Raises NotAllowed without its key."""
    chosen = select(CaseAlert).where(or_(CaseAlert.older == case_id, CaseAlert.newer == case_id))
    rows = console.scalars(chosen.order_by(CaseAlert.verdict != "", CaseAlert.day.desc(), CaseAlert.id)).all()
    if not rows:
        return []
    return _shown(console, desk, rows, _lines(console, CaseBox(case_id, desk.case_key(case_id))))


def _shown(
    console: Session, desk: Desk, rows: Sequence[CaseAlert], lines: Mapping[bytes, str] | None = None
) -> Sequence[Shown]:
    mine = _held(console, desk, [case_id for row in rows for case_id in (row.older, row.newer)])
    cases = {case.id: case for case in console.scalars(select(Case).where(Case.id.in_(mine)))}
    return [Shown(row, cases.get(row.older), cases.get(row.newer), (lines or {}).get(row.id, "")) for row in rows]


def _lines(console: Session, box: CaseBox) -> dict[bytes, str]:
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == RECORD)
    kept = [decode_object(box.open(row)) for row in console.scalars(chosen.order_by(CaseRecord.position))]
    return {bytes.fromhex(one["alert"]): str(one["text"]) for one in kept}


def _held(console: Session, desk: Desk, case_ids: Iterable[bytes]) -> list[bytes]:
    chosen = select(CaseReader.case_id).where(
        CaseReader.user_id == desk.unlocked.user_id, CaseReader.case_id.in_(set(case_ids))
    )
    return list(console.scalars(chosen))


def _still(console: Session, case_id: bytes, about: str) -> bool:
    """Whether any such alert at this case is open or was confirmed."""
    here = or_(CaseAlert.older == case_id, CaseAlert.newer == case_id)
    chosen = select(CaseAlert.id).where(here, CaseAlert.about == about, CaseAlert.verdict != OTHER)
    return console.scalars(chosen).first() is not None


def _flag(case: Case, flag: str, raised: bool) -> None:
    others = [name for name in case.flags.split() if name != flag]
    flags = [*others, flag] if raised else others
    case.flags = " ".join(sorted(flags, key=lambda name: (routing.urgency([name]), name)))


def stronger(one: str, two: str) -> str:
    """Of two kinds."""
    return min(one, two, key=list(KINDS).index)
