"""Every page reads easily: a twelve-year-old could follow it."""

import json

from reporter import facts, questionnaire
from reporter.build import Built
from tests.reporter_site import reading

HARD = (
    "Notwithstanding the aforementioned provisions, individuals contemplating disclosure are advised to ascertain the"
    " applicability of statutory protections prior to communicating any information of an evidential nature."
)


def _built_pages(built: Built) -> dict[str, str]:
    return reading.pages((built.folder / "index.html").read_text(encoding="utf-8"))


def _too_hard(pages: dict[str, str]) -> dict[str, float]:
    """Pages over the age; short ones are read together."""
    long = {name: text for name, text in pages.items() if reading.words(text) >= reading.FEW_WORDS}
    short = " ".join(text for name, text in pages.items() if name not in long)
    ages = {name: reading.reading_age(text) for name, text in {**long, "the short pages": short}.items() if text}
    return {name: age for name, age in ages.items() if age > reading.AGE}


def test_every_page_can_be_read_at_twelve(built: Built) -> None:
    pages = _built_pages(built)
    assert len(pages) > 40
    assert _too_hard(pages) == {}


def test_a_hard_page_is_found(built: Built) -> None:
    html = (built.folder / "index.html").read_text(encoding="utf-8")
    page = f'<section data-page="hard"><h1>Read this</h1><ul>{"".join(f"<li>{HARD}</li>" for _ in range(3))}</ul>'
    assert set(_too_hard(reading.pages(html.replace('<section class="page"', f"{page}</section><section", 1)))) == {
        "hard"
    }


def test_a_hard_page_is_found_among_the_short_ones() -> None:
    short = {f"page {n}": "This is a short page." for n in range(3)}
    assert _too_hard(short) == {}
    assert set(_too_hard({**short, "hard": HARD})) == {"the short pages"}


def test_headings_and_list_items_end_sentences_and_what_no_one_reads_is_left_out() -> None:
    html = (
        '<section data-page="a"><h1>What we keep</h1><script>let a;</script><ul><li>the day it came</li>'
        "<li>no <b>device name</b> at all<br></li></ul><a>Back</a></section><p>Not in a page at all</p>"
    )
    assert reading.pages(html) == {"a": "What we keep. the day it came. no device name at all."}


def test_the_questions_and_the_texts_of_the_scripts_can_be_read_at_twelve(built: Built) -> None:
    html = (built.folder / "index.html").read_text(encoding="utf-8")
    strings = json.loads(html.split('id="data">')[1].split("</script>")[0])["strings"]
    said = [text for value in strings.values() for text in ([value] if isinstance(value, str) else value.values())]
    for texts in (*(list(form.texts()) for form in questionnaire.load_forms().values()), said):
        assert reading.reading_age(reading.sentences(texts)) <= reading.AGE


def test_facts_read_in_the_pages_can_be_read_at_twelve() -> None:
    texts = [text for text in facts.load().texts.values() if " " in text and not facts.dialled(text)]
    assert reading.reading_age(reading.sentences(texts)) <= reading.AGE
