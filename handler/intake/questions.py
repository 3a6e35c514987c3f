"""The questions that are asked of somebody who rings, writes or comes: those of the reporters' own questionnaire.

They are read as data from the one file that the site is built from, with the same ids and choices, so that flags, names
to keep it from, clocks and triage work alike.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crypto.post import Answer, Report
from handler.cases.questionnaires import find
from handler.errors import Refused
from handler.files import write_durably
from handler.settings import Settings

SOURCE = Path(__file__).resolve().parents[2] / "reporter" / "questionnaire.toml"
WHAT, REACH, IDENTITY, KEEP_FROM = "what", "reach", "identity", "keep-from"
ASKED = (
    "danger", "at-risk", WHAT, "about", "who", "involves", KEEP_FROM, "affected", "source", "when", "knowers",
    "known-before", "worried", "wish", REACH,
)  # fmt: skip
"""In the order of the form: danger first. `identity` is not asked: who says how they can be reached answers it."""

HINTS = {
    "involves": "It is flagged. Who must be kept from it has a box of its own.",
    KEEP_FROM: "Names or roles. Who has such a name here is not given the case’s key.",
    REACH: "Only if they want to say, and only what is safe to use.",
}
"""In place of what is said there to somebody who types by themselves."""

MOST = 20_000  # characters of one answer


class NothingHappened(Refused):
    """Write down what happened, as the person told it."""


class TooLong(Refused):
    """That is too long for one answer. Shorten it to 20,000 characters; the rest can be a note on the case."""


class NotAChoice(Refused):
    """That is none of the answers. Choose among those shown."""


class OneOrTheOther(Refused):
    """Two of the ticked answers rule each other out. Tick one of them."""


@dataclass(frozen=True)
class Question:
    """One question. `kind`: "radios", "checkboxes" or "text"; `options`: id, text and no help; `text`: of its box."""

    id: str
    kind: str
    heading: str
    hint: str
    options: tuple[tuple[str, str, str], ...]
    exclusive: frozenset[str]
    text: str
    routing: bool

    @property
    def written(self) -> bool:
        """Whether there is a box for words."""
        return self.kind == "text" or bool(self.text)


@dataclass(frozen=True)
class Given:
    """What was filled in for one question."""

    choices: tuple[str, ...] = ()
    text: str = ""


class NotAnswered(Refused):
    """One of the answers cannot be taken."""

    def __init__(self, question: str, problem: Refused) -> None:
        self.question, self.problem = question, problem
        super().__init__()


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def version() -> str:
    """Of the questionnaire that the form asks from."""
    return str(_file()["version"])


@cache
def asked() -> Sequence[Question]:
    """The questions of the form, in its order."""
    known = {str(entry["id"]): entry for entry in _file()["question"]}
    return tuple(_question(known[name]) for name in ASKED)


def report_of(given: Mapping[str, Given]) -> Report:
    """The report as a phone would have made it. Raises NotAnswered."""
    answers: dict[str, Answer] = {}
    routing: dict[str, Answer] = {}
    for question in asked():
        answer = _checked(question, given.get(question.id, Given()))
        if answer.choices or answer.text:
            (routing if question.routing else answers)[question.id] = answer
    if REACH in answers:
        answers[IDENTITY] = Answer(("yes",))
    return Report(version(), routing, answers)


def keep_texts(settings: Settings) -> None:
    """Keeps the words of this version, so that a case shows questions and not their ids, whatever comes after it."""
    if find(settings, version()):
        return
    questions = [
        {
            "id": entry["id"],
            "heading": entry["heading"],
            "answers": [{"id": answer["id"], "text": answer["text"]} for answer in entry.get("answer", ())],
        }
        for entry in _file()["question"]
    ]
    path = settings.home / "questionnaires" / f"{version()}.json"
    path.parent.mkdir(exist_ok=True)
    write_durably(path, json.dumps({"version": version(), "questions": questions}, ensure_ascii=False).encode())


def _question(entry: Mapping[str, Any]) -> Question:
    answers = entry.get("answer", ())
    return Question(
        id=str(entry["id"]),
        kind=str(entry["kind"]),
        heading=str(entry["heading"]),
        hint=HINTS.get(str(entry["id"]), str(entry.get("hint", ""))),
        options=tuple((str(answer["id"]), str(answer["text"]), "") for answer in answers),
        exclusive=frozenset(str(answer["id"]) for answer in answers if answer.get("exclusive")),
        text=str(entry.get("text", {}).get("label", "")),
        routing=bool(entry.get("routing")),
    )


def _checked(question: Question, given: Given) -> Answer:
    text = given.text.replace("\r\n", "\n").strip() if question.written else ""
    chosen = [key for key, _, _ in question.options if key in given.choices]
    problem: Refused | None = None
    if question.id == WHAT and not text:
        problem = NothingHappened()
    elif len(text) > MOST:
        problem = TooLong()
    elif len(chosen) != len(given.choices) or (question.kind == "radios" and len(chosen) > 1):
        problem = NotAChoice()
    elif len(chosen) > 1 and question.exclusive.intersection(chosen):
        problem = OneOrTheOther()
    if problem is not None:
        raise NotAnswered(question.id, problem)
    return Answer(tuple(chosen), text)
