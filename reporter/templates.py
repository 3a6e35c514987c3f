"""The templates of pages/ in one language: `environment(language)` is the door."""

import re
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from reporter import facts as known
from reporter import questionnaire as questions
from reporter.languages import Language, bare
from reporter.texts import PAGES, context_of


def environment(language: Language, facts: known.Facts | None = None) -> Environment:
    """The templates of `pages`, in this language, with fact("id") and fill("... {name}", name=...)."""
    facts = facts or known.load()
    library = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(PAGES), library]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install = made.install_gettext_callables  # type: ignore[attr-defined]  # the extension adds it
    install(language.translate, _no_plurals, newstyle=False)
    made.globals["fact"] = lambda name: language.isolated(_fact(facts, name, language))
    made.globals["fill"] = fill
    made.filters["dialled"] = lambda text: known.dialled(bare(text))
    made.filters["items"] = lambda question, divider: _items(question, divider, language)
    return made


def tidy(page: str) -> str:
    """The same document without the blanks that templates leave, and what only GOV.UK's own scripts would read."""
    page = re.sub(r' data-module="govuk-[a-z-]+"', "", page)
    return re.sub(r"\s*\n\s*", "\n", page).strip() + "\n"


def fill(text: str, **values: str) -> Markup:
    """The sentence with its {placeholders} filled in: plain text is escaped, markup stays markup."""
    return Markup(escape(text)).format(**values)  # noqa: S704 - escaped first


def _fact(facts: known.Facts, name: str, language: Language) -> str:
    given = facts.given(name, language.code)
    return language.translate(facts.english(name)) if given is None else given


def _no_plurals(one: str, many: str, n: int) -> str:
    raise ValueError(f"pages count nothing, they are the same for everyone: {one}, {many}, {n}")


def _items(question: questions.Question, divider: str, language: Language) -> list[dict[str, Any]]:
    """A question's answers as the GOV.UK macros take them, with the divider before those that rule out the others."""
    items: list[dict[str, Any]] = []
    context = context_of(question)
    for answer in question.answers:
        if answer.exclusive and not any("divider" in item for item in items):
            items.append({"divider": divider})
        item: dict[str, Any] = {"value": answer.id, "text": language.translate(answer.text, context)}
        if answer.hint:
            item["hint"] = {"text": language.translate(answer.hint, context)}
        if answer.exclusive:
            item["attributes"] = {"data-exclusive": ""}
        if answer.chosen:
            item["checked"] = True
        items.append(item)
    return items
