"""Who works on a case: supervisors give cases to anybody who can open them, handlers take what nobody has."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases import sharing
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.roles import CASE_ROLES, SUPERVISOR
from handler.identity.users import Person, people
from handler.keys.keyring import case_purpose

MOST = 200  # cases at once


class NoCase(Refused):
    """Tick one or more cases first, at most 200."""


class NobodyChosen(Refused):
    """Choose who is to work on them: somebody with an open account and a role that opens cases."""


class NotYoursToGive(Refused):
    """A handler takes cases that nobody has, and gives back their own. Ask a supervisor to assign the others."""


class CannotOpenThem(Refused):
    """Who is to work on a case must be able to open it. Share it with them first."""

    def __init__(self, case_ids: Sequence[bytes]) -> None:
        self.case_ids = tuple(case_ids)
        super().__init__()


def open_to_cases(everyone: Iterable[Person]) -> list[Person]:
    """Whom cases can be assigned to: an open account and a role that opens cases."""
    return [one for one in everyone if one.disabled is None and not one.roles.isdisjoint(CASE_ROLES)]


def assign(desk: Desk, case_ids: Iterable[bytes], to: bytes | None, *, share: bool = False) -> int:
    """Gives all of them to one person, or to nobody; how many changed hands. All or none.

    `share`: whoever cannot open some of them is given their keys first, by this person's own.
    Raises NoCase, NobodyChosen, NotYoursToGive, CannotOpenThem, NotAllowed, and NotToShareWith with `share`.
    """
    wanted = sorted(set(case_ids))
    if not 1 <= len(wanted) <= MOST:
        raise NoCase
    with desk.databases.console.read() as console:
        if to is not None and to not in {one.id for one in open_to_cases(people(console))}:
            raise NobodyChosen
        for case in _rows(console, wanted):
            _check(desk, case, to)
    closed = _closed_to(desk, wanted, to)
    if closed and not share:
        raise CannotOpenThem(closed)
    for case_id in closed:
        sharing.share(desk, case_id, to or b"")
    with desk.databases.console.write() as console:
        changed = 0
        for case_id in wanted:
            case = console.get_one(Case, case_id, with_for_update=True)
            _check(desk, case, to)
            if case.assigned != to:
                case.assigned, changed = to, changed + 1
                record(console, desk.unlocked, "case assigned", case_id, clock=desk.clock, to=(to or b"").hex())
    return changed


def _rows(console: Session, case_ids: Sequence[bytes]) -> Sequence[Case]:
    rows = console.scalars(select(Case).where(Case.id.in_(case_ids))).all()
    if len(rows) != len(case_ids):
        raise NotAllowed
    return rows


def _check(desk: Desk, case: Case, to: bytes | None) -> None:
    me = desk.unlocked.user_id
    takes, gives_back = case.assigned is None and to == me, case.assigned == me and to is None
    if not (desk.unlocked.may(SUPERVISOR) or takes or gives_back or case.assigned == to):
        raise NotYoursToGive


def _closed_to(desk: Desk, case_ids: Sequence[bytes], to: bytes | None) -> list[bytes]:
    """Those that the person has no key of. Raises NotAllowed where this person has none."""
    found = []
    with desk.keyring() as keyring:
        for case_id in case_ids:
            holders = keyring.holders(case_purpose(case_id))
            if desk.unlocked.user_id not in holders:
                raise NotAllowed
            if to is not None and to not in holders:
                found.append(case_id)
    return found
