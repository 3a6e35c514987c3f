"""Where a reporter who goes on giving new information might become a covert source (RIPA 2000 s.26(8), CHIS code).

Repeat information obtained through a relationship can make a person a source. From the third message with new substance
on, a supervisor records that the status was considered; again at each third after that.
"""

from handler.errors import Refused

EVERY = 3


class StatusNotConsidered(Refused):
    """The reporter has sent new information several times. A supervisor first records “CHIS status considered”."""


def due(substantive: int, considered_at: int) -> bool:
    """Whether the status must be considered now.

    `substantive`: messages with new information so far, the first report not counted. `considered_at`: how many there
    were when a supervisor last recorded it, 0 if never.
    """
    return substantive // EVERY > considered_at // EVERY


def check(substantive: int, considered_at: int) -> None:
    """Before a reply that asks for more. Raises StatusNotConsidered."""
    if due(substantive, considered_at):
        raise StatusNotConsidered
