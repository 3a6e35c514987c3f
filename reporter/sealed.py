"""POST /sealed: a sealed file by an ordinary form, for a browser without scripts (SPEC 6).

The form has one field, the file, whose 20,488 bytes go through the checks of POST /envelopes. It is read in memory, at
most LONGEST bytes of it. The answer is a constant page, in English, or after POST /sealed.LANGUAGE in that language.
"""

import re
from collections.abc import Mapping
from functools import cache

from flask import Blueprint, Request, Response, request

from reporter.answers import BUSY, FULL, MALFORMED, STAMP, STORED, Answer
from reporter.frozen import HEADERS
from reporter.languages import BadTranslation, Language, codes, load
from reporter.public import ENVELOPE, STAMP_LENGTH, Drop, accept_envelope
from reporter.templates import environment, tidy

SEALED = STAMP_LENGTH + ENVELOPE
OVERHEAD = 2_048  # bytes for the form's boundaries and its one header, the file's name in it
LONGEST = SEALED + OVERHEAD
PAGE = 1_024  # bytes of every answer
HTML = "text/html; charset=utf-8"
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_TYPE = re.compile(r"""multipart/form-data; ?boundary="?([0-9A-Za-z'()+_,./:=?-]{1,70})"?""")
_HEAD = re.compile(
    rb'Content-Disposition: form-data; name="sealed"; filename="[^\r\n]*"(\r\nContent-Type: [^\r\n]*)?', re.I
)

ANSWERS = (STORED, MALFORMED, STAMP, BUSY, FULL)


def create_blueprint(drop: Drop) -> Blueprint:
    """One route a language; every method leads there. Raises BadTranslation."""
    sealed = Blueprint("sealed", __name__)
    for route, said in _pages().items():

        def hand_in(said: Mapping[Answer, bytes] = said) -> Response:
            content = only_file(request)
            answer = accept_envelope(drop, content) if content else MALFORMED
            return Response(said[answer], answer.status, HEADERS, content_type=HTML)

        name = route.replace(".", "-")  # Flask keeps dots for itself
        sealed.add_url_rule(f"/{route}", name, hand_in, methods=EVERY_METHOD, provide_automatic_options=False)
    return sealed


@cache
def _pages() -> dict[str, dict[Answer, bytes]]:
    """What each route answers; the same in every worker."""
    found = [load(code) for code in codes()]
    return {one.file("sealed", ""): {answer: page(answer, one) for answer in ANSWERS} for one in found}


def page(answer: Answer, language: Language) -> bytes:
    """The page of an answer, PAGE bytes whichever it is. Raises BadTranslation where it would be longer."""
    html = environment(language).get_template("sealed.html").render(answer=answer.word, language=language)
    made = tidy(html).encode()
    if len(made) > PAGE:
        raise BadTranslation(f"{language.code}.po: an answer of pages/sealed.html is longer than {PAGE} bytes.")
    return made.ljust(PAGE)


def only_file(posted: Request) -> bytes:
    """The SEALED bytes of the form's one file, or nothing where the body is anything else than that."""
    kind = _TYPE.fullmatch(posted.environ.get("CONTENT_TYPE", ""))
    length = posted.environ.get("CONTENT_LENGTH", "")
    if (
        posted.method != "POST"
        or kind is None
        or not re.fullmatch("[1-9][0-9]{4}", length)
        or not SEALED < int(length) <= LONGEST
        or "HTTP_TRANSFER_ENCODING" in posted.environ
        or "HTTP_CONTENT_ENCODING" in posted.environ
    ):
        return b""
    try:
        body = bytes(posted.environ["wsgi.input"].read(int(length)))
    except OSError:  # silence, or the line broke
        return b""
    return _content(body, b"--" + kind[1].encode()) if len(body) == int(length) else b""


def _content(body: bytes, boundary: bytes) -> bytes:
    head, _, rest = body.partition(b"\r\n\r\n")
    content, end = rest[:SEALED], rest[SEALED:]
    whole = (
        head.startswith(boundary + b"\r\n")
        and _HEAD.fullmatch(head[len(boundary) + 2 :])
        and end in (b"\r\n" + boundary + b"--", b"\r\n" + boundary + b"--\r\n")
        and b"\r\n" + boundary not in content
    )
    return content if whole else b""
