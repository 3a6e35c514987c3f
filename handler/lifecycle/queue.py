"""Where a case stands in the one ranked list: danger on top, then by priority, and before triage by what was ticked."""

from handler.cases.tables import Case

ON_TOP, POSTPONED = -1, 90
DANGER = 0
"""Someone in danger or at risk now, whatever the triage says."""


def place(priority: int, urgency: int, pinned: int = 0) -> int:
    """The smaller the further up; cases of one place stand in the order they came.

    `priority`: 1 to 4, or 0 before triage; `urgency`: 0 danger now, 1 perhaps, 2 ordinary; `pinned`: 1 on top, -1 put
    off, 0 neither. Before triage an ordinary case stands between P2 and P3: nobody knows yet.
    """
    if pinned:
        return ON_TOP if pinned > 0 else POSTPONED
    if urgency == 0:
        return DANGER
    return priority * 10 if priority else urgency * 10 + 5


def place_again(case: Case) -> None:
    """By the priority and the urgency as they are now; what somebody put elsewhere stays there."""
    case.place = place(case.priority, case.urgency, case.pinned)
