"""What may show who reported is marked for the handler as it was shown to the reporter: by the table of their page."""

import json
from pathlib import Path

import pytest

from handler.cases.identifying import pieces

TABLE = json.loads((Path(__file__).parents[2] / "client" / "identifying.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "found"), [(text, found) for _, text, found in TABLE["writer"]])
def test_the_same_words_are_marked(text: str, found: str) -> None:
    made = pieces(text)
    assert [piece.text for piece in made if piece.found] == ([found] if found else [])
    assert "".join(piece.text for piece in made) == text


@pytest.mark.parametrize("text", TABLE["silent"])
def test_the_rest_is_not(text: str) -> None:
    assert not any(piece.found for piece in pieces(text))


def test_every_place_is_marked() -> None:
    made = pieces("a@example.org, b@example.org. I am the only woman in my team of 3.")
    marked = ["a@example.org", "b@example.org", "I am the only woman", "my team of 3"]
    assert [piece.text for piece in made if piece.found] == marked
