"""Somebody leaves: their keys go, their cases are handed on, and every case they could open gets a new key.

What they have read they have read: it is listed. Cases that the supervisor at the desk cannot open are marked, and get
their new key when somebody who can opens them next.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import giving
from handler.cases.desk import Desk
from handler.cases.inforce import settle_all
from handler.cases.renewal import renew
from handler.cases.sharing import RESTRICTED
from handler.cases.tables import Case, CaseOpening, CaseReader
from handler.errors import NotAllowed, Refused
from handler.identity import accounts, duties
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.identity.tables import User
from handler.identity.users import Person, people
from handler.keys import lost
from handler.keys.keyring import Keyring, case_purpose
from handler.lifecycle import conflict, recording
from handler.lifecycle.tables import CaseTask

LOOKED_BACK_DAYS = 180  # how far past openings are listed
HAND_OVER = "handover"
SECONDS = 20.0  # of renewing keys in one go; what is left stays marked
HAND_ON_ROLES = (HANDLER, SUPERVISOR)


class NoSuchPerson(Refused):
    """There is no such account, or it is closed already. Load the page again."""


class NotYourself(Refused):
    """You cannot close your own account. Another supervisor does, so that your cases get new keys."""


class NobodyLeft(Refused):
    """Nobody else could open these cases and hand them on. Whoever leaves shares each with someone first."""


class NoSuccessor(Refused):
    """Choose who takes over the cases that are assigned to this person: a handler or a supervisor."""


@dataclass(frozen=True)
class Opened:
    """A case that the person opened: on how many days, and the last of them."""

    case: Case
    days: int
    last: int


@dataclass(frozen=True)
class Leaver:
    """What hangs on a person, without the restricted cases that the person at the desk cannot open: those are counted.

    `alone`: cases that nobody else could hand on; `hidden`: how many restricted ones there are beside.
    """

    person: Person
    holds: Sequence[Case]
    assigned: Sequence[Case]
    alone: Sequence[Case]
    opened: Sequence[Opened]
    tasks: Sequence[tuple[Case, int]]  # open ones of theirs, and the day each is due
    hidden: int
    needs_successor: bool
    successors: Sequence[Person]


@dataclass(frozen=True)
class Left:
    """What was done, as the databases have it afterwards."""

    person: Person
    wraps: int  # keys that they still hold: 0
    renewed: int  # cases with a new key
    to_renew: int  # cases that get one when somebody who holds them opens them
    reassigned: Sequence[Case]
    unassigned: Sequence[Case]  # of theirs that the successor cannot have
    notes: int  # hand-over notes that were kept
    without: int  # cases that no active person could hand on: 0
    duties: Sequence[duties.Duty]  # that nobody has now
    copies: Sequence[lost.Copy] = ()  # of the console's keys, that they may have kept


def look(desk: Desk, user_id: bytes) -> Leaver:
    """Raises NoSuchPerson."""
    with desk.databases.console.read() as console, desk.keyring() as keyring:
        everyone = people(console)
        person, held = _among(everyone, user_id), held_cases(keyring, user_id)
        holds, assigned, alone = _cases(console, held), assigned_to(console, user_id), _alone(console, held, user_id)
        opened, tasks = _opened(console, user_id, desk.today()), _tasks(console, user_id)
        hidden = _hidden(
            [*holds.values(), *assigned, *(one.case for one in opened)], held_cases(keyring, desk.unlocked.user_id)
        )
        return Leaver(
            person=person,
            holds=[case for case in holds.values() if case.id not in hidden],
            assigned=[case for case in assigned if case.id not in hidden],
            alone=[holds[case_id] for case_id in alone if case_id in holds],
            opened=[one for one in opened if one.case.id not in hidden],
            tasks=[(case, day) for case, day in tasks if case.id not in hidden],
            hidden=len(hidden),
            needs_successor=bool(assigned),
            successors=[one for one in everyone if one.id != user_id and one.disabled is None and _takes_over(one)],
        )


def _hidden(cases: Sequence[Case], mine: Mapping[bytes, object]) -> set[bytes]:
    return {case.id for case in cases if RESTRICTED in case.sides.split() and case.id not in mine}


def _tasks(console: Session, user_id: bytes) -> list[tuple[Case, int]]:
    chosen = select(CaseTask.case_id, CaseTask.due).where(CaseTask.by == user_id, CaseTask.done.is_(None))
    due = [(row.case_id, row.due) for row in console.execute(chosen.order_by(CaseTask.due))]
    cases = _cases(console, [case_id for case_id, _ in due])
    return [(cases[case_id], day) for case_id, day in due]


def leave(desk: Desk, user_id: bytes, successor: bytes | None = None, note: str = "") -> Left:
    """Closes an account and hands on what hung on it; in this order, so that a stop in the middle leaves nothing open.

    First every key of the person goes and each of their cases is marked, in one transaction; then each case that the
    person at the desk holds gets a new key and the hand-over note. Raises NoSuchPerson, NotYourself, OnlyHolder,
    NobodyLeft, NoSuccessor.
    """
    settle_all(desk.databases, desk.keyring_in)
    with desk.databases.write_both() as (console, wraps):
        keyring = desk.keyring_in(wraps)
        person, held = _may_leave(console, desk, keyring, user_id)
        assigned = assigned_to(console, user_id)
        if assigned and not _is_successor(console, successor, user_id):
            raise NoSuccessor
        accounts.close(console, keyring, user_id, desk.today())
        handed = [case for case in assigned if _hand_on(console, wraps, desk, case, successor)]
        marked = update(Case).where(Case.id.in_(list(held))).values(renew_key=True)
        console.execute(marked, execution_options={"synchronize_session": False})
        nobody = duties.watch(console, desk.today(), person.roles)
        record(
            console, desk.unlocked, "person closed", clock=desk.clock, person=user_id.hex(), cases=len(held),
            reassigned=len(handed), successor=successor.hex() if successor and handed else "",
        )  # fmt: skip
    desk.databases.keyring.scrub()
    lost.replace_ahead(desk.services, desk.unlocked)
    notes = _keep_notes(desk, handed, note.strip())
    renewed = renew_marked(desk, list(held))
    return _account(desk, person, Left(
        person, 0, renewed, len(held) - renewed, handed, [case for case in assigned if case not in handed], notes, 0,
        nobody,
    ))  # fmt: skip


def renew_marked(desk: Desk, case_ids: Sequence[bytes], ticks: Callable[[], float] = time.monotonic) -> int:
    """Gives the marked ones among these cases, of those that this person holds, a new key; how many in the time."""
    renewed, end = 0, ticks() + SECONDS
    for case_id in case_ids:
        if ticks() > end:
            break
        try:
            with desk.databases.write_both() as (console, wraps):
                marked = console.scalar(select(Case.renew_key).where(Case.id == case_id).with_for_update())
                if marked:
                    renew(console, wraps, desk, case_id)
                    renewed += 1
        except NotAllowed:
            continue
    desk.databases.keyring.scrub()
    return renewed


def without_holder(console: Session) -> int:
    """How many cases no active person could open and hand on."""
    held = (
        select(CaseReader.case_id)
        .join(User, User.id == CaseReader.user_id)
        .where(User.disabled.is_(None), User.id.in_(conflict.who_hand_on()))
    )
    return console.scalar(select(func.count()).select_from(Case).where(Case.id.not_in(held))) or 0


def _may_leave(
    console: Session, desk: Desk, keyring: Keyring, user_id: bytes
) -> tuple[Person, Mapping[bytes, set[bytes]]]:
    person = open_account(console, user_id)
    duties.check_losing(console, user_id, person.roles)
    if user_id == desk.unlocked.user_id:
        raise NotYourself
    held = held_cases(keyring, user_id)
    check_alone(console, held, user_id)
    return person, held


def check_alone(console: Session, held: Mapping[bytes, set[bytes]], user_id: bytes) -> None:
    """Raises NobodyLeft with the numbers of the cases that nobody but this person could hand on."""
    alone = _alone(console, held, user_id)
    if alone:
        raise NobodyLeft(*(case.number for case in _cases(console, alone).values()))


def assigned_to(console: Session, user_id: bytes) -> list[Case]:
    """In order."""
    return list(console.scalars(select(Case).where(Case.assigned == user_id).order_by(Case.sequence)))


def _hand_on(console: Session, wraps: Session, desk: Desk, case: Case, successor: bytes | None) -> bool:
    """Assigns a case to the successor where they hold its key or can be given it; else it is nobody's for now."""
    case.assigned = None
    if successor is None or successor in conflict.recused(console, case.id):
        return False
    if successor not in desk.keyring_in(wraps).holders(case_purpose(case.id)):
        try:
            if not giving.give(console, wraps, desk, case.id, [successor]):
                return False
        except NotAllowed:
            return False
        record(console, desk.unlocked, "case shared", case.id, clock=desk.clock, person=successor.hex())
    case.assigned = successor
    return True


