"""What a referral's forms say, as plain values; and what they begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from werkzeug.datastructures import MultiDict

from handler.errors import Refused
from handler.safeguarding.referring import Draft
from handler.times import ZONE, local
from handler.triage.assessment import Assessment
from handler.triage.fields import one
from handler.triage.thrive import Element
from handler.vocabulary import Term, vocabulary

FIRST_YEAR, LAST_YEAR = 2000, 2200
NOW_FLAGS = frozenset({"danger-now", "at-risk-now"})


class NotADate(Refused):
    """Give a day and a time, such as 2026-11-30 and 14:05."""


@dataclass(frozen=True)
class Destination:
    """One body of the form, and the nations whose list has it, a space between."""

    term: Term
    nations: str


def bodies() -> list[Destination]:
    """Every body, those for immediate danger first."""
    found = [Destination(term, " ".join(term.more["nations"])) for term in vocabulary("destinations")]
    return sorted(found, key=lambda body: not body.term.more.get("urgent"))


def moment(day: str, clock: str) -> int | None:
    """Unix seconds of a day and a time by the UK's clocks; None where both are empty. Raises NotADate."""
    if not day.strip() and not clock.strip():
        return None
    try:
        said = datetime.combine(date.fromisoformat(day.strip()), time.fromisoformat(clock.strip()), ZONE)
    except ValueError:
        raise NotADate from None
    if not FIRST_YEAR <= said.year <= LAST_YEAR:
        raise NotADate
    return int(said.timestamp())


def now_in_parts(now: int) -> tuple[str, str]:
    """A day and a time as the inputs of a form have them."""
    moment_now = local(now)
    return moment_now.date().isoformat(), f"{moment_now:%H:%M}"


def draft_of(form: MultiDict[str, str]) -> Draft:
    """Raises NotADate."""
    said = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in form}
    levels, lines = {}, {}
    for term in vocabulary("thrive"):
        level, line = said.get(f"{term.id}-level", ""), said.get(f"{term.id}-line", "")
        if level in vocabulary("thrive_levels"):
            levels[term.id] = level
        if line:
            lines[term.id] = line
    return Draft(
        person=said.get("person", ""), who=said.get("who", ""), where=said.get("where", ""),
        concern=said.get("concern", ""), nation=said.get("nation", ""),
        destinations=tuple(body.term.id for body in bodies() if body.term.id in form.getlist("destinations")),
        now=said.get("now") == "yes", levels=levels, lines=lines, source_risk=said.get("source-risk") == "yes",
        protection=said.get("protection", ""),
        protected=moment(said.get("protected-day", ""), said.get("protected-time", "")),
    )  # fmt: skip


def beginning(found: Assessment, now: int) -> MultiDict[str, str]:
    """What the form starts with: levels from the newest THRIVE, ticks from the flags. No word of the report."""
    known, start = found.known, MultiDict[str, str]()
    for term in vocabulary("thrive"):
        start[f"{term.id}-level"] = one(known.of("thrive"), f"{term.id}-level")
    if known.flags & NOW_FLAGS or one(known.of("danger"), "danger") == "yes":
        start["now"] = "yes"
    if "source-exposure" in known.flags or one(known.of("source-risk"), "could-reveal") == "yes":
        start["source-risk"] = "yes"
    return start


def thrive_of_pack(written: Mapping[str, object]) -> dict[str, Element]:
    """The elements that a referral hands over."""
    levels, lines = _texts(written.get("levels")), _texts(written.get("lines"))
    return {name: Element(levels.get(name, ""), lines.get(name, "")) for name in vocabulary("thrive").ids}


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}
