"""The triage score: harm x likelihood, confidence from 3x5x2, the priority matrix, one uplift, overrides.

MoRiLE-informed: its shape (harm, likelihood, confidence, organisational position), not its tables. The axes are those
of HMICFRS: severity of the allegation, strength of suspicion, reliability of the intelligence. Organisational
position stands beside the priority and never changes it; the organisation's reputation is not an input at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from handler.errors import Refused
from handler.triage.grading import Confidence

SUB_SCORES = (0, 2, 4, 6, 8, 10)
HARMS: Mapping[str, str] = {
    "people": "People: physical, sexual or psychological harm",
    "vulnerable": "A vulnerable person or a child",
    "operations": "Operations, national security or covert assets",
    "integrity": "Integrity of justice or public trust, through the act itself",
}
SERIOUS, MOST_HARM = 6, 10
LIKELIHOODS: Mapping[int, str] = {
    1: "Rumour",
    2: "Inference",
    3: "Specific account",
    4: "First-hand or documented, or repeated",
    5: "Corroborated, or happening now",
}
STA = "sta-priority"
"""The uplift that follows from the case's categories; the others are ticked."""

UPLIFTS: Mapping[str, str] = {
    STA: "A priority category of the strategic threat assessment",
    "second-record": "A second record on the same subject",
    "power": "The subject is senior to the victim",
    "reprisal": "Reprisal is happening",
    "sensitive-access": "Access to covert or sensitive systems",
}
OVERRIDES: Mapping[str, str] = {
    "life": "Threat to life",
    "danger-now": "Someone is in danger now",
    "at-risk-now": "A child, or an adult who needs care or support, is at risk now",
    "operation": "A live operation or a source is compromised",
    "reporter": "The reporter is in danger",
    "images": "Indecent images of children",
}


class BadScore(Refused):
    """Give harm as 0, 2, 4, 6, 8 or 10 on each of the four lines, and likelihood as 1 to 5."""


class NoRationale(Refused):
    """A score needs its reasons. Write why."""


class Priority(IntEnum):
    """P1 is the most urgent."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


class Band(Enum):
    """What the risk of 0 to 50 comes to."""

    CRITICAL = "Critical"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


BANDS = ((40, Band.CRITICAL), (24, Band.HIGH), (12, Band.MEDIUM), (0, Band.LOW))
MATRIX: Mapping[Band, Mapping[Confidence, Priority]] = {
    Band.CRITICAL: {Confidence.HIGH: Priority.P1, Confidence.MEDIUM: Priority.P1, Confidence.LOW: Priority.P2},
    Band.HIGH: {Confidence.HIGH: Priority.P2, Confidence.MEDIUM: Priority.P2, Confidence.LOW: Priority.P3},
    Band.MEDIUM: {Confidence.HIGH: Priority.P3, Confidence.MEDIUM: Priority.P3, Confidence.LOW: Priority.P4},
    Band.LOW: {Confidence.HIGH: Priority.P4, Confidence.MEDIUM: Priority.P4, Confidence.LOW: Priority.P4},
}


@dataclass(frozen=True)
class Score:
    """A priority with all that it came from, so that a page can show why. `risk` is 0 to 50."""

    harms: Mapping[str, int]
    harm: int
    likelihood: int
    confidence: Confidence
    risk: int
    band: Band
    from_matrix: Priority
    uplifts: tuple[str, ...]
    overrides: tuple[str, ...]
    priority: Priority

    @property
    def reasons(self) -> list[str]:
        """The way to the priority, a line a step."""
        said = [
            f"Harm {self.harm} x likelihood {self.likelihood} = risk {self.risk}, {self.band.value}",
            f"With {self.confidence.value} confidence that is {self.from_matrix.name}",
        ]
        if self.overrides:
            said.append("Raised to P1: " + "; ".join(OVERRIDES[name] for name in self.overrides))
        elif self.uplifts:
            said.append("Raised by one, once: " + "; ".join(UPLIFTS[name] for name in self.uplifts))
        return said

    @property
    def liftable(self) -> int:
        """The priority that an STA priority can still raise, or has raised; 0 where something else decides already."""
        return 0 if self.overrides or set(self.uplifts) - {STA} else int(self.from_matrix)


def harm(subs: Mapping[str, int]) -> int:
    """0 to 10: the highest of the four, and one more where two or more are serious. Raises BadScore."""
    if set(subs) != set(HARMS) or any(value not in SUB_SCORES for value in subs.values()):
        raise BadScore
    serious = sum(value >= SERIOUS for value in subs.values())
    return min(MOST_HARM, max(subs.values()) + (serious >= 2))


def risk(harm_score: int, likelihood: int) -> int:
    """0 to 50. Raises BadScore."""
    if not 0 <= harm_score <= MOST_HARM or likelihood not in LIKELIHOODS:
        raise BadScore
    return harm_score * likelihood


def band(risk_score: int) -> Band:
    """Of a risk of 0 to 50."""
    return next(name for least, name in BANDS if risk_score >= least)


def matrix(risk_band: Band, confidence: Confidence) -> Priority:
    """The priority before uplift and overrides."""
    return MATRIX[risk_band][confidence]


def priority(base: Priority, uplifts: Iterable[str] = (), overrides: Iterable[str] = ()) -> Priority:
    """One band up, once, where anything lifts it; P1 where anything overrides. Neither lowers it. Raises BadScore."""
    lifted, forced = set(uplifts), set(overrides)
    if lifted - set(UPLIFTS) or forced - set(OVERRIDES):
        raise BadScore
    if forced:
        return Priority.P1
    return Priority(max(Priority.P1, base - 1)) if lifted else base


def ranked(liftable: int, categories: Iterable[str], priorities: Iterable[str]) -> int:
    """The priority of a case that only an STA priority can raise (1 to 4), by its categories and by those that are
    priorities now."""
    return int(priority(Priority(liftable), () if set(categories).isdisjoint(priorities) else (STA,)))


def score(
    subs: Mapping[str, int],
    likelihood: int,
    confidence: Confidence,
    uplifts: Iterable[str] = (),
    overrides: Iterable[str] = (),
) -> Score:
    """The whole way from the inputs to the priority. Raises BadScore."""
    harm_score = harm(subs)
    risk_score = risk(harm_score, likelihood)
    risk_band = band(risk_score)
    base = matrix(risk_band, confidence)
    lifted = tuple(name for name in UPLIFTS if name in set(uplifts))
    forced = tuple(name for name in OVERRIDES if name in set(overrides))
    final = priority(base, uplifts, overrides)
    return Score(
        harms=dict(subs),
        harm=harm_score,
        likelihood=likelihood,
        confidence=confidence,
        risk=risk_score,
        band=risk_band,
        from_matrix=base,
        uplifts=lifted,
        overrides=forced,
        priority=final,
    )
