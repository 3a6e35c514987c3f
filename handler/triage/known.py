"""What is known of a case while a section of its assessment is filled in, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handler.intake import routing
from handler.lifecycle.workdays import Calendar
from handler.triage.fields import Values, many, one
from handler.triage.grading import Confidence, Grade
from handler.triage.jurisdiction import oversight_body
from handler.triage.scoring import Priority
from handler.triage.thrive import Element, Thrive
from handler.vocabulary import vocabulary

PARTS = ("source", "information", "handling", "action", "sanitisation")
"""Of a grade, in the order of its fields."""

RAISED_BY_CHECK = {("danger", "yes"): "danger-now", ("at-risk", "now"): "at-risk-now"}
PRESET = ("danger-now", "at-risk-now", "images")
"""Flags of a report that are overrides of the score as well; “images” is set when something was sealed as such."""


@dataclass(frozen=True)
class Item:
    """One thing that the reporter sent and that is graded on its own."""

    id: str  # hex of the record's id
    heading: str
    how_known: str = ""  # what the reporter ticked at “How do you know?”
    order: int = 0  # where it stands in the case, as in Known.order


@dataclass(frozen=True)
class Known:
    """`values` and `found`: by section, the newest of each. `order`: where each stands in the case, the higher the
    newer; and under "apsp" since when that flag is set."""

    flags: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()  # all that the reporter ticked at “What is it about?”
    items: tuple[Item, ...] = ()
    values: Mapping[str, Values] = field(default_factory=dict)
    found: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    order: Mapping[str, int] = field(default_factory=dict)
    stream: str = "report"
    received: int = 0
    now: int = 0
    calendar: Calendar = field(default_factory=Calendar)
    who: str = ""
    supervisor: bool = False

    def of(self, section: str) -> Values:
        """The newest answers; empty before there are any."""
        return self.values.get(section, {})

    def since(self, section: str, other: str) -> bool:
        """Whether a section was saved after the newest of another."""
        return self.order.get(section, 0) > self.order.get(other, 0)

    @property
    def overrides(self) -> frozenset[str]:
        """What the reporter's own flags, and our own danger check, say that makes it P1."""
        checked = {flag for (name, answer), flag in RAISED_BY_CHECK.items() if one(self.of("danger"), name) == answer}
        return frozenset((self.flags & set(PRESET)) | checked)

    @property
    def urgency(self) -> int:
        """By the flags, or more urgent where our own check found so; never less than the reporter said."""
        checked = [{"yes": 0, "now": 0, "unsure": 1, "maybe": 1}.get(one(self.of("danger"), name), routing.ORDINARY)
                   for name in ("danger", "at-risk")]  # fmt: skip
        return min(routing.urgency(self.flags), *checked)

    @property
    def grades(self) -> Mapping[str, Grade]:
        """Of each item that has one."""
        given = self.of("grade")
        return {item.id: grade_of(given, item.id) for item in self.items if one(given, f"{item.id}-source")}

    @property
    def confidence(self) -> Confidence | None:
        """That of the best graded item; None before any was graded."""
        return max((grade.confidence for grade in self.grades.values()), key=lambda it: it.rank, default=None)

    @property
    def apsp(self) -> bool:
        return bool(many(self.of("category"), "apsp"))

    @property
    def priority(self) -> Priority | None:
        """The supervisor's, where one is set; otherwise the score's."""
        override = one(self.of("override"), "priority")
        scored = self.found.get("score", {}).get("priority")
        if override in {name.name for name in Priority}:
            return Priority[override]
        return Priority(scored) if isinstance(scored, int) else None


def grade_of(values: Values, item: str) -> Grade:
    """Action code and sanitisation belong to handling code C; under P the lists of a form still show some, and they are
    not meant. Raises BadGrade, BadHandling."""
    given = {part: one(values, f"{item}-{part}") for part in PARTS}
    if given["handling"] == "P":
        given |= {"action": "", "sanitisation": ""}
    return Grade(**given)


def thrive_of(values: Values) -> Thrive:
    """Raises ThriveNotComplete."""
    return Thrive(
        {name: Element(one(values, f"{name}-level"), one(values, f"{name}-text")) for name in vocabulary("thrive").ids}
    )


def open_prompts(known: Known) -> list[tuple[str, str]]:
    """What the assessment itself asks for next: the section, and why. Each goes when that section is saved anew."""
    asked = []
    if known.apsp and known.since("apsp", "referral"):
        asked.append(("referral", "A position may have been used for a sexual purpose: do the referral test."))
    if known.apsp and known.since("apsp", "danger"):
        asked.append(("danger", "A position may have been used for a sexual purpose: think of safeguarding now."))
    ungraded = [item for item in known.items if item.id not in known.grades]
    if known.grades and ungraded:
        asked.append(("grade", "Something new came from the reporter: grade it."))
    if "thrive" in known.order and any(item.order > known.order["thrive"] for item in known.items):
        asked.append(("thrive", "Something new came from the reporter: THRIVE again."))
    tested = known.found.get("referral", {})
    where = one(known.of("jurisdiction"), "jurisdiction")
    if tested.get("mandatory") == "yes" and where and oversight_body(where) != tested.get("body"):
        asked.append(("referral", "The oversight body is another one now: do the referral test again."))
    scored = known.found.get("score", {})
    if scored and known.confidence is not None and scored.get("confidence") != known.confidence.value:
        asked.append(("score", "The grades have changed: score again."))
    missing = known.overrides - set(many(known.of("score"), "overrides"))
    if scored and any(known.since("danger", "score") or not one(known.of("score"), f"not-{flag}") for flag in missing):
        asked.append(("score", "There is a new reason for P1: score again."))
    return asked
