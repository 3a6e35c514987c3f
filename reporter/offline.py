"""The offline page: one file with its script, style and pins in it, for a reporter's own disk (SPEC 6).

Its policy, in a meta element, allows that one script and style by their hashes and requests to the site alone.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reporter import facts as known
from reporter import questionnaire as questions
from reporter.languages import Language
from reporter.mirroring import mirror
from reporter.rendering import client_strings, exit_url, json_in_html
from reporter.templates import environment, tidy
from reporter.trimming import trim, used_classes

_ADDRESS = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.I)
_STYLE, _SCRIPT = "/*style*/", "/*script*/"


class BadAddress(Exception):
    """The site's address is https://NAME or http://NAME, perhaps with :PORT, and nothing after it."""


def checked(address: str) -> str:
    """The address as the page uses it, without a slash at its end; "" where there is none. Raises BadAddress."""
    plain = address.rstrip("/")
    if plain and not _ADDRESS.fullmatch(plain):
        raise BadAddress(f"{address!r}: {BadAddress.__doc__}")
    return plain


@dataclass(frozen=True)
class Parts:
    """The site's address, or "", and the bundled script and style."""

    address: str
    script: str
    css: str


def render(
    language: Language,
    pins: Mapping[str, Any],
    questionnaire: questions.Questionnaire,
    parts: Parts,
    *,
    facts: known.Facts | None = None,
) -> str:
    """The whole file. Without an address it asks no one for anything: it only saves."""
    data = {
        "language": language.code,
        "address": parts.address,
        "exit": exit_url(facts),
        "pins": dict(pins),
        "forms": {questions.REPORT: questions.as_client(questionnaire)},
        "strings": {key: text for key, text in client_strings(language).items() if _says(parts.script, key)},
        "written": language.written(),
    }

    def page(policy: str) -> str:
        template = environment(language, facts).get_template("offline.html")
        return tidy(
            template.render(
                language=language,
                questions=questionnaire.questions,
                address=parts.address,
                exit_url=exit_url(facts),
                policy=policy,
                data=json_in_html(data),
            )
        )

    style = trim(parts.css.removeprefix("\ufeff"), used_classes(parts.script, page("")))
    style = mirror(style) if language.direction == "rtl" else style
    return page(_policy(parts, style)).replace(_STYLE, style, 1).replace(_SCRIPT, parts.script, 1)


def _says(script: str, key: str) -> bool:
    """Whether a bundled script asks for the text of this key, whole or made of its first part and something else."""
    stem = key.rpartition("-")[0]
    return f'"{key}"' in script or (bool(stem) and f"`{stem}-$" in script)


def _policy(parts: Parts, style: str) -> str:
    allowed = {
        "script-src": _source(parts.script),
        "style-src": _source(style),
        "connect-src": parts.address or "'none'",
    }
    return "; ".join(
        [
            "default-src 'none'",
            *(f"{kind} {source}" for kind, source in allowed.items()),
            "img-src data:",
            "form-action 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _source(text: str) -> str:
    """What a policy calls an inline script or style of this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
