"""The referral clock, where a referral can go, and words that can be read over the phone (Working Together; Care Act).

Nothing here asks for a state of the case: a referral needs none, and waits for no milestone of an investigation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handler.errors import Refused
from handler.lifecycle.workdays import Calendar
from handler.triage.thrive import Element
from handler.vocabulary import Term, vocabulary

FLAGS = frozenset({"at-risk-now", "at-risk-maybe", "danger-now"})
"""Flags of a report that start the clock."""

ANSWER_WORKING_DAYS = 1
CONFIRM_WORKING_DAYS = 2
"""Commonly 24 to 48 hours by local procedures."""


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


def answer_due(made: int, calendar: Calendar) -> int:
    """A local authority decides within one working day of a referral (Working Together); then it is asked again."""
    return calendar.end_of_working_day_after(made, ANSWER_WORKING_DAYS)


def confirm_due(made: int, calendar: Calendar) -> int:
    """Until when a referral by phone is confirmed in writing."""
    return calendar.end_of_working_day_after(made, CONFIRM_WORKING_DAYS)


def days_to_explain(since: int, now: int, calendar: Calendar) -> list[date]:
    """The working days on each of which it is written why there is no referral yet: the first one to today."""
    first, last = calendar.day_of(since), calendar.day_of(now)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if calendar.is_working(day)]


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


def phone_lines(who: str, concern: str, where: str, now: bool) -> list[str]:
    """A form of words to read over the phone, a breath each: nothing of the report itself, nor of who told us."""
    who, concern, where = (text.strip().rstrip(".") for text in (who, concern, where))
    urgent = ["This is an immediate risk."] if now else []
    return [
        "I am calling from the National Crime Agency with a safeguarding referral.",
        *urgent,
        f"The person at risk: {who}.",
        f"The concern is: {concern}.",
        f"They can be found: {where or 'we do not know where'}.",
        "I cannot say how we know.",
        "Please tell me your name and a reference, and what you will do and by when.",
    ]


def phone_wording(who: str, concern: str, where: str, now: bool) -> str:
    """The same in one piece."""
    return " ".join(phone_lines(who, concern, where, now))


def summary(number: str, elements: Mapping[str, Element]) -> str:
    """THRIVE as text that can be handed over: levels and lines, in the order of the elements."""
    lines = [f"THRIVE summary, {number}"]
    for term in vocabulary("thrive"):
        level, text = _said(elements.get(term.id))
        lines.append(f"{term.text}: {level}. {text}".rstrip())
    return "\n".join(lines) + "\n"


def summary_values(number: str, elements: Mapping[str, Element]) -> dict[str, object]:
    """The same for another system: {"number", "thrive": [{"element", "level", "text"}, …]}."""
    said = ((term.text, *_said(elements.get(term.id))) for term in vocabulary("thrive"))
    return {
        "number": number,
        "thrive": [{"element": element, "level": level, "text": text} for element, level, text in said],
    }


def _said(given: Element | None) -> tuple[str, str]:
    if given is None or not given.level:
        return "Not assessed", ""
    return vocabulary("thrive_levels").text(given.level), given.text.strip()
