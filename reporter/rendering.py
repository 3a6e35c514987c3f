"""Makes the one HTML document of the site from templates, questions and texts, once for each language."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from reporter import claims
from reporter import facts as known
from reporter import questionnaire as questions

PAGES = Path(__file__).parent / "pages"
TRANSLATIONS = Path(__file__).parent / "translations"
ENGLISH = "en"


@dataclass(frozen=True)
class Assets:
    """The addresses of the hashed files that the document names."""

    script: str = ""
    css: str = ""
    plain_css: str = ""
    icon: str = ""
    offline_hash: str = ""  # SHA-256 of the offline page, as hex


def languages(folder: Path = TRANSLATIONS) -> list[str]:
    """English first, then each language that has a file LANGUAGE.po."""
    return [ENGLISH, *sorted(path.stem for path in folder.glob("*.po"))]


def render(
    language: str,
    pins: Mapping[str, Any],
    questionnaire: questions.Questionnaire,
    assets: Assets,
    translations: Path = TRANSLATIONS,
    *,
    facts: known.Facts | None = None,
) -> str:
    """The whole document. `pins` are the public pins of site.json; they stand in it for the scripts to read."""
    catalog = _catalog(language, translations)
    facts = facts or known.load()
    data = {
        "language": language,
        "exit": exit_url(facts),
        "pins": dict(pins),
        "questionnaire": questions.as_client(questionnaire),
        "strings": {key: _translate(catalog, text) for key, text in strings().items()},
    }
    template = environment(language, translations, facts).get_template("index.html")
    page = template.render(
        language=language,
        direction=direction(language),
        questions=questionnaire.questions,
        takes_files=any(question.kind == "files" for question in questionnaire.questions),
        exit_url=exit_url(facts),
        claims=claims.load(),
        script=assets.script,
        css=assets.css,
        plain_css=assets.plain_css,
        icon=assets.icon,
        offline_hash=assets.offline_hash,
        data=json_in_html(data),
    )
    return tidy(page)


def direction(language: str) -> str:
    """ltr or rtl."""
    return Locale.parse(language, sep="-").text_direction


def tidy(page: str) -> str:
    """The same document without the blanks that templates leave."""
    return re.sub(r"\s*\n\s*", "\n", page).strip() + "\n"


def strings() -> dict[str, str]:
    """The English texts that scripts show, by key."""
    texts: dict[str, str] = _table("strings")
    return texts


def exit_url(facts: known.Facts | None = None) -> str:
    """The page that "Exit this page" opens."""
    return (facts or known.load()).english("exit-url")


def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((PAGES / "strings.toml").read_text(encoding="utf-8"))[name]
    return found


def environment(language: str, translations: Path = TRANSLATIONS, facts: known.Facts | None = None) -> Environment:
    """The templates of `pages`, in this language, with fact("id") and fill("... {name}", name=...)."""
    catalog = _catalog(language, translations)
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
    install(
        lambda text: _translate(catalog, text),
        lambda one, many, n: _translate(catalog, one if n == 1 else many),
        newstyle=False,
    )
    made.globals["fact"] = lambda name: (
        text if (text := facts.given(name, language)) is not None else _translate(catalog, facts.english(name))
    )
    made.globals["fill"] = fill
    made.filters["dialled"] = known.dialled
    made.filters["items"] = lambda question: _items(question, lambda text: _translate(catalog, text))
    return made


def fill(text: str, **values: str) -> Markup:
    """The sentence with its {placeholders} filled in: plain text is escaped, markup stays markup."""
    return Markup(escape(text)).format(**values)  # noqa: S704 - escaped first


def _items(question: questions.Question, translate: Callable[[str], str]) -> list[dict[str, Any]]:
    """A question's answers as the GOV.UK macros take them, with "or" before those that rule out the others."""
    items: list[dict[str, Any]] = []
    for answer in question.answers:
        if answer.exclusive and not any("divider" in item for item in items):
            items.append({"divider": translate("or")})
        item: dict[str, Any] = {"value": answer.id, "text": translate(answer.text)}
        if answer.hint:
            item["hint"] = {"text": translate(answer.hint)}
        if answer.exclusive:
            item["attributes"] = {"data-exclusive": ""}
        if answer.chosen:
            item["checked"] = True
        items.append(item)
    return items


def _catalog(language: str, folder: Path) -> Catalog | None:
    if language == ENGLISH:
        return None
    with (folder / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def _translate(catalog: Catalog | None, text: str) -> str:
    message = catalog.get(text) if catalog is not None and text else None
    return str(message.string) if message is not None and message.string else text


def json_in_html(data: Mapping[str, Any]) -> Markup:
    """Compact JSON in which nothing can end the script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - the one character that could is gone
