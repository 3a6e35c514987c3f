"""Answers for every section of an assessment, as a form sends them."""

from collections.abc import Sequence

from handler.triage.assessment import Assessment
from handler.triage.scoring import HARMS
from handler.vocabulary import vocabulary

Form = dict[str, list[str]]


def form(**answers: str | Sequence[str]) -> Form:
    """Names with _ for -."""
    return {
        name.replace("_", "-"): [given] if isinstance(given, str) else list(given) for name, given in answers.items()
    }


def danger(**changed: str) -> Form:
    return form(**{"danger": "no", "at_risk": "no", "words": "Nobody is named who could be.", **changed})


def thrive(level: str = "low", words: str = "Known so far.") -> Form:
    answers: Form = {}
    for name in vocabulary("thrive").ids:
        answers |= {f"{name}-level": [level], f"{name}-text": [words]}
    return answers


def grades(found: Assessment, reason: str = "", **changed: str) -> Form:
    """The same for every item; 2D C A1 S2 unless changed."""
    parts = {"source": "2", "information": "D", "handling": "C", "action": "A1", "sanitisation": "S2", **changed}
    return {
        f"{item.id}-{part}": [given]
        for item in found.known.items
        for part, given in {**parts, "reason": reason}.items()
    }


def score(harm: str = "6", likelihood: str = "4", **changed: str | Sequence[str]) -> Form:
    answers = form(**{"likelihood": likelihood, "words": "By the account given.", **changed})
    return {**{f"harm-{name}": ["0"] for name in HARMS}, "harm-people": [harm], **answers}


PLAIN: dict[str, Form] = {
    "category": form(primary="disclosure", secondary=["association"]),
    "conduct": form(conduct="none"),
    "protected": form(finding="likely", limbs=["a"], nation="england", words="A crime."),
    "jurisdiction": form(jurisdiction="scotland", employment="police-secondee", organisation="nca"),
    "referral": form(words="None of the criteria is met."),
    "source-risk": form(could_reveal="no", mitigation="Forty people know it."),
    "connected": form(connected="none", words="It happened between two people."),
    "setting": form(regime="both", grade_band="senior", enablers=["access"]),
}
"""Sections whose answers do not hang on the case."""
