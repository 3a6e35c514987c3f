"""THRIVE: six elements, each with a level and words. A version is never changed; a re-assessment is a new one."""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.errors import Refused
from handler.triage.scoring import Priority
from handler.vocabulary import vocabulary

DAY = 86_400
AGAIN: Mapping[Priority, int] = {Priority.P1: DAY, Priority.P2: 7 * DAY, Priority.P3: 28 * DAY}
"""Seconds until THRIVE is due again; P4 is looked at again when something new comes."""


class ThriveNotComplete(Refused):
    """THRIVE has six elements: give each a level and a line, even where there is no risk."""


@dataclass(frozen=True)
class Element:
    """One element: its level's id, and why."""

    level: str
    text: str


@dataclass(frozen=True)
class Thrive:
    """Six elements by id. Raises ThriveNotComplete."""

    elements: Mapping[str, Element]

    def __post_init__(self) -> None:
        levels = vocabulary("thrive_levels")
        if set(self.elements) != set(vocabulary("thrive").ids):
            raise ThriveNotComplete
        if any(element.level not in levels or not element.text.strip() for element in self.elements.values()):
            raise ThriveNotComplete

    @property
    def highest(self) -> str:
        """The highest level's id."""
        levels = vocabulary("thrive_levels")
        return max((element.level for element in self.elements.values()), key=levels.ids.index)


def due_again(priority: Priority, assessed: int) -> int | None:
    """Unix seconds when a re-THRIVE is due; None for P4."""
    return assessed + AGAIN[priority] if priority in AGAIN else None
