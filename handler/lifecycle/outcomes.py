"""What a step's words must fit: a disposition its way, a panel a case to answer, dismissal gross misconduct.

Disposition, answer and finding are kept as a line of ids, the words below it (NCA Complaints and Misconduct Regulations
2013: dismissal is for gross misconduct only).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handler.errors import Refused
from handler.lifecycle.states import CONCLUDING, DECISION, DISPOSAL
from handler.vocabulary.load import named, vocabulary

LEVELS: Mapping[str, str] = {"misconduct": "Misconduct", "gross": "Gross misconduct"}
LABELS: Mapping[str, str] = {
    "question": "Question sent",
    "no-reply-day": "Goes on without an answer after",
    "reason": "Reason",
    "disposition": "Decision",
    "end-reason": "Reason code",
    "look-again-day": "Looked at again on",
    "rests-on": "Rests on, beside the reporter’s wish",
    "consistent": "Consistent with the strategy",
    "answer": "Case to answer",
    "finding": "Finding and sanction",
    "chair": "Chair of the panel",
    "appeal": "Appeal",
    "retention-day": "Retention review on",
    "hold-check": "Legal hold",
}
"""What stands before each thing that was said with a step."""
LISTS: Mapping[str, str] = {"disposition": "dispositions", "end-reason": "nfa_reasons"}
"""What is one term of a list, and the list's name."""

PROVEN = ("misconduct", "gross", "probation")
APPEALS: Mapping[str, str] = {
    "none": "No appeal",
    "waits": "Not decided yet",
    "upheld": "Upheld",
    "part": "Upheld in part",
    "dismissed": "Not upheld",
}
MONITOR = "monitor"
NOTHING = re.compile(r"\W*(?:(?:n/?a|not applicable)\b|(?:none|nothing)\W*$)", re.IGNORECASE)
"""A line that says only that there is nothing to say, with or without a reason for that."""


class DispositionElsewhere(Refused):
    """That decision does not lead to this step. Choose one of those shown, or the other step."""


class NotARequest(Refused):
    """Only a request from another body is declined. Choose another decision, or put the case into that stream first."""


class NoEndReason(Refused):
    """An end without action has a reason code. Choose one."""


class AnswerIncomplete(Refused):
    """Say yes or no; with yes, the level; and why, in either case."""


class AnswerElsewhere(Refused):
    """Only a case to answer goes to a panel, and one without it goes to its conclusion. Choose the other step."""


class FindingIncomplete(Refused):
    """Choose the finding and the sanction, and say whether there was an appeal."""


class DismissalNotAllowed(Refused):
    """Dismissal is for gross misconduct only. Choose another sanction, or mend the finding."""


class NothingToSanction(Refused):
    """Nothing was proven, so there is no sanction. Choose “No sanction”, or mend the finding."""


class AboveTheAnswer(Refused):
    """The case to answer was one of misconduct, so the panel cannot find gross misconduct. Mend the finding."""


class AppealIncomplete(Refused):
    """Say whether there was an appeal. Where there was one, name who heard it: not the chair of the panel."""


class NoDayToLook(Refused):
    """“Monitor” has a day on which it is looked at again; no other decision has one."""


class NotSaidWhy(Refused):
    """Say whether it is consistent with the strategy, yes or no, and why."""


class RestsOnNothing(Refused):
    """What the reporter wishes is considered, and is never the only reason. Write what else the decision rests on."""


class NotADay(Refused):
    """Give the day as year, month and day, and one that is still to come."""


@dataclass(frozen=True)
class Words:
    """Ids of a choice, and the text with it."""

    ids: tuple[str, ...]
    text: str

    def encode(self) -> str:
        return f"{' '.join(self.ids)}\n{self.text.strip()}"

    @classmethod
    def decode(cls, said: str) -> "Words":
        first, _, rest = said.partition("\n")
        return cls(tuple(first.split()), rest.strip())


