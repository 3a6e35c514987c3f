"""3x5x2 intelligence grading, and the confidence that follows from it."""

from dataclasses import dataclass
from enum import Enum

from handler.errors import Refused
from handler.vocabulary import vocabulary

HIGH = frozenset({("1", "A"), ("1", "B"), ("2", "B")})
MEDIUM = frozenset({("1", "C"), ("1", "D"), ("2", "A"), ("2", "C"), ("3", "B")})
"""Conservative: an anonymous eyewitness, 2A, is Medium. What is in neither set is Low, E whatever its source."""


class BadGrade(Refused):
    """A grade is a source evaluation of 1 to 3 and an information assessment of A to E. Choose one of each."""


class BadHandling(Refused):
    """Under handling code C choose an action code and a sanitisation; under P there are none."""


class RaisedWithoutReason(Refused):
    """A grade is raised, or handled more freely, only with a reason. Write what makes it so."""


class Confidence(Enum):
    """How far the information can be relied on."""

    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"

    @property
    def rank(self) -> int:
        return list(Confidence).index(self)


@dataclass(frozen=True)
class Grade:
    """One item's grade. A first anonymous report begins as 2, untested, and all of this service as C, A1, S2.

    Raises BadGrade, BadHandling.
    """

    source: str = "2"
    information: str = "D"
    handling: str = "C"
    action: str = "A1"
    sanitisation: str = "S2"

    def __post_init__(self) -> None:
        if self.source not in vocabulary("source_evaluation") or self.information not in vocabulary(
            "information_assessment"
        ):
            raise BadGrade
        conditions = (self.action, self.sanitisation)
        if self.handling == "P" and conditions == ("", ""):
            return
        known = self.action in vocabulary("action_codes") and self.sanitisation in vocabulary("sanitisation_codes")
        if self.handling != "C" or not known:
            raise BadHandling

    @property
    def written(self) -> str:
        """Such as 2A C A1 S2."""
        parts = (f"{self.source}{self.information}", self.handling, self.action, self.sanitisation)
        return " ".join(part for part in parts if part)

    @property
    def confidence(self) -> Confidence:
        return confidence(self.source, self.information)


def confidence(source: str, information: str) -> Confidence:
    """From the two assessments alone. Raises BadGrade."""
    if source not in vocabulary("source_evaluation") or information not in vocabulary("information_assessment"):
        raise BadGrade
    pair = (source, information)
    return Confidence.HIGH if pair in HIGH else Confidence.MEDIUM if pair in MEDIUM else Confidence.LOW


def check_change(before: Grade, after: Grade, reason: str) -> None:
    """A better source, better information, more confidence from both, or freer handling than before needs a reason.

    Raises RaisedWithoutReason.
    """
    raised = after.source < before.source or after.information < before.information
    surer = after.confidence.rank > before.confidence.rank  # as from 2A to 2B
    if (raised or surer or _freer(before, after)) and not reason.strip():
        raise RaisedWithoutReason


def _freer(before: Grade, after: Grade) -> bool:
    """Whether P came in the place of C; or under C a further action, or the freer sanitisation."""
    if "P" in (before.handling, after.handling):
        return (before.handling, after.handling) == ("C", "P")
    actions, sanitisations = vocabulary("action_codes").ids, vocabulary("sanitisation_codes").ids
    further = actions.index(after.action) > actions.index(before.action)
    return further or sanitisations.index(after.sanitisation) < sanitisations.index(before.sanitisation)
