"""Makes the one HTML document of the site from templates, questions and texts, once for each language."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from reporter import claims
from reporter import facts as known
from reporter import questionnaire as questions
from reporter.fingerprint import words
from reporter.languages import TRANSLATIONS, Language, bare, codes, load
from reporter.texts import PAGES, context_of, strings


@dataclass(frozen=True)
class Assets:
    """The addresses of the hashed files that the document names."""

    script: str = ""
    css: str = ""
    plain_css: str = ""
    icon: str = ""
    offline_hash: str = ""  # SHA-256 of the offline page, as hex


def languages(folder: Path = TRANSLATIONS) -> list[Language]:
    """All in which the site is made, English first. Raises BadTranslation."""
    return [load(code, folder) for code in codes(folder)]


def render(
    language: Language,
    pins: Mapping[str, Any],
    forms: Mapping[str, questions.Questionnaire],
    assets: Assets,
    others: Sequence[Language] = (),
    *,
    facts: known.Facts | None = None,
) -> str:
    """The whole document. `pins` are the public pins of site.json; they stand in it for the scripts to read."""
    facts = facts or known.load()
    data = {
        "language": language.code,
        "exit": exit_url(facts),
        "pins": dict(pins),
        "forms": {name: questions.as_client(form) for name, form in forms.items()},
        "strings": client_strings(language),
        "written": language.written(),
    }
    template = environment(language, facts).get_template("index.html")
    page = template.render(
        language=language,
        others=others,
        forms=forms,
        takes_files=any(question.kind == "files" for question in forms[questions.REPORT].questions),
        exit_url=exit_url(facts),
        claims=claims.load(),
        script=assets.script,
        css=assets.css,
        plain_css=assets.plain_css,
        icon=assets.icon,
        offline_hash=assets.offline_hash,
        fingerprint=words(pins),
        data=json_in_html(data),
    )
    return tidy(page)


def tidy(page: str) -> str:
    """The same document without the blanks that templates leave."""
    return re.sub(r"\s*\n\s*", "\n", page).strip() + "\n"


def client_strings(language: Language) -> dict[str, str | dict[str, str]]:
    """The texts that scripts show, by key; where one counts something, by the language's categories of plurals."""
    return {
        key: language.translate(text) if isinstance(text, str) else language.forms(text["one"], text["other"])
        for key, text in strings().items()
    }


def exit_url(facts: known.Facts | None = None) -> str:
    """The page that "Exit this page" opens."""
    return (facts or known.load()).english("exit-url")


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


def _fact(facts: known.Facts, name: str, language: Language) -> str:
    given = facts.given(name, language.code)
    return language.translate(facts.english(name)) if given is None else given


def _no_plurals(one: str, many: str, n: int) -> str:
    raise NotImplementedError("Pages count nothing: they are the same for everyone.")


def fill(text: str, **values: str) -> Markup:
    """The sentence with its {placeholders} filled in: plain text is escaped, markup stays markup."""
    return Markup(escape(text)).format(**values)  # noqa: S704 - escaped first


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


def json_in_html(data: Mapping[str, Any]) -> Markup:
    """Compact JSON in which nothing can end the script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - the one character that could is gone