def check(start: str, end: str, said: Mapping[str, str], level: str, today: date) -> None:
    """What is said with a step. `level`: of the case to answer that stands, "" where none does.

    Raises DispositionElsewhere, NoEndReason, AnswerIncomplete, AnswerElsewhere, FindingIncomplete, DismissalNotAllowed,
    NothingToSanction, AboveTheAnswer, AppealIncomplete, NoDayToLook, NotSaidWhy, NotADay, UnknownTerm.
    """
    if said.get("disposition"):
        check_disposition(start, end, said["disposition"], said.get("end-reason", ""))
    elif said.get("end-reason") and said["end-reason"] not in vocabulary("nfa_reasons"):
        raise NoEndReason
    if said.get("answer"):
        check_answer(end, Words.decode(said["answer"]))
    if said.get("finding"):
        check_finding(Words.decode(said["finding"]), level)
        check_appeal(said.get("chair", ""), Words.decode(said.get("appeal", "")))
    if said.get("consistent"):
        _check_consistent(Words.decode(said["consistent"]))
    if bool(said.get("look-again-day")) != (said.get("disposition") == MONITOR):
        raise NoDayToLook
    for name in ("no-reply-day", "look-again-day", "retention-day"):
        if said.get(name):
            day_to_come(said[name], today)


def check_disposition(start: str, end: str, disposition: str, end_reason: str) -> None:
    term = named("dispositions", disposition)
    if start == DECISION and term.more["next"] != end:
        raise DispositionElsewhere
    if end == CONCLUDING and term.more.get("reasoned") and end_reason not in vocabulary("nfa_reasons"):
        raise NoEndReason


def check_stream(stream: str, disposition: str) -> None:
    """Raises NotARequest."""
    if disposition == "declined" and stream != "request":
        raise NotARequest


def check_answer(end: str, answer: Words) -> None:
    if not answer.text or answer.ids[:1] not in (("yes",), ("no",)):
        raise AnswerIncomplete
    yes = answer.ids[0] == "yes"
    if (yes and answer.ids[1:] not in {(level,) for level in LEVELS}) or (not yes and len(answer.ids) > 1):
        raise AnswerIncomplete
    if yes != (end == DISPOSAL):
        raise AnswerElsewhere


def check_finding(found: Words, level: str) -> None:
    """`level`: what the case to answer was of: "misconduct" or "gross"."""
    if len(found.ids) != 2 or not found.text:
        raise FindingIncomplete
    finding, sanction = named("findings", found.ids[0]).id, named("sanctions", found.ids[1])
    if not level:
        raise AnswerElsewhere
    if sanction.more.get("gross_only") and finding != "gross":
        raise DismissalNotAllowed
    if finding not in PROVEN and sanction.id != "none":
        raise NothingToSanction
    if finding == "gross" and level != "gross":
        raise AboveTheAnswer


def nothing_said(text: str) -> bool:
    """Whether a line of a decision is there for the form's sake."""
    return NOTHING.match(text) is not None


def check_appeal(chair: str, appeal: Words) -> None:
    heard = appeal.text.casefold()
    if len(appeal.ids) != 1 or appeal.ids[0] not in APPEALS or bool(heard) != (appeal.ids[0] != "none"):
        raise AppealIncomplete
    if heard == chair.strip().casefold():
        raise AppealIncomplete


def _check_consistent(found: Words) -> None:
    if found.ids not in (("yes",), ("no",)) or not found.text:
        raise NotSaidWhy


def day_to_come(text: str, today: date) -> date:
    """Raises NotADay."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise NotADay from None
    if not today < day < date(today.year + 100, 1, 1):
        raise NotADay
    return day


def worded(name: str, said: str) -> str:
    """What people read of something that was said with a step."""
    if name.endswith("-day"):
        return day_in_words(said)
    if name in LISTS:
        return vocabulary(LISTS[name]).text(said)
    if name in ("answer", "consistent"):
        found = Words.decode(said)
        level = LEVELS.get(found.ids[1], "") if len(found.ids) > 1 else ""
        return ": ".join(part for part in (found.ids[0].capitalize() if found.ids else "", level) if part) + (
            f"\n{found.text}"
        )
    if name == "finding":
        found = Words.decode(said)
        lists = zip(("findings", "sanctions"), found.ids, strict=False)
        return "; ".join(vocabulary(kind).text(term) for kind, term in lists) + f"\n{found.text}"
    if name == "appeal":
        found = Words.decode(said)
        return "\n".join([*(APPEALS.get(result, result) for result in found.ids), found.text]).strip()
    return said


def day_in_words(said: str) -> str:
    """A day written as 2026-12-20 as people read it; anything else as it is."""
    try:
        day = date.fromisoformat(said.strip())
    except ValueError:
        return said
    return f"{day.day} {day:%B %Y}"
