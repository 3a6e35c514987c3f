"""A saved section as people read it: each answer in words, and what followed from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handler.times import written_time
from handler.triage.assessment import Version
from handler.triage.fields import TEXT, Field, Value, one
from handler.triage.known import Known, grade_of
from handler.triage.scoring import OVERRIDES, Priority
from handler.triage.sections import BY_ID

TOGETHER = ("thrive",)
"""Sections in which the fields of a group are one line."""

LINES = {
    "authority": "Appropriate authority",
    "body": "Oversight body",
    "confidence": "Confidence",
    "cautions": "What the law says",
    "accepted-by": "The risk that is left was accepted by",
}


@dataclass(frozen=True)
class Line:
    """One row of a summary list. `words`: a person's own, to be shown as they were typed."""

    label: str
    texts: Sequence[str]
    words: str = ""


def lines(version: Version, known: Known) -> list[Line]:
    """Of one version of a section."""
    if version.section == "grade":
        return [*_grades(version, known), *_followed(version)]
    asked = BY_ID[version.section].ask(known)
    answered = _together if version.section in TOGETHER else _each
    return [*answered(asked, version), *_followed(version)]


def _each(asked: Sequence[Field], version: Version) -> Iterable[Line]:
    unasked = "clear" if not version.values.get("criteria") else ""  # a day that stands there before anything is met
    for field in asked:
        value = version.values.get(field.name, "")
        if value and field.name != unasked:
            yield _line(field.label, [field], [value])
    names = {field.name for field in asked}
    for flag, text in OVERRIDES.items():  # no longer asked once nothing says so any more, but never out of sight
        reason = version.values.get(f"not-{flag}", "")
        if isinstance(reason, str) and reason and f"not-{flag}" not in names:
            yield Line(f"Why this did not hold: {text.lower()}", [], reason)


def _together(asked: Sequence[Field], version: Version) -> Iterable[Line]:
    groups: dict[str, list[Field]] = {}
    for field in asked:
        groups.setdefault(field.group, []).append(field)
    for heading, members in groups.items():
        yield _line(heading, members, [version.values.get(field.name, "") for field in members])


def _line(label: str, asked: Sequence[Field], given: Sequence[Value]) -> Line:
    texts: list[str] = []
    words = ""
    for field, value in zip(asked, given, strict=True):
        if field.kind == TEXT and isinstance(value, str):
            words = value
        else:
            texts += field.shown(value)
    return Line(label, texts, words)


def _grades(version: Version, known: Known) -> Iterable[Line]:
    for item in known.items:
        if version.values.get(f"{item.id}-source"):
            given = grade_of(version.values, item.id)
            reason = one(version.values, f"{item.id}-reason")
            texts = [given.written, f"{given.confidence.value} confidence"]
            texts += ["PII"] if version.values.get(f"{item.id}-pii") == "yes" else []
            yield Line(item.heading, texts, reason)
            because = one(version.values, f"{item.id}-because")
            if given.information == "B" and because:
                yield Line("Independent source because", [], because)


def _followed(version: Version) -> Iterable[Line]:
    """What the rules made of it then."""
    found = version.found
    if version.section == "score":
        reasons = found.get("reasons", [])
        yield Line("How it came to that", [str(reason) for reason in reasons] if isinstance(reasons, list) else [])
        yield Line("Priority by the score", [_name(found.get("priority"))])
    elif version.section == "override":
        yield Line("The score gave", [_name(found.get("scored"))])
    elif version.section == "referral":
        yield Line("Outcome", [_outcome(version)])
    elif version.section == "source-risk" and found.get("blocked") == "yes":
        yield Line("Acts that disclose", ["Stopped until there is another origin, or a supervisor accepts the risk"])
    for name, label in LINES.items():
        told = found.get(name)
        if told and version.section not in ("score", "referral"):
            yield Line(label, [str(one) for one in told] if isinstance(told, list) else [str(told)])


def _outcome(version: Version) -> str:
    due = version.found.get("due")
    if version.found.get("mandatory") != "yes" or not isinstance(due, int):
        return "Not mandatory"
    return f"Mandatory, to the {version.found.get('body')}, by {written_time(due)}"


def _name(level: object) -> str:
    return Priority(level).name if isinstance(level, int) else "none"
