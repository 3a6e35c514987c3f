"""Every language that is shipped is complete, and another one is a file."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.core import Locale
from babel.messages.pofile import read_po

from reporter import catalogues, facts, languages, offline, questionnaire, rendering, texts
from reporter.__main__ import main
from reporter.answers import STAMP
from reporter.build import build
from reporter.languages import BadTranslation, Language
from reporter.sealed import ANSWERS, PAGE, page
from reporter.texts import Text

SHIPPED = languages.codes()[1:]
PINS = {"site": "00" * 16}
SAME = frozenset({"{n} kB", "{n} MB", "EMBRACE"})
"""What may be the same in another language."""


@pytest.fixture(scope="module")
def found() -> list[Text]:
    return texts.collect()


# -- the gate ---------------------------------------------------------------------------------------------------------


def test_welsh_is_shipped() -> None:
    assert "cy" in SHIPPED


@pytest.mark.parametrize("code", SHIPPED)
def test_every_text_is_translated_with_its_placeholders_and_without_markup(code: str, found: list[Text]) -> None:
    assert catalogues.problems(languages.load(code), found) == []


@pytest.mark.parametrize("code", SHIPPED)
def test_no_text_is_left_in_english(code: str, found: list[Text]) -> None:
    language = languages.load(code)
    same = {text.english for text in found if language.translate(text.english, text.context) == text.english}
    assert {text for text in same if text not in SAME and not _only_names(text)} == set()


def _only_names(text: str) -> bool:
    """Whether every word is a number or begins with a capital letter, as in an address."""
    return all(not word[0].islower() for word in re.findall(r"\w+", text))


def test_no_english_text_holds_markup(found: list[Text]) -> None:
    assert [text for text in found if re.search("[<>&]", text.english + text.other)] == []


@pytest.mark.parametrize("code", SHIPPED)
def test_every_answer_to_a_sealed_file_fits_its_page(code: str) -> None:
    pages = {page(answer, languages.load(code)) for answer in ANSWERS}
    assert len(pages) == len(ANSWERS)
    assert {len(content) for content in pages} == {PAGE}


# -- the gate's own tests ---------------------------------------------------------------------------------------------


@pytest.fixture
def whole(tmp_path: Path, found: list[Text]) -> Path:
    """A folder with a catalogue in which every text stands between « and »."""
    return _made_up(tmp_path, "cy", found)


def _made_up(folder: Path, code: str, found: list[Text]) -> Path:
    path = catalogues.update(code, found, folder)
    with path.open("rb") as file:
        catalog = read_po(file, locale=languages.locale_of(code))
    for message in catalog:
        if isinstance(message.id, str):
            message.string = message.id and f"«{message.id}»"
        else:
            message.string = tuple(f"«{message.id[1]} {n}»" for n in range(catalog.num_plurals))
    path.write_text(_written(catalog), encoding="utf-8")
    catalogues.update(code, found, folder)
    return folder


def _written(catalog: object) -> str:
    from io import BytesIO

    from babel.messages.pofile import write_po

    out = BytesIO()
    write_po(out, catalog)  # type: ignore[arg-type]
    return out.getvalue().decode()


def test_a_whole_catalogue_passes(whole: Path, found: list[Text]) -> None:
    assert catalogues.problems(languages.load("cy", whole), found) == []


def _mend(folder: Path, old: str, new: str) -> None:
    path = folder / "cy.po"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgstr "«Drugs»"', 'msgstr ""', "not translated: questionnaire.toml: Drugs"),
        ('msgstr "«Part {n} of {count}»"', 'msgstr "«{n}»"',
         "other placeholders: pages/strings.toml: Part {n} of {count}"),
        ('msgstr "«Drugs»"', 'msgstr "<b>Drugs</b>"', "markup: questionnaire.toml: Drugs"),
        ('msgctxt "about"\nmsgid "Drugs"', '#, fuzzy\nmsgctxt "about"\nmsgid "Drugs"',
         "marked fuzzy: questionnaire.toml: Drugs"),
        ('msgid "Sending"', 'msgid "Dispatching"', "not translated: pages/sending.html: Sending"),
    ],
)  # fmt: skip
def test_one_faulty_text_is_named(whole: Path, found: list[Text], old: str, new: str, problem: str) -> None:
    _mend(whole, old, new)
    problems = catalogues.problems(languages.load("cy", whole), found)
    assert problem in problems


def test_a_form_of_a_plural_that_is_missing_is_named(whole: Path, found: list[Text]) -> None:
    content = (whole / "cy.po").read_text(encoding="utf-8")
    (whole / "cy.po").write_text(re.sub(r'msgstr\[4\] "«Room left.*', 'msgstr[4] ""', content), encoding="utf-8")
    problems = catalogues.problems(languages.load("cy", whole), found)
    assert problems == ["not translated: pages/strings.toml: Room left: about {count} letter"]


def test_a_text_that_is_no_longer_there_is_named_and_left_out_by_an_update(whole: Path, found: list[Text]) -> None:
    fewer = found[:-1]
    assert catalogues.problems(languages.load("cy", whole), fewer) == [f"no longer in the sources: {found[-1].english}"]
    catalogues.update("cy", fewer, whole)
    assert catalogues.problems(languages.load("cy", whole), fewer) == []


def test_an_update_keeps_what_is_translated_and_names_no_lines(whole: Path, found: list[Text]) -> None:
    before = (whole / "cy.po").read_text(encoding="utf-8")
    catalogues.update("cy", found, whole)
    assert (whole / "cy.po").read_text(encoding="utf-8") == before
    catalogues.update("cy", [*found, Text("A new one", "pages/start.html")], whole)
    after = (whole / "cy.po").read_text(encoding="utf-8")
    assert after == before + '\n#: pages/start.html\nmsgid "A new one"\nmsgstr ""\n'
    assert re.findall(r"^#: .*:\d", after, re.MULTILINE) == []


class _Reader(HTMLParser):
    """What a person reads or hears of a document that does not stand between « and »."""

    READ = frozenset({"aria-label", "alt", "title", "placeholder", "label"})

    def __init__(self) -> None:
        super().__init__()
        self.left: list[str] = []
        self._inside = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        given = dict(attributes)
        for name in self.READ & set(given):
            self._note(given[name] or "")
        if given.get("name") == "description":
            self._note(given["content"] or "")

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self._note(data)

    def _note(self, text: str) -> None:
        outside = ""
        for character in text:
            self._depth += (character == "«") - (character == "»")
            outside += character if self._depth == 0 and character.isalpha() else ""
        if outside:
            self.left.append(outside)


def _reader(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html.replace("/*script*/", ""))
    return reader


def _settled() -> facts.Facts:
    """Facts in which no letter stands but in what is translated."""
    known = facts.load()
    return facts.Facts({name: "" if _is_address(text) else text for name, text in known.texts.items()})


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"(https?://)?[\w.@-]+\.[a-z]+(/\S*)?", text))


def test_nothing_a_person_reads_bypasses_the_catalogue(whole: Path) -> None:
    """Given a language in which every text is marked; then no page has a letter outside the marks."""
    language, forms = languages.load("cy", whole), questionnaire.load_forms()
    assets = rendering.Assets(offline_hash="0" * 64)
    parts = offline.Parts("", "", "")
    site = rendering.render(language, PINS, forms, assets, [languages.load("en")], facts=_settled())
    alone = offline.render(language, PINS, forms["report"], parts, facts=_settled())
    answers = [page(answer, language).decode() for answer in ANSWERS if answer is not STAMP]
    readers = [_reader(html) for html in (site, alone, *answers)]
    assert {one for reader in readers for one in reader.left} == {"English"}
    said = json.loads(site.split('id="data">')[1].split("</script>")[0])["strings"]
    flat = [text for value in said.values() for text in (value.values() if isinstance(value, dict) else [value])]
    assert [text for text in flat if not text.startswith("«")] == []


# -- a language -------------------------------------------------------------------------------------------------------


def test_welsh_writes_dates_and_counts_as_it_does() -> None:
    welsh = Language("cy", Locale.parse("cy"))
    written = welsh.written()
    assert (written["date"], written["decimal"], written["group"]) == ("{d} {MMMM} {y}", ".", ",")
    assert written["months"][10] == "Tachwedd"  # type: ignore[index]
    assert languages.categories(welsh.locale) == ["zero", "one", "two", "few", "many", "other"]
    assert languages.load("en").written()["date"] == "{d} {MMMM} {y}"


@pytest.mark.parametrize(("code", "name", "direction"), [("ar", "العربية", "rtl"), ("cy", "Cymraeg", "ltr")])
def test_a_language_knows_its_name_and_its_direction(code: str, name: str, direction: str) -> None:
    language = Language(code, languages.locale_of(code))
    assert (language.name, language.direction, language.address) == (name, direction, f"/{code}")


@pytest.mark.parametrize("code", ["cy", "ar", "pl", "ja", "fr", "ga"])
def test_a_new_catalogue_counts_as_its_language_does(code: str, tmp_path: Path, found: list[Text]) -> None:
    _made_up(tmp_path, code, found)
    language = languages.load(code, tmp_path)
    forms = language.forms("Room left: about {count} letter", "")
    assert list(forms) == languages.categories(language.locale)
    assert len(set(forms.values())) == len(forms)


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + '"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n',
         "its header has to say Plural-Forms: nplurals=6"),
        ('msgid "a\n', "is not usable"),
    ],
)  # fmt: skip
def test_a_file_that_would_be_read_wrongly_is_refused(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "cy.po").write_text(content, encoding="utf-8")
    with pytest.raises(BadTranslation, match=said):
        languages.load("cy", tmp_path)


def test_a_language_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translations", "--update", "welsh"]) == 1
    assert "welsh is not the tag of a language" in capsys.readouterr().err


def test_the_command_says_that_every_language_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translations"]) == 0
    assert "cy Cymraeg: " in capsys.readouterr().out


# -- a third language -------------------------------------------------------------------------------------------------

ARABIC = (
    HEADER + '"Language: ar\\n"\n\n'
    'msgid "Before you start"\nmsgstr "قبل أن تبدأ"\n\n'
    'msgctxt "about"\nmsgid "Drugs"\nmsgstr "المخدرات"\n\n'
    'msgid "Sending"\nmsgstr "جارٍ الإرسال"\n'
)


def test_a_third_language_is_one_more_file(site_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    folder = tmp_path / "translations"
    folder.mkdir()
    (folder / "ar.po").write_text(ARABIC, encoding="utf-8")
    built = build(tmp_path, translations=folder).folder
    arabic, english = (built / "index.ar.html").read_text(), (built / "index.html").read_text()
    assert '<html lang="ar" dir="rtl"' in arabic
    assert '<html lang="ar" dir="rtl"' in (built / "offline.ar.html").read_text()
    for text in ("قبل أن تبدأ", "المخدرات", '"stage-post":"جارٍ الإرسال"'):
        assert text in arabic
    assert '<a class="govuk-link" href="/ar" lang="ar" hreflang="ar" dir="rtl">العربية</a>' in english
    assert '<a class="govuk-link" href="/" lang="en" hreflang="en" dir="ltr">English</a>' in arabic
    assert 'href="/offline.ar.html"' in arabic
    assert 'action="/sealed.ar"' in arabic
    sheets = [re.findall(r'stylesheet" href="/?([^"]*site-[^"]*)"', html) for html in (english, arabic)]
    assert len(set(sheets[0] + sheets[1])) == 2
    assert "padding-right:20px" in (built / sheets[1][0]).read_text()
    assert "padding-left:20px" in (built / sheets[0][0]).read_text()


def test_with_one_language_there_is_nothing_to_choose(site_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    built = build(tmp_path, translations=tmp_path).folder
    assert "hreflang" not in (built / "index.html").read_text()
    assert not list(built.glob("index.*.html"))


def test_until_a_translator_has_looked_at_it_the_translation_says_so(whole: Path) -> None:
    note = "A translator has not yet checked this translation."
    forms = questionnaire.load_forms()

    def says_so() -> bool:
        return note in rendering.render(languages.load("cy", whole), PINS, forms, rendering.Assets())

    assert says_so()
    _mend(whole, "#, fuzzy\n", "")
    assert not says_so()
    assert note not in rendering.render(languages.load("en"), PINS, forms, rendering.Assets())


def test_a_faulty_translation_stops_the_build(site_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    (tmp_path / "ar.po").write_text('msgid "a\n', encoding="utf-8")
    with pytest.raises(BadTranslation, match=r"ar\.po"):
        build(tmp_path, translations=tmp_path)
    assert not (tmp_path / "site").exists()
