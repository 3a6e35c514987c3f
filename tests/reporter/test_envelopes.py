"""POST /envelopes: what is kept, what is refused, and that all answers look alike."""

import os
from typing import Any

import pytest

from crypto import stamp
from crypto.calendar import day_of
from crypto.suite import h
from reporter.storage import Storage
from tests.reporter.conftest import D, Drop, MakeDrop
from tests.reporter.founded import envelope

STORED, MALFORMED, STAMP, BUSY, FULL = (
    word.ljust(64).encode() for word in ("stored", "malformed", "stamp", "busy", "full")
)


def test_stamped_envelope_is_stored_and_taken_unchanged_with_the_day(drop: Drop) -> None:
    made = envelope()
    answer = drop.post(drop.stamped(made))
    assert (answer.status_code, answer.data) == (201, STORED)
    assert drop.taken() == [(h(made), day_of(drop.clock.now), made)]


def test_repeated_post_is_stored_once_and_answered_alike(drop: Drop) -> None:
    body = drop.stamped(envelope())
    first, second = drop.post(body), drop.post(body)
    assert (first.status_code, first.data, list(first.headers)) == (201, STORED, list(second.headers))
    assert (second.status_code, second.data) == (201, STORED)
    assert len(drop.taken()) == 1


def test_repeated_post_is_not_stored_again_after_the_console_took_it(drop: Drop) -> None:
    made = envelope()
    drop.post(drop.stamped(made))
    assert drop.as_console("POST", "/envelopes/ack", data=h(made)).status_code == 204
    assert drop.post(drop.stamped(made)).data == STORED
    assert drop.taken() == []


def test_stamp_of_a_newer_set_keeps_a_known_envelope_known_until_that_set_is_dropped(drop: Drop) -> None:
    made = envelope()
    drop.post(drop.stamped(made))
    drop.as_console("POST", "/envelopes/ack", data=h(made))
    drop.clock.forward(80_000)
    drop.publish()
    newer = drop.set_id
    assert drop.post(drop.stamped(made)).data == STORED
    for _ in range(2):  # the first set dies, the second lives
        drop.clock.forward(20_000)
        drop.publish()
    drop.parts.retention.purge()
    assert drop.post(drop.stamped(made, set_id=newer)).data == STORED
    assert drop.taken() == []


@pytest.mark.parametrize("change", ["short", "long", "empty", "version", "type", "parameter", "method", "encoded"])
def test_anything_else_than_a_post_gets_one_refusal(drop: Drop, change: str) -> None:
    body = drop.stamped(envelope())
    more: dict[str, Any] = {}
    if change == "short":
        body = body[:-1]
    elif change == "long":
        body += b"\0"
    elif change == "empty":
        body = b""
    elif change == "version":
        body = body[:8] + b"\x02" + body[9:]
    elif change == "encoded":
        more = {"headers": {"Content-Encoding": "gzip"}}
    kinds = {"type": "application/octet-stream", "parameter": "text/plain;charset=UTF-8"}
    answer = drop.public.open(
        "/envelopes",
        method="PUT" if change == "method" else "POST",
        data=body,
        content_type=kinds.get(change, "text/plain"),
        **more,
    )
    assert (answer.status_code, answer.data) == (400, MALFORMED)
    assert drop.taken() == []


