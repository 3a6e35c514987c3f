"""The languages of the site: English, as the sources have it, and one for each file translations/LANGUAGE.po.

`load(code)` is the door. A file is named by its language's tag (BCP 47), such as cy.po or zh-Hant.po.
"""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from babel.plural import to_gettext

ENGLISH = "en"
TRANSLATIONS = Path(__file__).parent / "translations"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Of plurals, in the order of CLDR, which is that of the forms in a catalogue."""
_TRIED = 200  # numbers with which two rules of plurals are compared
_ISOLATE, _POP = "\u2068", "\u2069"  # first strong isolate, pop directional isolate


class BadTranslation(Exception):
    """A file of translations is not usable; mend it, or write it anew: `reporter translations --update LANGUAGE`."""


@dataclass(frozen=True)
class Language:
    """One language of the site. `catalog` is None for English."""

    code: str
    locale: Locale
    catalog: Catalog | None = None

    @property
    def name(self) -> str:
        """In the language itself: Cymraeg."""
        name = Locale.parse(self.code, sep="-").get_display_name() or self.code
        return name[0].upper() + name[1:]

    @property
    def direction(self) -> str:
        """ltr or rtl."""
        return self.locale.text_direction

    @property
    def address(self) -> str:
        """Of its first page."""
        return "/" if self.code == ENGLISH else f"/{self.code}"

    @property
    def unreviewed(self) -> bool:
        """Whether no translator has looked at it yet: the first entry of the file is marked fuzzy."""
        return self.catalog is not None and self.catalog.fuzzy

    def file(self, stem: str, suffix: str = ".html") -> str:
        """What the file of this language is called: index.html, index.cy.html."""
        return f"{stem}{suffix}" if self.code == ENGLISH else f"{stem}.{self.code}{suffix}"

    def translate(self, text: str, context: str = "") -> str:
        """The text in this language; in English where there is no translation."""
        message = self.catalog.get(text, context or None) if self.catalog is not None and text else None
        return str(message.string) if message is not None and message.string else text

    def forms(self, one: str, other: str) -> dict[str, str]:
        """The text for each category of plurals that the language has."""
        message = self.catalog.get(one) if self.catalog is not None else None
        if message is None or not isinstance(message.string, (tuple, list)) or not all(message.string):
            return {"one": one, "other": other}
        return dict(zip(categories(self.locale), message.string, strict=True))

    def isolated(self, text: str) -> str:
        """A name or number as it stands in a sentence: from right to left, its own order is kept."""
        return f"{_ISOLATE}{text}{_POP}" if self.direction == "rtl" else text

    def written(self) -> dict[str, object]:
        """How dates and numbers are written, for scripts: browsers do not know every language."""
        months = self.locale.months["format"]["wide"]
        pattern = re.sub(r"%\((\w+)\)s", r"{\1}", str(self.locale.date_formats["long"].format))
        symbols: Mapping[str, str] = self.locale.number_symbols["latn"]
        return {
            "date": pattern.replace("{G}", str(self.locale.eras["abbreviated"][1])),
            "months": [months[month] for month in range(1, 13)],
            "decimal": symbols["decimal"],
            "group": symbols["group"],
        }


def codes(folder: Path = TRANSLATIONS) -> list[str]:
    """English first, then each language that has a file LANGUAGE.po."""
    return [ENGLISH, *sorted(path.stem for path in folder.glob("*.po") if path.stem != ENGLISH)]


def load(code: str, folder: Path = TRANSLATIONS) -> Language:
    """The language of this tag. Raises BadTranslation."""
    if code == ENGLISH:
        return Language(code, Locale.parse("en_GB"))
    locale, path = locale_of(code), folder / f"{code}.po"
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=locale, abort_invalid=True)
    except (OSError, PoFileError, ValueError, TypeError) as problem:
        raise BadTranslation(f"{path.name}: {BadTranslation.__doc__} ({problem})") from None
    if any(message.pluralizable for message in catalog) and not _same_plurals(catalog.plural_expr, locale):
        raise BadTranslation(f"{path.name}: its header has to say Plural-Forms: {plural_forms(locale)}")
    return Language(code, locale, catalog)


def bare(text: str) -> str:
    """What `isolated` was given."""
    return text.strip(_ISOLATE + _POP)


def locale_of(code: str) -> Locale:
    """What is known of a language. Raises BadTranslation where nothing is."""
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise BadTranslation(f"{code} is not the tag of a language that Babel knows, such as cy or zh-Hant.") from None


def categories(locale: Locale) -> list[str]:
    """The categories of plurals of a language, in the order of a catalogue's forms."""
    return [one for one in CATEGORIES if one in locale.plural_form.tags or one == "other"]


def plural_forms(locale: Locale) -> str:
    """The header of a catalogue that says which form fits which number."""
    return re.sub(r"\be\b", "0", to_gettext(locale.plural_form))  # e: of 1e6, which gettext does not know


def _same_plurals(expression: str, locale: Locale) -> bool:
    names = categories(locale)
    try:
        chosen = gettext.c2py(expression)
        return all(chosen(n) == names.index(locale.plural_form(n)) for n in range(_TRIED))
    except ValueError:
        return False
