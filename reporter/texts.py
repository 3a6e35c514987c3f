"""Every text of the site that a person reads, found in the sources: `collect()` is the door."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2.ext import babel_extract

from reporter import claims, facts, questionnaire

PAGES = Path(__file__).parent / "pages"
POSTERS = Path(__file__).parent / "posters"
_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
_ADDRESS = re.compile(r"(https?://)?[\w.@-]+\.[a-z]+(/\S*)?")  # of a site or for e-mail


@dataclass(frozen=True)
class Text:
    """An English text. `other`: its plural, where it counts something. `context`: what tells it from its like."""

    english: str
    source: str
    context: str = ""
    other: str = ""


def collect() -> list[Text]:
    """Each text once for each context, in the order of the sources. Raises BadQuestionnaire, BadFacts."""
    found: dict[tuple[str, str], Text] = {}
    for text in (*_templates(), *_scripts(), *_questions(), *_claims(), *_facts()):
        found.setdefault((text.english, text.context), text)
    return list(found.values())


def context_of(question: questionnaire.Question) -> str:
    """What tells apart the answers to different questions: a yes is not the same word to each. Forms share it."""
    return question.id.removeprefix(f"{questionnaire.NOTICE}-")


def strings() -> dict[str, str | dict[str, str]]:
    """The English texts that scripts show, by key; where a text counts something, as {"one": ..., "other": ...}."""
    found: dict[str, Any] = tomllib.loads((PAGES / "strings.toml").read_text(encoding="utf-8"))["strings"]
    return found


def _templates() -> Iterator[Text]:
    for path in sorted((*PAGES.rglob("*.html"), *POSTERS.rglob("*.html"))):
        with path.open("rb") as file:
            for _, _, messages, _ in babel_extract(file, ("_",), (), _OPTIONS):
                if isinstance(messages, str) and messages:
                    yield Text(messages, path.relative_to(PAGES.parent).as_posix())


def _scripts() -> Iterator[Text]:
    for text in strings().values():
        if isinstance(text, str):
            yield Text(text, "pages/strings.toml")
        else:
            yield Text(text["one"], "pages/strings.toml", other=text["other"])


def _questions() -> Iterator[Text]:
    for name, form in questionnaire.load_forms().items():
        source = questionnaire.FILES[name].name
        for question in form.questions:
            box = question.text
            plain = (question.heading, question.label, question.hint, question.guidance)
            for text in (*plain, *((box.label, box.hint) if box else ())):
                if text:
                    yield Text(text, source)
            for answer in question.answers:
                for text in (answer.text, answer.hint):
                    if text:
                        yield Text(text, source, context_of(question))


def _claims() -> Iterator[Text]:
    for claim in claims.load():
        yield Text(claim.text, claims.DEFAULT.name)


def _facts() -> Iterator[Text]:
    for text in facts.load().texts.values():
        if re.search("[a-z]", text) and not _ADDRESS.fullmatch(text):
            yield Text(text, facts.DEFAULT.name)
