"""A step's form: which fields it has by what the step needs, and the step that was filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handler.errors import Refused
from handler.lifecycle import outcomes
from handler.lifecycle.acts import DECISION_LOG, DecisionNotComplete, Step
from handler.lifecycle.facts import STEP
from handler.lifecycle.outcomes import LEVELS, Words
from handler.lifecycle.states import DECISION, DISPOSAL, NEEDS, Transition
from handler.vocabulary.load import Term, vocabulary

Option = tuple[str, str, str]
"""Id, text and help of something to choose."""

LOGGED = frozenset({"disposition", "answer"})
"""What is decided under the six headings."""

FIELD_OF: Mapping[type[Refused], str] = {
    outcomes.DispositionElsewhere: "disposition",
    outcomes.NotARequest: "disposition",
    outcomes.NoEndReason: "end-reason",
    outcomes.AnswerIncomplete: "answer",
    outcomes.AnswerElsewhere: "answer",
    outcomes.FindingIncomplete: "finding",
    outcomes.DismissalNotAllowed: "sanction",
    outcomes.NothingToSanction: "sanction",
    outcomes.AboveTheAnswer: "finding",
    outcomes.NotADay: "day",
    DecisionNotComplete: "log-code",
}
"""Which field a refusal is about."""


@dataclass(frozen=True)
class StepForm:
    """What the page asks. `said`: names of NEEDS that are said with this step, in its order."""

    way: Transition
    said: tuple[str, ...]
    logged: bool

    @property
    def dispositions(self) -> list[Option]:
        return options(term for term in vocabulary("dispositions") if term.more["next"] == self.way.end)

    @property
    def answers(self) -> list[Option]:
        """The answer that leads this way, with its levels where it is yes."""
        if self.way.end == DISPOSAL:
            return [(f"yes {level}", f"Yes: {text.lower()}", "") for level, text in LEVELS.items()]
        return [("no", "No", "")]


def options(terms: Iterable[Term]) -> list[Option]:
    return [(term.id, term.text, term.help) for term in terms]


def form_of(way: Transition) -> StepForm:
    said = tuple(name for name in way.needs if name in STEP)
    return StepForm(way, said, not LOGGED.isdisjoint(said))


def read(form: StepForm, given: Mapping[str, str]) -> Step:
    """The step as it was filled in, complete or not."""
    said = {name: _said(name, form, given) for name in form.said}
    log = {heading: given.get(f"log-{heading}", "").strip() for heading in DECISION_LOG} if form.logged else {}
    return Step(form.way.end, said, log)


def missing(form: StepForm, step: Step) -> list[dict[str, str]]:
    """What is empty, as an error summary has it."""
    errors = [
        {"text": f"{NEEDS[name]}: fill this in", "field": FIRST.get(name, name)}
        for name in form.said
        if not step.said[name].strip()
    ]
    empty = [heading for heading, text in step.log.items() if not text]
    if empty:
        errors.append({"text": str(DecisionNotComplete()), "field": f"log-{empty[0]}"})
    return errors


FIRST = {"answer": "answer-0", "finding": "finding-0", "disposition": "disposition-0", "end-reason": "end-reason-0"}
"""The id of the first input of what has several."""


def _said(name: str, form: StepForm, given: Mapping[str, str]) -> str:
    text = given.get(name, "").strip()
    if name == "answer":
        why = given.get("answer-why", "")
        return Words(tuple(text.split()), why).encode() if text or why.strip() else ""
    if name == "finding":
        ids = tuple(part for part in (text, given.get("sanction", "")) if part)
        return Words(ids, given.get("appeal", "")).encode() if ids else ""
    if name == "end-reason" and form.way.start == DECISION:
        disposition = given.get("disposition", "")
        reasoned = any(term.id == disposition and term.more.get("reasoned") for term in vocabulary("dispositions"))
        return text if reasoned else disposition
    return text
