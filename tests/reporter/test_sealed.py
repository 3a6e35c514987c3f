"""POST /sealed: a form with one sealed file is stored; whatever else comes is refused by a page of the same length."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from crypto.calendar import day_of
from crypto.suite import h
from tests.reporter.conftest import D, Drop, MakeDrop
from tests.reporter.founded import envelope

BOUNDARY = "----WebKitFormBoundaryx7Aq"
DISPOSITION = 'Content-Disposition: form-data; name="sealed"; filename="notes.bin"'
Form = Callable[[bytes], bytes]


def part(content: bytes, disposition: str = DISPOSITION) -> bytes:
    """One field of a form."""
    head = f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\n"
    return head.encode() + content + b"\r\n"


def form(content: bytes) -> bytes:
    """The body that a browser posts."""
    return part(content) + f"--{BOUNDARY}--\r\n".encode()


def hand_in(drop: Drop, body: bytes, content_type: str = f"multipart/form-data; boundary={BOUNDARY}") -> TestResponse:
    return drop.public.post("/sealed", data=body, content_type=content_type)


def test_sealed_file_is_stored_like_a_post_and_once(drop: Drop) -> None:
    made = envelope()
    body = drop.stamped(made)
    answers = [hand_in(drop, form(body)), hand_in(drop, form(body)), drop.post(body)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert b"Your report is safe with us" in answers[0].data
    assert answers[0].data == answers[1].data
    assert drop.taken() == [(h(made), day_of(drop.clock.now), made)]


WITHIN = f"\r\n--{BOUNDARY}".encode()
END = f"--{BOUNDARY}--\r\n".encode()
BAD: dict[str, Form] = {
    "one byte short": lambda sealed: form(sealed[:-1]),
    "one byte long": lambda sealed: form(sealed + b"\0"),
    "another version": lambda sealed: form(sealed[:8] + b"\2" + sealed[9:]),
    "plaintext": lambda sealed: form(b"He took the money. ".ljust(len(sealed))),
    "no file": lambda _: form(b""),
    "a text field": lambda sealed: part(sealed, 'Content-Disposition: form-data; name="sealed"') + END,
    "another field": lambda sealed: part(sealed, DISPOSITION.replace("sealed", "report")) + END,
    "a second field": lambda sealed: part(sealed) + part(b"words", 'Content-Disposition: form-data; name="x"') + END,
    "a field before": lambda sealed: part(b"words", 'Content-Disposition: form-data; name="x"') + part(sealed) + END,
    "a boundary within": lambda sealed: form(sealed[:9000] + WITHIN + sealed[9000 + len(WITHIN) :]),
    "text before": lambda sealed: b"words\r\n" + form(sealed),
    "text after": lambda sealed: form(sealed) + b"words",
    "the file alone": lambda sealed: sealed,
    "another header": lambda sealed: form(sealed).replace(b"Content-Type:", b"Content-Transfer-Encoding:"),
    "far too long": lambda sealed: form(sealed * 20),
    "a long name": lambda sealed: form(sealed).replace(b"notes", b"n" * 2048),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_anything_but_one_sealed_file_is_refused(drop: Drop, bad: Form) -> None:
    answer = hand_in(drop, bad(drop.stamped(envelope())))
    assert answer.status_code == 400
    assert b"<h1>Not stored</h1>" in answer.data
    assert drop.taken() == []


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed; boundary=" + BOUNDARY],
)
def test_another_kind_of_form_is_refused(drop: Drop, content_type: str) -> None:
    assert hand_in(drop, form(drop.stamped(envelope())), content_type).status_code == 400
    assert drop.taken() == []


def test_every_answer_is_a_page_of_one_length_with_the_same_headers(make_drop: MakeDrop) -> None:
    drop = make_drop(limit="2/hour", disk_quota=2 * 20_480)
    drop.publish()
    made = [envelope() for _ in range(4)]
    answers = [
        hand_in(drop, form(drop.stamped(made[0]))),
        hand_in(drop, form(drop.stamped(made[0]))),
        hand_in(drop, form(drop.exactly_stamped(made[1], D))),  # over the limit
    ]
    drop.clock.forward(1)
    answers += [
        hand_in(drop, form(drop.stamped(made[2], D + 1))),
        hand_in(drop, form(drop.stamped(made[3], D + 1))),  # over the quota
        hand_in(drop, form(drop.exactly_stamped(made[3], 0))),
        hand_in(drop, form(b"short")),
        drop.public.get("/sealed"),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 503, 201, 503, 409, 400, 400]
    assert {len(answer.data) for answer in answers} == {1024}
    assert len({tuple(answer.headers) for answer in answers}) == 1
    headers = answers[0].headers
    assert headers["Cache-Control"] == "no-store"
    assert not {"Location", "Set-Cookie", "Access-Control-Allow-Origin"} & set(headers.keys())
    assert all(answer.data.rstrip().endswith(b"</html>") for answer in answers)


def test_a_form_in_welsh_is_the_same_and_answered_in_welsh(drop: Drop) -> None:
    made = envelope()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    stored = drop.public.post("/sealed.cy", data=form(drop.stamped(made)), content_type=kind)
    refused = drop.public.post("/sealed.cy", data=form(b"He took the money."), content_type=kind)
    english = hand_in(drop, form(b"He took the money."))
    assert (stored.status_code, refused.status_code) == (201, 400)
    assert drop.taken() == [(h(made), day_of(drop.clock.now), made)]
    assert b'<html lang="cy"' in stored.data
    assert b"Mae eich adroddiad yn ddiogel gyda ni" in stored.data
    assert len(stored.data) == len(refused.data) == len(english.data) == 1024
    assert tuple(stored.headers) == tuple(refused.headers) == tuple(english.headers)


def test_in_a_language_that_the_site_is_not_made_in_nothing_is_taken(drop: Drop) -> None:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = drop.public.post("/sealed.xx", data=form(drop.stamped(envelope())), content_type=kind)
    assert answer.status_code in (404, 405)
    assert drop.taken() == []
