"""Files as pieces: SPEC 5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crypto import suite
from crypto.pieces import PART, PIECE
from tests.vectors.kinds import KINDS
from tests.vectors.vector import BOTH, PYTHON, Vector, error, ok

_KEY = suite.h(b"file key").hex()
_PATTERN = "00ff10"


def cases() -> Iterator[Vector]:
    for name, size, count in (
        ("empty", 0, 1),
        ("one_full_piece", PART, 1),
        ("two", PART + 1, 2),
        ("three_need_four", 2 * PART + 1, 4),
        ("largest", 512 * PART, 512),
    ):
        yield Vector(f"file_ladder_good_{name}", "5", "file-ladder", {"size": size}, ok(count))
    yield Vector("file_ladder_too_large", "5", "file-ladder", {"size": 512 * PART + 1}, error("TooLarge"))
    for name, size in (("empty", 0), ("small", 100), ("full_piece", PART), ("three_parts", 2 * PART + 1)):
        given = {"key": _KEY, "content": {"pattern": _PATTERN, "size": size}}
        yield Vector(f"file_seal_good_{name}", "5", "file-seal", given, ok(KINDS["file-seal"](given)))
    yield from _open()


def _piece(n: int = 0, size: int = 100, **more: Any) -> dict[str, Any]:
    return {"key": _KEY, "n": n, "content": {"pattern": _PATTERN, "size": size}, "filler": "00", **more}


def _open() -> Iterator[Vector]:
    def vector(name: str, pieces: list[dict[str, Any]], expected: str | None = None, **file: Any) -> Vector:
        given = {"file": {"size": 100, "count": 1, "key": _KEY, "hash": "", **file}, "pieces": pieces}
        expect = error(expected) if expected else ok(KINDS["file-open"](given))
        return Vector(name, "5", "file-open", given, expect, PYTHON if name == "file_piece_missing" else BOTH)

    yield vector("file_good", [_piece()])
    yield vector("file_good_empty", [_piece(size=0)], size=0)
    yield vector("file_good_two_pieces", [_piece(size=PART), _piece(1, 7)], size=PART + 7, count=2)
    yield vector("file_count_off_the_ladder", [_piece(n) for n in range(3)], "BadCount", size=2 * PART + 1, count=3)
    yield vector("file_count_too_many", [_piece(), _piece(1)], "BadCount", count=2)
    yield vector("file_count_too_few", [_piece()], "BadCount", size=PART + 1)
    yield vector("file_count_zero", [], "BadCount", size=0, count=0)
    yield vector("file_piece_missing", [_piece(size=PART)], "BadLength", size=PART + 7, count=2)
    yield vector("file_piece_cut_off", [_piece(cut=PIECE - 1)], "BadLength")
    yield vector("file_hash_of_another", [_piece()], "BadHash", hash="00" * 32)
    yield vector("file_piece_changed", [_piece(turn=5)], "BadPiece")
    yield vector("file_pieces_swapped", [_piece(1, PART), _piece(0, 7)], "BadPiece", size=PART + 7, count=2)
    yield vector("file_other_key", [_piece(key="11" * 32)], "BadPiece")
    yield vector("file_nonzero_filler", [_piece(filler="01")], "BadPadding")
    yield vector("file_longer_than_said", [_piece(size=103)], "BadPadding")
