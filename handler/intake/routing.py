"""Plain rules over the answers that matter for order and care, read by software before any person reads the report."""

from collections.abc import Iterable, Mapping, Sequence

from crypto.post import Answer
from handler.identity.roles import HANDLER, INTAKE, SUPERVISOR

FLAGS: Mapping[tuple[str, str], str] = {
    ("danger", "yes"): "danger-now",
    ("danger", "unsure"): "danger-unsure",
    ("at-risk", "now"): "at-risk-now",
    ("at-risk", "maybe"): "at-risk-maybe",
    ("about", "child-adult-unsafe"): "at-risk-maybe",
    ("about", "punished"): "reprisal",
    ("knowers", "only-me"): "source-exposure",
    ("worried", "punished"): "reprisal",
    ("worried", "found-out"): "reprisal",
    ("worried", "safety"): "reporter-unsafe",
    ("involves", "standards-staff"): "conflict",
    ("involves", "director-general"): "conflict",
    ("involves", "might-read-this"): "conflict",
    ("involves", "senior-leader"): "senior-leader",
    ("kind", "grievance"): "grievance",
    ("known-before", "acted"): "manager-knew",
    ("known-before", "nothing"): "manager-knew",
    ("affected", "before"): "pattern",
    ("affected", "pattern"): "pattern",
}
"""(question, answer) to flag. Questions and answers keep their ids through every version of the questionnaire, and a
question of a notice means what that of the report with the same name does."""

NOTICE = "notice"
NOTICES = "notice-"
"""What the version and every question's id of a manager's notice begin with."""

WRITTEN: Mapping[str, str] = {"keep-from": "keep-from"}
"""Question to the flag that any words there raise."""

URGENCIES: Mapping[str, int] = {
    "danger-now": 0,
    "at-risk-now": 0,
    "danger-unsure": 1,
    "at-risk-maybe": 1,
    "reporter-unsafe": 1,
    "reprisal-done": 1,
}
ORDINARY = 2

TEXTS: Mapping[str, str] = {
    "danger-now": "Someone is in danger now",
    "at-risk-now": "A child, or an adult who needs care or support, is at risk now",
    "danger-unsure": "Someone may be in danger",
    "at-risk-maybe": "A child, or an adult who needs care or support, may be at risk",
    "reporter-unsafe": "The reporter fears for their own safety: ask before anything is done that others could notice",
    "reprisal": "The reporter fears punishment or being found out, or was punished already: plan for that first",
    "reprisal-done": "Somebody is punished for a report: opened from that report’s case, P2 until it is scored",
    "source-exposure": "Only the reporter knows this: to act on it, or to ask about it, may give them away",
    "keep-from": "The reporter named people who must not see this: read those names before anyone is told",
    "conflict": "May involve people who read reports",
    "senior-leader": "Involves a senior leader",
    "notice": "A manager’s notice of something that was dealt with already: a record, for patterns",
    "grievance": "Tells the outcome of a grievance",
    "pattern": "May be part of a pattern: look for other records of the same person",
    "manager-knew": "Someone in charge knew already: think of a linked case on the failure of management",
    "second-record": "A second record of the same person, perhaps: see the alert in the case",
    "one-source": "May come from one source with another report: see the alert in the case",
    "answer-with-care": "Read the case before you answer",
}

HANDLERS = frozenset({"reprisal-done", "second-record", "one-source", "answer-with-care"})
"""Of these, what no answer raises but the work on a case does."""

LABELS: Mapping[str, str] = {
    "danger-now": "Danger now",
    "at-risk-now": "At risk now",
    "danger-unsure": "Danger, perhaps",
    "at-risk-maybe": "At risk, perhaps",
    "reporter-unsafe": "Reporter unsafe",
    "reprisal": "Fears reprisal",
    "reprisal-done": "Reprisal",
    "source-exposure": "Only source",
    "keep-from": "Keep from some",
    "conflict": "Conflict",
    "senior-leader": "Senior leader",
    "notice": "Manager’s notice",
    "grievance": "Grievance outcome",
    "pattern": "Pattern, perhaps",
    "manager-knew": "A manager knew",
    "second-record": "Second record",
    "one-source": "One source?",
    "answer-with-care": "Read before answering",
    "withdrawn": "Withdrawn",
}
"""The same in a word or two, for lists."""

READERS = (HANDLER, SUPERVISOR, INTAKE)
"""Whose keys a new case is wrapped to. Intake is among them because follow-ups are filed under the case's key."""


def flags(answers: Mapping[str, Answer], questionnaire: str = "") -> list[str]:
    """The flags that answers raise, the most urgent first. They tell how to handle it, not what it says."""
    meant = {question.removeprefix(NOTICES): answer for question, answer in answers.items()}
    raised = {
        FLAGS[(question, choice)]
        for question, answer in meant.items()
        for choice in answer.choices
        if (question, choice) in FLAGS
    }
    raised |= {flag for question, flag in WRITTEN.items() if question in meant and meant[question].text.strip()}
    if questionnaire.startswith(NOTICES):
        raised.add(NOTICE)
    return sorted(raised, key=lambda flag: (urgency([flag]), flag))


def urgency(raised: Iterable[str]) -> int:
    """0 on top of the list."""
    return min((URGENCIES.get(flag, ORDINARY) for flag in raised), default=ORDINARY)


def flag_texts(raised: Sequence[str]) -> list[str]:
    """What people read; a flag without a text is shown as it is."""
    return [TEXTS.get(flag, flag) for flag in raised]
