"""Catalogues of translations as translators know them (.po): what one lacks, and writing it anew from the sources.

A catalogue keeps the order of the sources and no line numbers, so that a change of wording is a small change here too.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import normalize

from reporter.languages import TRANSLATIONS, Language, categories, load, locale_of, plural_forms
from reporter.texts import Text

WIDTH = 100
_PLACEHOLDER = re.compile(r"\{\w*\}|%\(?\w*\)?")
_COMMENT = (
    "Translations of the reporter's site. The entry below is marked fuzzy until a translator has looked at them all."
)


def problems(language: Language, texts: Iterable[Text]) -> list[str]:
    """What stands in the way of a page all in this language, a line each: nothing when it is complete."""
    if language.catalog is None:
        return []
    known = {(text.english, text.context) for text in texts}
    found = [problem for text in texts if (problem := _problem(language, text))]
    left = [f"no longer in the sources: {one.id}" for one in _messages(language.catalog) if _key(one) not in known]
    return found + left


def update(code: str, texts: Iterable[Text], folder: Path = TRANSLATIONS) -> Path:
    """Writes LANGUAGE.po with every text of the sources, translations kept, what is no longer there left out.

    A new language begins with an empty catalogue. Raises BadTranslation.
    """
    path = folder / f"{code}.po"
    old = load(code, folder).catalog if path.exists() else None
    locale = locale_of(code)
    catalog = old or Catalog(locale=locale, header_comment=f"# {_COMMENT}", fuzzy=True)
    header = {
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(locale),
    }
    head = [catalog.header_comment, *(["#, fuzzy"] if catalog.fuzzy else []), 'msgid ""', 'msgstr ""']
    head += [f'"{name}: {value}\\n"' for name, value in header.items()]
    count = len(categories(locale))
    entries = ["\n".join(head), *("\n".join(_entry(text, _message(catalog, text), count)) for text in texts)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n\n".join(entries) + "\n", encoding="utf-8")
    return path


def placeholders(text: str) -> list[str]:
    """The {names} that are filled in, in alphabetical order."""
    return sorted(_PLACEHOLDER.findall(text))


def _problem(language: Language, text: Text) -> str:
    message = _message(language.catalog, text) if language.catalog else None
    where = f"{text.source}: {text.english}"
    if message is None or not all(_strings(message)):
        return f"not translated: {where}"
    if message.fuzzy:
        return f"marked fuzzy: {where}"
    for string in _strings(message):
        if placeholders(string) != placeholders(text.english):
            return f"other placeholders: {where}"
        if re.search("[<>&]", string):
            return f"markup: {where}"
    return ""


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _message(catalog: Catalog | None, text: Text) -> Message | None:
    """The entry of a text, if it still has the same plural."""
    message = catalog.get(text.english, text.context or None) if catalog is not None else None
    fits = message is not None and message.id == ((text.english, text.other) if text.other else text.english)
    return message if fits else None


def _key(message: Message) -> tuple[str, str]:
    english = message.id if isinstance(message.id, str) else message.id[0]
    return english, str(message.context or "")


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _entry(text: Text, message: Message | None, count: int) -> Iterator[str]:
    """The lines of one text."""
    yield from (f"# {comment}" for comment in (message.user_comments if message else ()))
    yield f"#: {text.source}"
    if message and message.fuzzy:
        yield "#, fuzzy"
    if text.context:
        yield f"msgctxt {normalize(text.context, width=WIDTH)}"
    yield f"msgid {normalize(text.english, width=WIDTH)}"
    strings = _strings(message) if message else []
    if text.other:
        yield f"msgid_plural {normalize(text.other, width=WIDTH)}"
        for n, string in enumerate(strings or [""] * count):
            yield f"msgstr[{n}] {normalize(string, width=WIDTH)}"
    else:
        yield f"msgstr {normalize((strings or [''])[0], width=WIDTH)}"
