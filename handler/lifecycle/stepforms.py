"""A step's form: which fields it has by what the step needs, and the step that was filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handler.errors import Refused
from handler.lifecycle import outcomes
from handler.lifecycle.acts import DECISION_LOG, LOGGED, DecisionNotComplete, PutForward, Step
from handler.lifecycle.facts import STEP
from handler.lifecycle.outcomes import LEVELS, Words
from handler.lifecycle.states import CONCLUDING, DECISION, DISPOSAL, NEEDS, Transition
from handler.vocabulary.load import Term, vocabulary

Option = tuple[str, str, str]
"""Id, text and help of something to choose."""

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
    outcomes.AppealIncomplete: "appeal",
    outcomes.NoDayToLook: "look-again-day",
    outcomes.NotSaidWhy: "consistent",
    outcomes.NotADay: "day",
    DecisionNotComplete: "log-code",
    outcomes.RestsOnNothing: "rests-on",
    PutForward: "disposition",
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


def form_of(way: Transition, planned: bool) -> StepForm:
    """`planned`: whether there is a strategy, with which a decision is compared."""
    said = [name for name in way.needs if name in STEP]
    logged = not LOGGED.isdisjoint(said)
    if (way.start, way.end) == (DECISION, CONCLUDING):
        said.insert(said.index("end-reason") + 1, "look-again-day")
    if logged and planned:
        said.append("consistent")
    return StepForm(way, tuple(said), logged)


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
        if not step.said[name].strip() and name not in OPTIONAL
    ]
    empty = [heading for heading, text in step.log.items() if not text]
    if empty:
        errors.append({"text": str(DecisionNotComplete()), "field": f"log-{empty[0]}"})
    return errors


FIRST = {name: f"{name}-0" for name in ("answer", "finding", "appeal", "consistent", "disposition", "end-reason")}
"""The id of the first input of what has several."""

OPTIONAL = frozenset({"look-again-day"})
"""What only some answers of the same form ask for."""


BESIDE = {"answer": "answer-why", "consistent": "consistent-why", "finding": "finding-why", "appeal": "appeal-by"}
"""Of a choice that has words with it, the field of the words."""


def _said(name: str, form: StepForm, given: Mapping[str, str]) -> str:
    text = given.get(name, "").strip()
    if name in BESIDE:
        why = given.get(BESIDE[name], "")
        ids = (text, given.get("sanction", "")) if name == "finding" else (text,)
        chosen = " ".join(ids).split()
        return Words(tuple(chosen), why).encode() if chosen or why.strip() else ""
    if name == "end-reason" and form.way.start == DECISION:
        disposition = given.get("disposition", "")
        reasoned = any(term.id == disposition and term.more.get("reasoned") for term in vocabulary("dispositions"))
        return text if reasoned else disposition
    return text
