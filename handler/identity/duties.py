"""Every duty has someone who does it, and a deputy: nothing stops because one person is away.

A duty with nobody raises one alarm; with one person it is a warning on the page of people. A console that was only just
founded has one person and no work, so nothing is raised before there is both a case and a second account, or before a
duty that somebody had has lost its last holder. Once raised, the alarm stands until every duty has somebody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handler.cases.tables import Case
from handler.errors import Refused
from handler.identity.roles import (
    AUDITOR,
    HANDLER,
    INTAKE,
    LEGAL_APPROVER,
    SAFEGUARDING_LEAD,
    SECURITY_OFFICER,
    SENIOR_DECIDER,
    SUPERVISOR,
    TITLES,
)
from handler.identity.tables import User, UserRole
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.pickup.tables import Alarm

DUTIES: Mapping[str, str] = {
    SUPERVISOR: "decide on cases, certify keys, add people",
    INTAKE: "open what arrives",
    HANDLER: "work on cases, answer reporters",
    SENIOR_DECIDER: "decide whether there is a case to answer",
    AUDITOR: "check the audit, approve destruction",
    SAFEGUARDING_LEAD: "take referrals of children and adults at risk",
    SECURITY_OFFICER: "deal with what was too highly classified",
    LEGAL_APPROVER: "read what is privileged, approve publications",
}
"""By role: what is not done where nobody has it."""

NEVER_WITHOUT = (SUPERVISOR, INTAKE)
"""Without these the unit stands still and nobody left could mend it: their last holder stays."""

ALARM = "duties"


class OnlyHolder(Refused):
    """Only this person has this role, and the unit stands still without it. Give it to another person first."""


@dataclass(frozen=True)
class Duty:
    """One duty and the people with open accounts who have it."""

    role: str
    without: str
    holders: tuple[str, ...]  # names

    @property
    def title(self) -> str:
        return TITLES[self.role]


def duties(console: Session) -> Sequence[Duty]:
    """All of them, as they are held."""
    chosen = (
        select(UserRole.role, User.name)
        .join(User, User.id == UserRole.user_id)
        .where(User.disabled.is_(None))
        .order_by(User.lookup)
    )
    held: dict[str, list[str]] = {}
    for row in console.execute(chosen):
        held.setdefault(row.role, []).append(row.name)
    return [Duty(role, without, tuple(held.get(role, ()))) for role, without in DUTIES.items()]


def check_losing(console: Session, user_id: bytes, roles: Collection[str]) -> None:
    """Whether this person may lose these roles. Raises OnlyHolder where the unit would stand still."""
    for role in NEVER_WITHOUT:
        if role in roles and _holders(console, role) == {user_id}:
            raise OnlyHolder(TITLES[role])


def watch(console: Session, today: int, lost: Collection[str] = ()) -> Sequence[Duty]:
    """Raises or clears the alarm as things are; `lost`: roles that somebody has just lost. The duties with nobody."""
    nobody = [duty for duty in duties(console) if not duty.holders]
    raised = console.get(Alarm, ALARM) is not None
    if not nobody:
        clear_alarm(console, ALARM)
    elif raised or _at_work(console) or any(duty.role in lost for duty in nobody):
        raise_alarm(console, ALARM, _sentence(nobody), today)
    return nobody


def _sentence(nobody: Sequence[Duty]) -> str:
    titles = ", ".join(duty.title for duty in nobody)
    which = "this duty" if len(nobody) == 1 else "these duties"
    return f"Nobody has {which}: {titles}. A supervisor gives each to somebody on the page of people."


def _at_work(console: Session) -> bool:
    people = console.scalar(select(func.count()).select_from(User).where(User.disabled.is_(None))) or 0
    return people > 1 and console.scalars(select(Case.id).limit(1)).first() is not None


def _holders(console: Session, role: str) -> set[bytes]:
    chosen = select(User.id).join(UserRole, UserRole.user_id == User.id)
    return set(console.scalars(chosen.where(UserRole.role == role, User.disabled.is_(None))))
