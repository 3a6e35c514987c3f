"""What must be thought of before anything is done that could show who reported."""

from collections.abc import Iterable
from dataclasses import dataclass

from handler.errors import Refused
from handler.triage.fields import Values, one

EXPOSING_FLAGS = frozenset({"source-exposure", "reporter-unsafe"})


class SourceAtRisk(Refused):
    """Only the reporter may know this, or they fear for their safety. Find another origin first, or have a supervisor
    accept the risk and write why."""


class SourceRiskNotAssessed(Refused):
    """First fill in the source-risk box: could this act show who reported, and what was done about that?"""


@dataclass(frozen=True)
class SourceRisk:
    """The box on every act that discloses: whether it could point to the source, and what was done about it."""

    could_reveal: bool
    mitigation: str
    parallel_source: str = ""  # the other origin of the same information
    accepted_by: str = ""  # the supervisor who accepts what risk is left


def box_of(values: Values, accepted_by: str) -> SourceRisk | None:
    """The box as it was filled in; None before it was. `accepted_by`: the supervisor, "" where none accepted."""
    if not values:
        return None
    revealing = one(values, "could-reveal") == "yes"
    return SourceRisk(revealing, one(values, "mitigation"), one(values, "parallel"), accepted_by)


def check_disclosure(flags: Iterable[str], box: SourceRisk | None) -> None:
    """Whether an act that discloses may go ahead. Raises SourceRiskNotAssessed, SourceAtRisk."""
    if box is None or not box.mitigation.strip():
        raise SourceRiskNotAssessed
    if exposed(flags, box):
        raise SourceAtRisk


def exposed(flags: Iterable[str], box: SourceRisk) -> bool:
    """Whether acting may show who reported, and neither another origin nor a supervisor's acceptance stands there."""
    may_show = box.could_reveal or not EXPOSING_FLAGS.isdisjoint(flags)
    return may_show and not (box.parallel_source.strip() or box.accepted_by.strip())
