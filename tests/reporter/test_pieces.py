"""POST /pieces/<name>: first write wins, nothing half written is seen, the disk's share is kept."""

import os
from pathlib import Path

from crypto.calendar import day_of
from reporter.pieces import LENGTH, PieceFiles
from tests.reporter.conftest import Drop, MakeDrop

STORED, MALFORMED, BUSY, FULL = (word.ljust(64).encode() for word in ("stored", "malformed", "busy", "full"))


def piece() -> tuple[bytes, bytes]:
    """A name and the bytes."""
    return os.urandom(16), os.urandom(LENGTH)


def test_stored_piece_is_taken_unchanged(drop: Drop) -> None:
    name, content = piece()
    answer = drop.post_piece(name, content)
    assert (answer.status_code, answer.data) == (201, STORED)
    assert drop.as_console("GET", "/pieces?limit=10").data == name
    assert drop.as_console("GET", f"/pieces/{name.hex()}").data == content


def test_first_write_wins_and_the_second_is_answered_alike(drop: Drop) -> None:
    name, content = piece()
    first, second = drop.post_piece(name, content), drop.post_piece(name, os.urandom(LENGTH))
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, STORED)
    assert list(first.headers) == list(second.headers)
    assert drop.as_console("GET", f"/pieces/{name.hex()}").data == content


def test_wrong_lengths_and_names_are_malformed(drop: Drop) -> None:
    name, content = piece()
    for sent in (content[:-1], content + b"\0", b""):
        assert (drop.post_piece(name, sent).status_code, drop.post_piece(name, sent).data) == (400, MALFORMED)
    for wrong in (name.hex().upper(), name.hex()[:-1], name.hex() + "0", "../" + name.hex()[3:], "g" * 32, "é" * 32):
        answer = drop.public.post(f"/pieces/{wrong}", data=content, content_type="text/plain")
        assert (answer.status_code, answer.data) == (400, MALFORMED)
    assert drop.as_console("GET", "/pieces?limit=10").data == b""


def test_neither_file_nor_folder_tells_the_time_of_day(drop: Drop) -> None:
    for _ in range(3):
        drop.post_piece(*piece())
    midnight = day_of(drop.clock.now) * 86_400
    below = list(drop.settings.pieces.rglob("*"))
    assert len(below) >= 5
    assert {path.stat().st_mtime for path in (drop.settings.pieces, *below)} == {midnight}
    assert not any(drop.settings.pieces.joinpath("tmp").iterdir())
    assert {path.stat().st_mode & 0o777 for path in below if path.is_file()} == {0o600}


def test_pieces_stop_at_their_share_and_envelopes_go_on(make_drop: MakeDrop) -> None:
    from tests.reporter.founded import envelope

    drop = make_drop(disk_quota=5 * LENGTH, disk_pieces=0.8)
    drop.publish()
    assert [drop.post_piece(*piece()).data for _ in range(4)] == [STORED] * 4
    refused = drop.post_piece(*piece())
    assert (refused.status_code, refused.data) == (503, FULL)
    assert drop.post(drop.stamped(envelope())).data == STORED
    assert len(drop.as_console("GET", "/pieces?limit=10").data) == 4 * 16


def test_room_comes_back_when_pieces_are_taken(make_drop: MakeDrop) -> None:
    drop = make_drop(disk_quota=2 * LENGTH, disk_pieces=0.5)
    drop.publish()
    name, content = piece()
    drop.post_piece(name, content)
    assert drop.post_piece(*piece()).data == FULL
    assert drop.post_piece(name, content).data == STORED  # held already
    drop.as_console("POST", "/pieces/ack", data=name)
    drop.clock.forward(1)
    assert drop.post_piece(*piece()).data == STORED


def test_over_the_limit_pieces_wait(make_drop: MakeDrop) -> None:
    drop = make_drop(piece_limit="2/hour")
    drop.publish()
    answers = [drop.post_piece(*piece()) for _ in range(3)]
    assert [(answer.status_code, answer.data) for answer in answers[1:]] == [(201, STORED), (503, BUSY)]


def test_piece_whose_row_was_lost_in_a_crash_is_stored_by_the_next_post(drop: Drop) -> None:
    name, content = piece()
    drop.parts.files.place(name, content, 1)  # then the power went
    assert drop.as_console("GET", "/pieces?limit=10").data == b""
    assert drop.post_piece(name, content).data == STORED
    assert drop.as_console("GET", "/pieces?limit=10").data == name


def test_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    import pytest

    from reporter.pieces import Full

    files = PieceFiles(tmp_path / "pieces")
    (tmp_path / "pieces" / "aa").write_bytes(b"in the way")  # like a disk that takes no more
    with pytest.raises(Full):
        files.place(b"\xaa" * 16, bytes(LENGTH), 1)
    assert not any((tmp_path / "pieces" / "tmp").iterdir())
