"""The sections of an assessment: what each asks, what follows from it, and which step of the lifecycle it serves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handler.errors import Refused
from handler.intake import routing
from handler.triage import categories, fields, judging, questions, scoring
from handler.triage.fields import Field, Sent, Values
from handler.triage.judging import Found
from handler.triage.known import Known
from handler.vocabulary import vocabulary

Notes = Callable[[Known], list[str]]


class NoSuchSection(Refused):
    """The assessment has no such part. Choose one from its list."""


def _quiet(known: Known) -> list[str]:
    return []


@dataclass(frozen=True)
class Section:
    """`facts`: names of lifecycle NEEDS that it records. `notes`: what the assessor is told above the form."""

    id: str
    title: str
    about: str
    ask: Callable[[Known], Sequence[Field]]
    judge: Callable[[Values, Known], Found]
    facts: tuple[str, ...] = ()
    notes: Notes = _quiet
    supervisor: bool = False

    def read(self, sent: Sent, known: Known) -> tuple[Values, Found]:
        """Answers, and what follows from them. Raises NotComplete, NotGraded, NotScored."""
        values = fields.answers(self.ask(known), sent)
        return values, self.judge(values, known)

    def form(self, known: Known) -> list[Field]:
        """The questions, with what was answered before."""
        return questions.filled(self.ask(known), known.of(self.id))


def _flags(known: Known, *names: str) -> list[str]:
    return [f"The reporter’s answers say: {routing.TEXTS[name]}." for name in names if name in known.flags]


def _danger_notes(known: Known) -> list[str]:
    told = _flags(known, "danger-now", "danger-unsure", "at-risk-now", "at-risk-maybe", "reporter-unsafe")
    if known.apsp:
        told.append("A position may have been used for a sexual purpose. Think of those who may be at risk from it.")
    return told


def _suggested(known: Known, name: str) -> list[str]:
    texts = [vocabulary(name).text(found) for found in categories.suggested(known.choices, name)]
    return [f"What the reporter ticked points to: {'; '.join(texts)}. It is for you to decide."] if texts else []


def _referral_notes(known: Known) -> list[str]:
    if not known.apsp:
        return []
    return ["Abuse of position for a sexual purpose is serious corruption: tick that, or write why it is not met."]


def _grade_notes(known: Known) -> list[str]:
    if "one-source" not in known.flags:
        return []
    return [
        "Another report is very alike and came within days. They count as one source, and B is not to be had, until "
        "somebody answers the alert in the case: why they are independent."
    ]


def _score_notes(known: Known) -> list[str]:
    if known.confidence is None:
        return ["Grade every item of the reporter first: the confidence comes from the grades."]
    grades = ", ".join(sorted(grade.written for grade in known.grades.values()))
    best = f"Confidence: {known.confidence.value}, by the best of the grades ({grades})."
    return [best, *_sta_priority(known), *_second_record(known)]


def _sta_priority(known: Known) -> list[str]:
    raised = [categories.shown(name) for name in known.categories if name in known.sta]
    said = "Raised by one, because it is a priority of the strategic threat assessment"
    return [f"{said}: {'; '.join(raised)}."] if raised else []


def _second_record(known: Known) -> list[str]:
    if "second-record" not in known.flags:
        return []
    lifted = scoring.UPLIFTS["second-record"].lower()
    said = f"Another case may have the same subject: see the alert. “{lifted}” is ticked, and raises by one: "
    return [said + "take it out if it has not."]


def _override_notes(known: Known) -> list[str]:
    return [f"The score gives {known.score.priority.name}."] if known.score is not None else ["There is no score yet."]


def _source_notes(known: Known) -> list[str]:
    told = _flags(known, "source-exposure", "reporter-unsafe", "reprisal")
    accepted = known.found.get("source-risk", {}).get("accepted-by")
    if accepted:
        told.append(f"{accepted} accepted the risk that is left. Saved again, this must be accepted again.")
    return told


def _stream_notes(known: Known) -> list[str]:
    if known.stream != "access-check":
        return []
    return ["This is a legitimate-access check. It is not counted as corruption. In another stream the rest is asked."]


def _protected_notes(known: Known) -> list[str]:
    return ["The limb (da), sexual harassment, is for disclosures from 6 April 2026."]


SECTIONS: tuple[Section, ...] = (
    Section(
        "danger", "Danger check", "Is anyone in danger, or at risk? First of all, in every case.",
        questions.danger, judging.nothing, ("danger-check",), _danger_notes,
    ),
    Section(
        "thrive", "THRIVE", "Six elements, each with a level and a line. Every version is kept.",
        questions.thrive, judging.thrive, ("thrive", "rethrive"),
    ),
    Section(
        "category", "Corruption category", "One main category, further ones where they fit.",
        questions.category, judging.category, ("category",), lambda known: _suggested(known, "categories"),
    ),
    Section(
        "conduct", "Conduct category", "Prejudicial and improper behaviour, discrimination, reprisal; or none.",
        questions.conduct, judging.conduct, ("conduct",), lambda known: _suggested(known, "conduct"),
    ),
    Section(
        "grade", "3x5x2 grades", "Each thing that the reporter sent has a grade of its own.",
        questions.grade, judging.grade, ("grade",), _grade_notes,
    ),
    Section(
        "protected", "Protected disclosure", "The finding, its limbs of section 43B, and why.",
        questions.protected, judging.protected, ("protected",), _protected_notes,
    ),
    Section(
        "jurisdiction", "Jurisdiction and authority", "The appropriate authority and the oversight body follow.",
        questions.jurisdiction, judging.jurisdiction, ("jurisdiction",),
    ),
    Section(
        "referral", "Mandatory referral", "Whether the oversight body must be told, and by when.",
        questions.referral, judging.referral, ("referral-test",), _referral_notes,
    ),
    Section(
        "source-risk", "Risk to the source", "Before anything is done that others could notice.",
        questions.source_risk, judging.source_risk, ("source-risk",), _source_notes,
    ),
    Section(
        "connected", "Others connected", "Who else is or may be part of it; or nobody, and why.",
        questions.connected, judging.nothing, ("connected",),
    ),
    Section(
        "score", "Score and priority", "Harm times likelihood, with the confidence of the grades. Informed by MoRiLE.",
        questions.score, judging.score, ("score",), _score_notes,
    ),
    Section(
        "override", "Supervisor’s priority", "A supervisor may set another priority, with a reason. Both are shown.",
        questions.override, judging.override, (), _override_notes, supervisor=True,
    ),
    Section(
        "stream", "Stream", "A legitimate-access check is not counted as corruption until there is suspicion.",
        questions.stream, judging.nothing, (), _stream_notes,
    ),
    Section(
        "setting", "Regime, grade band and enablers", "For the register and the strategic assessment.",
        questions.setting, judging.nothing, ("regime",),
    ),
)  # fmt: skip
BY_ID: Mapping[str, Section] = {section.id: section for section in SECTIONS}


def section(section_id: str) -> Section:
    """Raises NoSuchSection."""
    found = BY_ID.get(section_id)
    if found is None:
        raise NoSuchSection
    return found
