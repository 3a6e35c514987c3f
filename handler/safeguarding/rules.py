"""The referral clock, where a referral can go, and words that can be read over the phone (Working Together; Care Act).

Nothing here asks for a state of the case: a referral needs none, and waits for no milestone of an investigation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handler.errors import Refused
from handler.lifecycle.workdays import Calendar
from handler.triage.thrive import Thrive
from handler.vocabulary import Term, vocabulary

FLAGS = frozenset({"at-risk-now", "at-risk-maybe", "danger-now"})
"""Flags of a report that start the clock."""


class NoDestination(Refused):
    """Choose at least one place that the referral goes to, from those of the nation where the person is."""


class WhyNotYet(Refused):
    """The referral is late, or was not made today. Write each day why not yet."""


@dataclass(frozen=True)
class Clock:
    """When a referral should be made and when it must be: unix seconds of the close of business."""

    target: int  # the same day, or the next working day where that day is none
    limit: int  # one working day later, at most

    def breached(self, now: int, made: int | None) -> bool:
        """After the limit without a referral, or with a later one: supervisor and safeguarding lead are told."""
        return (now if made is None else made) > self.limit


def clock(flagged: int, calendar: Calendar) -> Clock:
    """`flagged`: unix seconds when the risk was first known here."""
    day = calendar.add_working_days(calendar.day_of(flagged), 0)
    target = max(calendar.closing(day), flagged)
    return Clock(target, calendar.closing(calendar.add_working_days(day, 1)))


def destinations(nation: str) -> list[Term]:
    """Where a referral can go; where the nation is not known, everywhere."""
    every = list(vocabulary("destinations"))
    if nation in ("", "unknown"):
        return every
    return [term for term in every if nation in term.more["nations"]]


def check_destinations(chosen: Sequence[str], nation: str) -> None:
    """Raises NoDestination."""
    possible = {term.id for term in destinations(nation)}
    if not chosen or not possible.issuperset(chosen):
        raise NoDestination


def starts_clock(flags: Iterable[str], ages: Iterable[str] = ()) -> bool:
    """Whether a case's flags, or the age of any person in it whatever their role, mean that someone may be at risk."""
    at_risk = {term.id for term in vocabulary("ages") if term.more.get("safeguarding")}
    return not FLAGS.isdisjoint(flags) or not at_risk.isdisjoint(ages)


def phone_wording(who: str, concern: str, where: str, now: bool) -> str:
    """A form of words to read over the phone: nothing of the report itself, and nothing of who told us."""
    urgent = "This is an immediate risk. " if now else ""
    return (
        "I am calling from the National Crime Agency with a safeguarding referral. "
        f"{urgent}It concerns {who.strip()}. The concern is: {concern.strip()}. "
        f"They can be found: {where.strip() or 'we do not know where'}. "
        "I cannot say how we know. Please tell me your name and a reference, and what you will do and by when."
    )


def summary(case_number: str, thrive: Thrive) -> str:
    """THRIVE as text that can be handed over: levels and lines, in the order of the elements."""
    levels = vocabulary("thrive_levels")
    lines = [f"THRIVE summary, {case_number}"]
    for element in vocabulary("thrive"):
        given = thrive.elements[element.id]
        lines.append(f"{element.text}: {levels.text(given.level)}. {given.text.strip()}")
    return "\n".join(lines) + "\n"