def _keep_notes(desk: Desk, cases: Sequence[Case], note: str) -> int:
    """Under the key of each case, where the person at the desk has it."""
    kept = 0
    for case in cases if note else ():
        try:
            recording.keep_note(desk, case.id, HAND_OVER, {"text": note})
            kept += 1
        except NotAllowed:
            continue
    return kept


def _account(desk: Desk, person: Person, done: Left) -> Left:
    with desk.databases.console.read() as console, desk.keyring() as keyring:
        wraps = len(keyring.purposes(person.id)) + (keyring.locked_seed(person.id) is not None)
        without = without_holder(console)
        copies = [copy for copy in lost.copies(console, desk.today()) if copy.user_id == person.id]
    return Left(
        done.person, wraps, done.renewed, done.to_renew, done.reassigned, done.unassigned, done.notes, without,
        done.duties, copies,
    )  # fmt: skip


def open_account(console: Session, user_id: bytes) -> Person:
    """Raises NoSuchPerson."""
    return _among(people(console), user_id)


def _among(everyone: Sequence[Person], user_id: bytes) -> Person:
    found = [person for person in everyone if person.id == user_id and person.disabled is None]
    if not found:
        raise NoSuchPerson
    return found[0]


def _takes_over(person: Person) -> bool:
    return not person.roles.isdisjoint(HAND_ON_ROLES)


