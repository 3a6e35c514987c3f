"""The ten states of a case, the ways between them, who may take each, what must be recorded first (ISO 37002).

A safeguarding referral and what is done about a threat to life are tasks of their own, open in every state: nothing
here stands before them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from handler.errors import Refused
from handler.identity.roles import ACU_LIAISON, AUDITOR, HANDLER, SENIOR_DECIDER, SUPERVISOR

RECEIVED, ASSESSING, AWAITING, DECISION = "received", "assessing", "awaiting", "decision"
INVESTIGATING, ANSWER, DISPOSAL = "investigating", "case-to-answer", "disposal"
CONCLUDING, CLOSED, RETENTION = "concluding", "closed", "retention"

STATES: Mapping[str, str] = {
    RECEIVED: "Received",
    ASSESSING: "Assessing",
    AWAITING: "Awaiting the reporter",
    DECISION: "Supervisor’s decision",
    INVESTIGATING: "Investigating or addressing",
    ANSWER: "Case to answer",
    DISPOSAL: "Panel or disposal",
    CONCLUDING: "Concluding",
    CLOSED: "Closed, monitoring",
    RETENTION: "Retention review",
}
PHASES: Mapping[str, tuple[str, ...]] = {
    "Receiving": (RECEIVED,),
    "Assessing": (ASSESSING, AWAITING, DECISION),
    "Addressing": (INVESTIGATING, ANSWER, DISPOSAL),
    "Concluding": (CONCLUDING, CLOSED, RETENTION),
}
SIDES: Mapping[str, str] = {
    "spillage": "Sealed: too highly classified",
    "privileged": "Sealed: legal privilege",
    "images": "Sealed: possible indecent images",
    "hold": "Legal hold",
    "restricted": "Restricted",
    "merged": "Merged into another case",
    "reopened": "Reopened",
    "aside": "Put aside as junk",
}

NEEDS: Mapping[str, str] = {
    "justification": "Why the case is opened",
    "conflict-check": "The handler’s own conflict check",
    "acknowledgement": "The acknowledgement to the reporter",
    "danger-check": "Whether anyone is in danger",
    "thrive": "THRIVE",
    "category": "The corruption category",
    "conduct": "The conduct category, or that there is none",
    "grade": "The 3x5x2 grade of each item",
    "protected": "Whether it is a protected disclosure",
    "jurisdiction": "Where the conduct was, and the appropriate authority",
    "referral-test": "The mandatory-referral test",
    "source-risk": "The risk to the source",
    "deconfliction": "Deconfliction, and its result",
    "connected": "Who else is connected, or that nobody was found and why",
    "score": "The score, with reasons",
    "request": "Which body asks, and whether anybody here knows them",
    "care": "Care for the reporter: support, risk of harm, check-ins",
    "regime": "The processing regime",
    "question": "The question that was sent",
    "no-reply-day": "The day after which the work goes on without an answer",
    "disposition": "The supervisor’s decision under the six headings",
    "end-reason": "The reason code for an end without action, and a second person",
    "look-again-day": "The day on which it is looked at again",
    "rests-on": "What it rests on beside the reporter’s wish",
    "consistent": "Whether it is consistent with the strategy, and why",
    "strategy": "The investigation strategy",
    "scope-review": "A scope review of the last 28 days",
    "scope-seen": "The supervisor’s part of that scope review",
    "measures": "Interim measures considered, for every subject alike",
    "rethrive": "A THRIVE since the decision",
    "update": "An update to the reporter in the last 28 days",
    "answer": "Whether there is a case to answer: level and rationale",
    "finding": "Finding and sanction, and why",
    "chair": "Who chaired the panel",
    "appeal": "Whether there was an appeal, who heard it, and its result",
    "outcome": "The outcome told to the reporter, or why not",
    "learning": "What the organisation learns, or none and why",
    "return-risk": "Whether the subject will work with the reporter or victim again",
    "reprisal-plan": "The plan against reprisal",
    "retention-day": "The day of the retention review",
    "publishable": "Whether the outcome can be published",
    "reason": "The reason",
    "hold-check": "That no legal hold stands",
}
"""What people read of each thing that must be recorded, by name."""

TRIAGE = (
    "acknowledgement", "danger-check", "thrive", "category", "conduct", "grade", "protected", "jurisdiction",
    "referral-test", "source-risk", "deconfliction", "connected", "score",
    "regime", "request", "care",
)  # fmt: skip
"""Asked before a case is put to the supervisor, and again before it is adopted: it may be of another stream by then."""

ENDED = ("disposition", "end-reason", "rests-on")
INVESTIGATED = ("strategy", "scope-review", "scope-seen", "measures", "rethrive", "update")
CONCLUDED = ("rethrive", "outcome", "learning", "return-risk", "reprisal-plan", "retention-day", "publishable")


@dataclass(frozen=True)
class Transition:
    """One way. `needs` are names of NEEDS; `second`: roles of whom another person must approve, none: one is enough."""

    start: str
    end: str
    roles: frozenset[str]
    needs: tuple[str, ...] = ()
    second: frozenset[str] = frozenset()


FOR_THE_ACU = frozenset({(DECISION, INVESTIGATING), (DECISION, CONCLUDING), (INVESTIGATING, DECISION)})
"""What its liaison does as well in cases that were shared with it: adopt, decline, give back. See `acu`."""


def _way(
    start: str, end: str, roles: Iterable[str], needs: Iterable[str] = (), second: Iterable[str] = ()
) -> Transition:
    too = (ACU_LIAISON,) if (start, end) in FOR_THE_ACU else ()
    return Transition(start, end, frozenset((*roles, *too)), tuple(needs), frozenset(second))


TRANSITIONS: tuple[Transition, ...] = (
    _way(RECEIVED, ASSESSING, (HANDLER, SUPERVISOR), ("justification", "conflict-check")),
    _way(ASSESSING, AWAITING, (HANDLER, SUPERVISOR), ("question", "no-reply-day")),
    _way(AWAITING, ASSESSING, (HANDLER, SUPERVISOR)),
    _way(ASSESSING, DECISION, (HANDLER, SUPERVISOR), TRIAGE),
    _way(DECISION, ASSESSING, (SUPERVISOR,), ("reason",)),
    _way(DECISION, INVESTIGATING, (SUPERVISOR, SENIOR_DECIDER), (*TRIAGE, "disposition", "rests-on")),
    _way(DECISION, CONCLUDING, (SUPERVISOR,), ("request", *ENDED), (HANDLER, SUPERVISOR)),
    _way(INVESTIGATING, AWAITING, (HANDLER, SUPERVISOR), ("question", "no-reply-day")),
    _way(AWAITING, INVESTIGATING, (HANDLER, SUPERVISOR)),
    _way(INVESTIGATING, DECISION, (SUPERVISOR,), ("reason",)),
    _way(INVESTIGATING, ANSWER, (HANDLER, SUPERVISOR), INVESTIGATED),
    _way(INVESTIGATING, CONCLUDING, (SUPERVISOR,), (*INVESTIGATED, "end-reason", "rests-on"), (HANDLER, SUPERVISOR)),
    _way(ANSWER, DISPOSAL, (SENIOR_DECIDER,), ("answer", "rests-on")),
    _way(ANSWER, CONCLUDING, (SENIOR_DECIDER,), ("answer", "end-reason", "rests-on")),
    _way(ANSWER, INVESTIGATING, (SENIOR_DECIDER, SUPERVISOR), ("reason",)),
    _way(DISPOSAL, CONCLUDING, (HANDLER, SUPERVISOR), ("finding", "chair", "appeal")),
    _way(CONCLUDING, INVESTIGATING, (SUPERVISOR,), ("reason",)),
    _way(CONCLUDING, CLOSED, (HANDLER, SUPERVISOR), CONCLUDED, (SUPERVISOR,)),
    _way(CLOSED, ASSESSING, (HANDLER, SUPERVISOR), ("reason",)),
    _way(CLOSED, RETENTION, (AUDITOR, SUPERVISOR), ("reason",)),
    _way(RETENTION, CLOSED, (AUDITOR, SUPERVISOR), ("reason", "retention-day")),
)
"""Every way there is. Destruction, at the end of a retention review, is an act of two people and no state."""

BY_WAY: Mapping[tuple[str, str], Transition] = {(way.start, way.end): way for way in TRANSITIONS}
STOPPED_BY = frozenset({"spillage", "privileged", "images", "merged", "aside"})
"""Side states in which a case does not move on until they are lifted."""

SEALED_PARTS = frozenset({"privileged", "images"})
"""Side states in which the rest of a case is assessed all the same."""


class NoSuchWay(Refused):
    """A case cannot go there from where it is. Choose one of the steps shown."""


class NotYourStep(Refused):
    """Your role does not take this step. Ask someone whose role does."""


class NotYetRecorded(Refused):
    """Something must be recorded before this step."""

    def __init__(self, missing: Collection[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(*(NEEDS[name] for name in missing))


class CaseStopped(Refused):
    """This case is sealed, merged or put aside. That must be lifted first."""


def way(start: str, end: str) -> Transition:
    """Raises NoSuchWay."""
    found = BY_WAY.get((start, end))
    if found is None:
        raise NoSuchWay
    return found


def check(
    start: str, end: str, roles: Collection[str], recorded: Collection[str], sides: Collection[str] = ()
) -> Transition:
    """Whether someone with these roles may take the way, given what is recorded. Whether a second person approved is
    for the caller to see to. Raises NoSuchWay, CaseStopped, NotYourStep, NotYetRecorded."""
    found = way(start, end)
    if not STOPPED_BY.isdisjoint(sides):
        raise CaseStopped
    if found.roles.isdisjoint(roles):
        raise NotYourStep
    missing = [name for name in found.needs if name not in recorded]
    if missing:
        raise NotYetRecorded(missing)
    return found


def ways_from(start: str, roles: Collection[str]) -> list[Transition]:
    """The steps that someone with these roles is shown."""
    return [found for found in TRANSITIONS if found.start == start and not found.roles.isdisjoint(roles)]
