"""Where a case stands in the one ranked list: danger on top, then by priority, and before triage by what was ticked."""

from handler.cases.tables import Case

DANGER, ON_TOP, POSTPONED = 0, 1, 90
"""DANGER: someone in danger or at risk now, whatever the triage says. ON_TOP, by hand, stands below it and above P1."""


def place(priority: int, urgency: int, pinned: int = 0) -> int:
    """The smaller the further up; cases of one place stand in the order they came.

    `priority`: 1 to 4, or 0 before triage; `urgency`: 0 danger now, 1 perhaps, 2 ordinary; `pinned`: 1 on top, -1 put
    off, 0 neither. Before triage an ordinary case stands between P2 and P3: nobody knows yet.
    """
    if pinned < 0:
        return POSTPONED
    if urgency == 0:
        return DANGER
    if pinned > 0:
        return ON_TOP
    return priority * 10 if priority else urgency * 10 + 5


def place_again(case: Case) -> None:
    """By the priority and the urgency as they are now; what somebody put elsewhere stays there."""
    case.place = place(case.priority, case.urgency, case.pinned)
