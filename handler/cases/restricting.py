"""A case for named people only: its key is renewed for just those, and nobody else opens it, whatever their role.

For corruption that is looked into discreetly. New posts of the reporter are filed by somebody named who has intake.
"""

from collections.abc import Collection, Sequence

from handler.audit.log import record
from handler.cases import giving
from handler.cases.desk import Desk
from handler.cases.renewal import renew
from handler.cases.sharing import RESTRICTED, Access, OnlySupervisors, access, is_restricted
from handler.cases.tables import Case
from handler.errors import Refused
from handler.identity.roles import HANDLER, INTAKE, SUPERVISOR
from handler.identity.users import Person, holders_with_role
from handler.intake import latecomers
from handler.intake.routing import READERS
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict

SPILLAGE = "spillage"
"""The side state of a case that is locked to security officers and to whoever found what is too highly classified."""


class NotYoursToRestrict(Refused):
    """A supervisor, or the handler whom the case is assigned to, restricts it. Ask one of them."""


class NobodyNamed(Refused):
    """Choose the people who are to open the case, a handler or a supervisor among them: somebody must hand it on."""


class NotToBeNamed(Refused):
    """One of these cannot be given the case: they stepped out, are named in it, or have no role that opens cases."""


class RestrictedAlready(Refused):
    """This case is restricted already. Share it with one more person, or take it away from one."""


class NotRestricted(Refused):
    """This case is not restricted. Nothing was changed."""


class LockedNow(Refused):
    """A part of this case is too highly classified, so the case is locked. Come back when that is dealt with."""


def may_restrict(desk: Desk, case: Case) -> bool:
    """A supervisor, or the handler whom it is assigned to."""
    return desk.unlocked.may(SUPERVISOR) or (case.assigned == desk.unlocked.user_id and desk.unlocked.may(HANDLER))


def candidates(found: Access) -> Sequence[Person]:
    """Everyone who could be named, those who hold the key first."""
    return [*found.holders, *found.others]


def files_posts(named: Collection[Person]) -> bool:
    """Whether somebody among them opens the sealed inbox and so files what the reporter adds."""
    return any(INTAKE in person.roles for person in named)


def restrict(desk: Desk, case_id: bytes, named: Collection[bytes]) -> None:
    """Renews the case's key for these people alone; who is assigned and not among them is not assigned any more.

    Raises NotYoursToRestrict, RestrictedAlready, LockedNow, NotToBeNamed, NobodyNamed, NotAllowed.
    """
    latecomers.meet(desk, case_id, named)
    possible = {person.id for person in candidates(access(desk, case_id))}
    with desk.databases.write_both() as (console, wraps):
        case = console.get_one(Case, case_id, with_for_update=True)
        if not may_restrict(desk, case):
            raise NotYoursToRestrict
        if is_restricted(console, case_id):
            raise RestrictedAlready
        if SPILLAGE in case.sides.split():
            raise LockedNow
        if not set(named) <= possible - conflict.recused(console, case_id):  # somebody may have stepped out meanwhile
            raise NotToBeNamed
        if not conflict.can_hand_on(console, set(named)):
            raise NobodyNamed
        renew(console, wraps, desk, case_id, named)
        conflict.let_in(console, case_id, named)
        case.sides = " ".join(sorted({*case.sides.split(), RESTRICTED}))
        if case.assigned not in named:
            case.assigned = None
        record(console, desk.unlocked, "case restricted", case_id, clock=desk.clock, named=len(set(named)))
    desk.databases.keyring.scrub()


def lift(desk: Desk, case_id: bytes) -> int:
    """Wraps the key to all who would have a new case, but for those who are kept out; how many have it now.

    Raises OnlySupervisors, NotRestricted, LockedNow, NotAllowed.
    """
    desk.case_key(case_id)
    if not desk.unlocked.may(SUPERVISOR):
        raise OnlySupervisors
    with desk.databases.write_both() as (console, wraps):
        case = console.get_one(Case, case_id, with_for_update=True)
        if not is_restricted(console, case_id):
            raise NotRestricted
        if SPILLAGE in case.sides.split():
            raise LockedNow
        case.sides = " ".join(side for side in case.sides.split() if side != RESTRICTED)
        wanted = {holder.id for holder in holders_with_role(console, *READERS)}
        giving.give(console, wraps, desk, case_id, wanted - conflict.kept_out(console, case_id))
        number = len(desk.keyring_in(wraps).holders(case_purpose(case_id))) - 1  # recovery
        record(console, desk.unlocked, "restriction lifted", case_id, clock=desk.clock, holders=number)
    return number