@pytest.mark.parametrize("path", ["/envelopes", "/pieces/" + "0" * 32, "/pieces/", "/pieces/../x", "/envelopes/"])
def test_every_wrong_method_or_name_is_malformed(drop: Drop, path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = drop.public.open(path, method=method)
        assert (method, answer.status_code, answer.headers["Content-Length"]) == (method, 400, "64")
        assert answer.data == (b"" if method == "HEAD" else MALFORMED)


def test_every_answer_has_the_same_headers_and_length(make_drop: MakeDrop) -> None:
    drop = make_drop(limit="2/hour", disk_quota=2 * 20_480)
    drop.publish()
    made = [envelope() for _ in range(4)]
    answers = [
        drop.post(drop.stamped(made[0])),
        drop.post(drop.stamped(made[0])),
        drop.post(drop.exactly_stamped(made[1], D)),  # over the limit
    ]
    drop.clock.forward(1)
    answers += [
        drop.post(drop.stamped(made[2], D + 1)),
        drop.post(drop.stamped(made[3], D + 1)),  # over the quota
        drop.post(drop.exactly_stamped(made[3][:-1] + b"\1", D - 1)),
        drop.post(b"short"),
    ]
    words = [answer.data.decode().strip() for answer in answers]
    assert words == ["stored", "stored", "busy", "stored", "full", "stamp", "malformed"]
    assert {len(answer.data) for answer in answers} == {64}
    assert len({tuple(answer.headers) for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_wrong_stamp_is_told_apart_so_that_the_client_fetches_the_state(drop: Drop) -> None:
    made = envelope()
    answer = drop.post(drop.exactly_stamped(made, D - 1))
    assert (answer.status_code, answer.data) == (409, STAMP)
    assert drop.taken() == []


def test_stamps_of_sets_of_the_last_day_and_always_of_the_last_two_are_accepted(drop: Drop) -> None:
    sets = [drop.set_id]
    for _ in range(3):
        drop.publish()
        sets.append(drop.set_id)
    assert [drop.post(stamped_for_one(drop, s, sets)).data for s in sets] == [STORED] * 4
    drop.clock.forward(24 * 3600 + 1)
    assert [drop.post(stamped_for_one(drop, s, sets)).data for s in sets] == [STAMP, STAMP, STORED, STORED]


def stamped_for_one(drop: Drop, wanted: bytes, sets: list[bytes]) -> bytes:
    """A stamp that is good for one set and, which luck alone would not see to, for no other."""
    others = [one for one in sets if one != wanted]
    while True:
        sealed = envelope()
        body = drop.stamped(sealed, 8, wanted)
        if all(stamp.zero_bits(body[:8], sealed, one) < D for one in others):
            return body


def test_stamp_of_a_set_published_a_moment_ago_elsewhere_is_accepted(drop: Drop) -> None:
    drop.post(drop.stamped(envelope()))  # this process has just looked
    drop.publish(seen=False)
    drop.clock.forward(0.1)
    assert drop.post(drop.stamped(envelope(), 8)).data == STORED


def test_over_the_limit_only_dearer_stamps_are_considered(make_drop: MakeDrop) -> None:
    drop = make_drop(limit="3/hour")
    drop.publish()
    for _ in range(3):
        assert drop.post(drop.exactly_stamped(envelope(), D)).data == STORED
    refused = drop.post(drop.exactly_stamped(envelope(), D))
    assert (refused.status_code, refused.data) == (503, BUSY)
    assert drop.post(drop.exactly_stamped(envelope(), D + 1)).data == STORED
    assert len(drop.taken()) == 4


def test_bad_stamps_and_malformed_posts_use_up_nobodys_limit(make_drop: MakeDrop) -> None:
    drop = make_drop(limit="2/hour")
    drop.publish()
    for _ in range(5):
        drop.post(drop.exactly_stamped(envelope(), 0))
        drop.post(b"x")
    assert drop.post(drop.exactly_stamped(envelope(), D)).data == STORED


def test_known_envelope_is_stored_though_the_disk_is_full(make_drop: MakeDrop) -> None:
    drop = make_drop(disk_quota=20_480)
    drop.publish()
    body = drop.stamped(envelope())
    assert drop.post(body).data == STORED
    assert drop.post(drop.stamped(envelope())).data == FULL
    assert drop.post(body).data == STORED


def test_d_rises_with_load_and_stamps_of_the_last_ten_minutes_stay_good(make_drop: MakeDrop) -> None:
    drop = make_drop(d_load=0.1, limit="1000/second")
    drop.publish()
    for _ in range(40):
        drop.post(drop.stamped(envelope(), D))
    drop.clock.forward(2)
    risen = drop.public.get("/state").data[1]
    assert D < risen <= D + 4
    assert drop.post(drop.exactly_stamped(envelope(), D)).data == STORED
    for _ in range(45):  # the load stays, more than ten minutes
        drop.clock.forward(15)
        drop.post(drop.stamped(envelope(), D + 4))
        for _ in range(3):
            drop.post(drop.stamped(envelope(), D + 4))
    assert drop.post(drop.exactly_stamped(envelope(), D)).data == STAMP
    drop.clock.forward(300)
    assert drop.public.get("/state").data[1] == D


def test_keeping_takes_two_statements_new_or_repeated(drop: Drop) -> None:
    from sqlalchemy import event

    database = drop.parts.storage.database
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    body = drop.stamped(envelope())
    drop.post(drop.stamped(envelope()))  # looks up what is published, once a second
    for _ in range(2):
        seen.clear()
        drop.post(body)
        assert len(seen) == 2, seen


def test_failing_database_is_busy_and_says_nothing_of_the_post(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from sqlalchemy.exc import OperationalError

    canary = os.urandom(8).hex()

    def fail(*_: object) -> bool:
        raise OperationalError(canary, {"canary": canary}, Exception(canary))

    body = drop.stamped(envelope())
    monkeypatch.setattr(Storage, "keep_envelope", fail)
    answer = drop.post(body, headers={"User-Agent": canary})
    assert (answer.status_code, answer.data) == (503, BUSY)
    told = "".join(capfd.readouterr())
    assert "OperationalError" in told
    assert canary not in told


def test_before_anything_is_published_every_stamp_is_refused(make_drop: MakeDrop) -> None:
    drop = make_drop()
    assert drop.post(bytes(8) + envelope()).data == STAMP
