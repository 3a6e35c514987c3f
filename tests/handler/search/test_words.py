"""Text as it is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.search import words
from handler.search.passages import cut
from handler.search.tokens import Kind, SearchKey, pack, token, tokens, unpack

KEY, OTHER = SearchKey(bytes(range(32))), SearchKey(bytes(32))


def test_case_accents_possessives_and_plurals_are_set_aside_and_stopwords_left_out() -> None:
    assert words.words("The PAYMENTS of José’s companies, and a box of boxes") == {
        "payment", "jose", "company", "box",
    }  # fmt: skip
    assert words.words("status glass basis this") == {"status", "glass", "basis"}


@pytest.mark.parametrize(("one", "two"), [("Smith", "Smyth"), ("Catherine", "Kathryn"), ("O’Brien", "OBrien")])
def test_names_that_sound_alike_have_one_phonetic_form(one: str, two: str) -> None:
    assert words.sounding(f"I saw {one}.") == words.sounding(f"I saw {two}.") != set()


def test_only_words_with_a_capital_are_taken_for_names() -> None:
    assert words.sounding("he met smith there") == set()
    assert words.sound("7") == words.sound("a") == ""


@pytest.mark.parametrize(
    "name", ["John Smith", "Smith, John", "Mr John SMITH", "Smith, Dr. John", "jöhn smith", "john  smith"]
)
def test_a_whole_name_is_one_however_it_is_written(name: str) -> None:
    assert words.full_name(name) == "john smith"
    assert words.sound_and_initial(name) == "SM0 j"


def test_one_name_alone_is_no_whole_name() -> None:
    assert words.full_name("Smith") == words.full_name("Mr Smith") == words.sound_and_initial("Smith") == ""
    assert words.full_name("") == words.full_name("?") == ""


def test_identifiers_are_found_in_texts_and_compared_without_spacing() -> None:
    text = "Ring 07700 900 123 or write to J.Smith@Example.org, room 12."
    assert words.identifiers(text) == {"07700900123", "j.smith@example.org"}
    assert words.identifier(" N 12-34/5 ") == words.identifier("n12345") == "n12345"
    assert words.identifier("J.S@Example.org") == "j.s@example.org"


def test_whole_names_in_a_text_and_every_two_within_them() -> None:
    found = words.mentioned("Yesterday John Paul Smith said it to Mary-Ann Jones. nobody else")
    assert {"john paul smith", "john paul", "paul smith", "ann jones mary"} <= found
    assert words.mentioned("nobody at all said anything") == set()


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    for word in words.words(text) | words.sounding(text) | words.identifiers(text) | words.mentioned(text):
        assert word
    assert words.full_name(text) is not None
    assert words.identifier(text) is not None
    assert all(len(word) <= words.LONGEST for word in words.words(text))


def test_values_differ_by_key_and_kind_and_are_the_same_for_the_same_word() -> None:
    made = {token(KEY, kind, "smith") for kind in Kind}
    assert len(made) == len(Kind)
    assert token(KEY, Kind.WORD, "smith") == token(SearchKey(bytes(range(32))), Kind.WORD, "smith")
    assert made.isdisjoint(token(OTHER, kind, "smith") for kind in Kind)
    assert all(-(2**63) <= value < 2**63 for value in made)
    assert "hidden" in repr(KEY)


@given(st.sets(st.text(min_size=1, max_size=8)))
def test_what_is_packed_is_unpacked(texts: set[str]) -> None:
    made = tokens(KEY, Kind.WORD, texts)
    assert unpack(pack(made)) == made
    assert len(pack(made)) == 8 * len(made)


def test_a_passage_is_cut_around_what_was_found() -> None:
    text = "x" * 300 + " Smith " + "y" * 300
    pieces = cut(text, [(301, 306)])
    assert [piece.text for piece in pieces if piece.found] == ["Smith"]
    assert pieces[0].text == "… "
    assert cut("a word before " + "x" * 80 + " Smith", [(95, 100)])[1].text.startswith("before")
    assert pieces[-1].text.endswith(" …")
    assert [piece.text for piece in cut("short", [])] == ["short"]
