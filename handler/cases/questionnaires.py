"""The texts of the questions that a report answered, for every version that ever came."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crypto.post import Answer, Report
from handler.files import write_durably
from handler.settings import Settings

VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
LARGEST = 1_000_000  # bytes


@dataclass(frozen=True)
class Answered:
    """One question and what was answered, in words where they are known and as ids where they are not."""

    heading: str
    choices: tuple[str, ...]
    text: str


def find(settings: Settings, version: str) -> Mapping[str, Any]:
    """The record of a version, kept in the console's folder from its first use on; empty when it is nowhere."""
    if VERSION.fullmatch(version) is None:
        return {}
    kept = settings.home / "questionnaires" / f"{version}.json"
    if not kept.is_file():
        laid = _laid_down(settings, version)
        if laid is None:
            return {}
        kept.parent.mkdir(exist_ok=True)
        write_durably(kept, laid)
    return _read(kept.read_bytes())


def _laid_down(settings: Settings, version: str) -> bytes | None:
    """Beside the roster, where the public site is built."""
    roster = settings.console.roster_file
    path = Path(roster).parent / "site" / f"questionnaire-{version}.json" if roster else None
    if path is None or not path.is_file() or path.stat().st_size > LARGEST:
        return None
    raw = path.read_bytes()
    return raw if _read(raw) else None


def _read(raw: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def in_words(settings: Settings, report: Report) -> list[Answered]:
    """Every answered question, in the order of the questionnaire; those it does not know come last."""
    questions = {str(q.get("id")): q for q in find(settings, report.questionnaire).get("questions", ())}
    given = {**report.answers, **report.routing}
    order = [*(name for name in questions if name in given), *(name for name in given if name not in questions)]
    return list(_worded(questions, given, order))


def _worded(
    questions: Mapping[str, Mapping[str, Any]], given: Mapping[str, Answer], order: list[str]
) -> Iterator[Answered]:
    for name in order:
        question, answer = questions.get(name, {}), given[name]
        texts = {str(known.get("id")): str(known.get("text")) for known in question.get("answers", ())}
        choices = tuple(texts.get(choice, choice) for choice in answer.choices)
        if choices or answer.text:
            yield Answered(str(question.get("heading", name)), choices, answer.text)
