"""Every vector, as Python runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crypto.errors import ProtocolError
from tests.vectors.kinds import KINDS
from tests.vectors.vector import Vector, load_all

VECTORS = [vector for vector in load_all() if "python" in vector.only]
SPEC = Path(__file__).parents[2] / "crypto" / "SPEC.md"
# Errors that need a memory of earlier posts, or a clock: they arise in the console and the drop, whose tests show them.
WITH_MEMORY = {"Replayed", "ThreadKnown", "BadTime"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_vector(vector: Vector) -> None:
    run = KINDS[vector.kind]
    if "ok" in vector.expect:
        assert run(vector.input) == vector.expect["ok"]
        return
    with pytest.raises(ProtocolError) as caught:
        run(vector.input)
    assert caught.value.name == vector.expect["error"]
    assert getattr(caught.value, "position", None) == vector.expect.get("position")


def test_there_are_at_least_sixty_named_as_their_files() -> None:
    assert len(VECTORS) >= 60
    assert all(vector.path.exists() for vector in VECTORS)


def test_every_error_of_the_specification_has_a_vector_and_a_class() -> None:
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+|Expired|Replayed)`", SPEC.read_text(encoding="utf-8")))
    classes = {error.__name__ for error in ProtocolError.__subclasses__()}
    shown = {vector.expect["error"] for vector in load_all() if "error" in vector.expect}
    assert named - classes == set()
    assert named - shown == WITH_MEMORY