def _is_successor(console: Session, successor: bytes | None, leaver: bytes) -> bool:
    return successor != leaver and any(
        one.id == successor and one.disabled is None and _takes_over(one) for one in people(console)
    )


def held_cases(keyring: Keyring, user_id: bytes) -> dict[bytes, set[bytes]]:
    """Case to all who hold its key."""
    found = keyring.held_with(user_id, "case ")
    return {bytes.fromhex(purpose.removeprefix("case ")): holders for purpose, holders in found.items()}


def _alone(console: Session, held: Mapping[bytes, set[bytes]], user_id: bytes) -> list[bytes]:
    able = conflict.can_hand_on(console, set().union(*held.values())) - {user_id}
    return [case_id for case_id, holders in held.items() if holders.isdisjoint(able)]


def _cases(console: Session, case_ids: Sequence[bytes] | Mapping[bytes, object]) -> dict[bytes, Case]:
    chosen = select(Case).where(Case.id.in_(list(case_ids))).order_by(Case.sequence)
    return {case.id: case for case in console.scalars(chosen)}


def _opened(console: Session, user_id: bytes, today: int) -> list[Opened]:
    chosen = (
        select(CaseOpening.case_id, func.count().label("days"), func.max(CaseOpening.day).label("last"))
        .where(CaseOpening.user_id == user_id, CaseOpening.day >= today - LOOKED_BACK_DAYS)
        .group_by(CaseOpening.case_id)
    )
    rows = {row.case_id: row for row in console.execute(chosen)}
    return [Opened(case, rows[case.id].days, rows[case.id].last) for case in _cases(console, rows).values()]
