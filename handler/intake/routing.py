"""Plain rules over the routing answers, read by software before any person reads the report."""

from collections.abc import Iterable, Mapping, Sequence

from crypto.post import Answer
from handler.identity.roles import HANDLER, INTAKE, SUPERVISOR

FLAGS: Mapping[tuple[str, str], str] = {
    ("danger", "yes"): "danger-now",
    ("danger", "unsure"): "danger-unsure",
    ("at-risk", "now"): "at-risk-now",
    ("at-risk", "maybe"): "at-risk-maybe",
    ("involves", "standards-staff"): "conflict",
    ("involves", "director-general"): "conflict",
    ("involves", "might-read-this"): "conflict",
    ("involves", "senior-leader"): "senior-leader",
}
"""(question, answer) to flag. Questions and answers keep their ids through every version of the questionnaire."""

URGENCIES: Mapping[str, int] = {"danger-now": 0, "at-risk-now": 0, "danger-unsure": 1, "at-risk-maybe": 1}
ORDINARY = 2

TEXTS: Mapping[str, str] = {
    "danger-now": "Someone is in danger now",
    "at-risk-now": "A child, or an adult who needs care or support, is at risk now",
    "danger-unsure": "Someone may be in danger",
    "at-risk-maybe": "A child, or an adult who needs care or support, may be at risk",
    "conflict": "May involve people who read reports",
    "senior-leader": "Involves a senior leader",
}

LABELS: Mapping[str, str] = {
    "danger-now": "Danger now",
    "at-risk-now": "At risk now",
    "danger-unsure": "Danger, perhaps",
    "at-risk-maybe": "At risk, perhaps",
    "conflict": "Conflict",
    "senior-leader": "Senior leader",
    "withdrawn": "Withdrawn",
}
"""The same in a word or two, for lists."""

READERS = (HANDLER, SUPERVISOR, INTAKE)
"""Whose keys a new case is wrapped to. Intake is among them because follow-ups are filed under the case's key."""


def flags(routing: Mapping[str, Answer]) -> list[str]:
    """The flags of a report, the most urgent first."""
    raised = {
        FLAGS[(question, choice)]
        for question, answer in routing.items()
        for choice in answer.choices
        if (question, choice) in FLAGS
    }
    return sorted(raised, key=lambda flag: (urgency([flag]), flag))


def urgency(raised: Iterable[str]) -> int:
    """0 on top of the list."""
    return min((URGENCIES.get(flag, ORDINARY) for flag in raised), default=ORDINARY)


def flag_texts(raised: Sequence[str]) -> list[str]:
    """What people read; a flag without a text is shown as it is."""
    return [TEXTS.get(flag, flag) for flag in raised]
