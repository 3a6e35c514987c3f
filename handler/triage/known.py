"""What is known of a case while a section of its assessment is filled in, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handler.intake import routing
from handler.lifecycle.facts import spared
from handler.lifecycle.workdays import Calendar
from handler.triage.fields import Values, many, one
from handler.triage.grading import Confidence, Grade
from handler.triage.jurisdiction import oversight_body
from handler.triage.scoring import HARMS, STA, Priority, Score, score
from handler.triage.sourcerisk import SourceRisk, box_of, exposed
from handler.triage.thrive import Element, Thrive
from handler.vocabulary import vocabulary

PARTS = ("source", "information", "handling", "action", "sanitisation")
"""Of a grade, in the order of its fields."""

RAISED_BY_CHECK = {("danger", "yes"): "danger-now", ("at-risk", "now"): "at-risk-now"}
PRESET: Mapping[str, str] = {
    "danger-now": "danger-now",
    "at-risk-now": "at-risk-now",
    "reporter-unsafe": "reporter",
    "images": "images",
}
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
    newer; and since when: under "apsp" that flag is set, under "p1" the newest ground for P1 stands."""

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
    sta: frozenset[str] = frozenset()  # categories that are priorities of the strategic threat assessment now

    def of(self, section: str) -> Values:
        """The newest answers; empty before there are any."""
        return self.values.get(section, {})

    def since(self, section: str, other: str) -> bool:
        """Whether a section was saved after the newest of another."""
        return self.order.get(section, 0) > self.order.get(other, 0)

    @property
    def overrides(self) -> frozenset[str]:
        """What the reporter's own flags, and our own danger check, say that makes it P1."""
        told = {override for flag, override in PRESET.items() if flag in self.flags}
        return frozenset(told | checked(self.of("danger")))

    @property
    def uplifts(self) -> frozenset[str]:
        """What the reports say, and the alerts of other cases, that lifts the priority by one."""
        reprisal = {"reprisal"} if "punished" in self.choices else set()
        return frozenset(reprisal | (self.flags & {"second-record"}))

    @property
    def urgency(self) -> int:
        """By the flags, or more urgent where our own check found so; never less than the reporter said."""
        checked = [{"yes": 0, "now": 0, "unsure": 1, "maybe": 1}.get(one(self.of("danger"), name), routing.ORDINARY)
                   for name in ("danger", "at-risk")]  # fmt: skip
        return min(routing.urgency(self.flags), *checked)

    def worse_than(self, before: "Known") -> bool:
        """Whether our danger check tells of more danger, or of a nearer risk, than what was known."""
        return any(now > was for now, was in zip(self._danger, before._danger, strict=True))

    @property
    def _danger(self) -> tuple[int, int]:
        """Danger now, and somebody at risk: by our newest check, and by the reporter's flags before there is one."""
        check = self.of("danger")
        if check:
            return int(one(check, "danger") == "yes"), {"maybe": 1, "now": 2}.get(one(check, "at-risk"), 0)
        return int("danger-now" in self.flags), 2 * ("at-risk-now" in self.flags) or int("at-risk-maybe" in self.flags)

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
    def source_risk(self) -> SourceRisk | None:
        """The newest box on the risk to the source; None before there is one."""
        return box_of(self.of("source-risk"), str(self.found.get("source-risk", {}).get("accepted-by", "")))

    @property
    def apsp(self) -> bool:
        return bool(many(self.of("category"), "apsp"))

    @property
    def categories(self) -> list[str]:
        """The main one first; none in a stream that does without."""
        chosen = {} if "category" in spared(one(self.of("stream"), "stream") or self.stream) else self.of("category")
        return [name for name in (one(chosen, "primary"), *many(chosen, "secondary")) if name]

    @property
    def score(self) -> Score | None:
        """The newest one, with the confidence it was made with, by the categories and the STA priorities of now."""
        answers, confidence = self.of("score"), self.found.get("score", {}).get("confidence")
        return self.scored(answers, Confidence(confidence)) if confidence else None

    def scored(self, answers: Values, confidence: Confidence) -> Score:
        """Raises BadScore."""
        uplifts = set(many(answers, "uplifts")) - {STA} | ({STA} if self.sta.intersection(self.categories) else set())
        harms = {name: int(one(answers, f"harm-{name}")) for name in HARMS}
        return score(harms, int(one(answers, "likelihood")), confidence, uplifts, many(answers, "overrides"))

    @property
    def priority(self) -> Priority | None:
        """The supervisor's, where one is set and holds; otherwise the score's, and never less urgent than theirs."""
        scored = self.score.priority if self.score is not None else None
        if self.set_by_hand is None or scored is None:
            return self.set_by_hand or scored
        return min(scored, self.set_by_hand) if self.overtaken else self.set_by_hand

    @property
    def liftable(self) -> int:
        """The priority that an STA priority can still raise, or has raised; 0 where something else decides already."""
        return self.score.liftable if self.score is not None and self.set_by_hand is None else 0

    @property
    def set_by_hand(self) -> Priority | None:
        """What a supervisor set; None where none did, or it is as scored."""
        chosen = one(self.of("override"), "priority")
        return Priority[chosen] if chosen in Priority.__members__ else None

    @property
    def overtaken(self) -> bool:
        """Whether a ground for P1 came after the supervisor's priority: it does not hold any more."""
        return self.set_by_hand is not None and self.since("p1", "override")


def checked(danger: Values) -> frozenset[str]:
    """The overrides that a danger check finds."""
    return frozenset(flag for (name, answer), flag in RAISED_BY_CHECK.items() if one(danger, name) == answer)


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
    if known.source_risk is not None and exposed(known.flags, known.source_risk):
        asked.append(("source-risk", "To act on this may show who reported: nothing goes ahead before that is met."))
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
    if known.overtaken:
        said = "A ground for P1 came after a supervisor set the priority, which holds no more: a supervisor decides."
        asked.append(("override", said))
    return asked
