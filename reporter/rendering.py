"""Makes the one HTML document of the site from templates, questions and texts, once for each language."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reporter import claims
from reporter import facts as known
from reporter import questionnaire as questions
from reporter.fingerprint import words
from reporter.languages import TRANSLATIONS, Language, codes, load
from reporter.templates import environment, tidy
from reporter.texts import strings


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


def client_strings(language: Language) -> dict[str, str | dict[str, str]]:
    """The texts that scripts show, by key; where one counts something, by the language's categories of plurals."""
    return {
        key: language.translate(text) if isinstance(text, str) else language.forms(text["one"], text["other"])
        for key, text in strings().items()
    }


def exit_url(facts: known.Facts | None = None) -> str:
    """The page that "Exit this page" opens."""
    return (facts or known.load()).english("exit-url")


def json_in_html(data: Mapping[str, Any]) -> Markup:
    """Compact JSON in which nothing can end the script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - the one character that could is gone
