"""POST /sealed: a sealed file by an ordinary form, for a browser without scripts (SPEC 6).

The form has one field, the file, whose 20,488 bytes go through the checks of POST /envelopes. It is read in memory, at
most LONGEST bytes of it. The answer is a constant page.
"""

import re

from flask import Blueprint, Request, Response, request

from reporter.answers import BUSY, FULL, MALFORMED, STAMP, STORED, Answer
from reporter.frozen import HEADERS
from reporter.public import ENVELOPE, STAMP_LENGTH, Drop, accept_envelope

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

_SAID = {
    STORED: ("Your report is safe with us", "The sealed file was stored. You can delete it. Keep your twelve words."),
    MALFORMED: (
        "Not stored",
        "That is not a sealed file, and nothing of it was kept. A sealed file is made by the offline page and has "
        "20,488 bytes. Go back and choose it.",
    ),
    STAMP: (
        "Not stored",
        "The file is too old: it must be handed in within a day. Open the offline page, choose “I have a sealed file”, "
        "and send it from there, or save it anew. Your report and your twelve words stay the same.",
    ),
    BUSY: ("Not stored", "The server is busy. Wait some minutes and try again. Sending it twice does no harm."),
    FULL: ("Not stored", "The server is full. Wait some hours and try again. Sending it twice does no harm."),
}


def create_blueprint(drop: Drop) -> Blueprint:
    """The one route; every method leads there."""
    sealed = Blueprint("sealed", __name__)

    @sealed.route("/sealed", methods=EVERY_METHOD, provide_automatic_options=False)
    def hand_in() -> Response:
        content = only_file(request)
        answer = accept_envelope(drop, content) if content else MALFORMED
        return Response(page(answer), answer.status, HEADERS, content_type=HTML)

    return sealed


def page(answer: Answer) -> bytes:
    """The page of an answer, PAGE bytes whichever it is."""
    heading, text = _SAID[answer]
    html = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Staff information</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
        f'<body><h1>{heading}</h1>\n<p>{text}</p>\n<p><a href="/">Start page</a></p></body></html>\n'
    )
    return html.encode().ljust(PAGE)


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
