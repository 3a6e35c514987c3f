"""Compares what a site serves with what was built, byte for byte: for a monitor outside, from several networks.

Each file is asked for in every content coding that browsers take, and the first page under each of its addresses: a
change that only some of them show is a change all the same.
"""

import hashlib
import http.client
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import brotli

from reporter.frozen import FIRST_PAGE, SYNONYMS
from reporter.manifest import Entry

TIMEOUT = 30  # seconds
MOST = 16 << 20  # bytes of one answer, as it came and unpacked
PLAIN = "identity"
CODINGS = (PLAIN, "br", "gzip")


@dataclass(frozen=True)
class Difference:
    """One file that is not as it was built, and in what way."""

    path: str
    problem: str


@dataclass(frozen=True)
class Answer:
    """What a server said: status, headers with names in lower case, body as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Fetch = Callable[[str, str], Answer]
"""(path, the one content coding that is taken) -> answer."""


class BadAddress(Exception):
    """The address must begin with http:// or https:// and name a host."""


def fetcher(base: str) -> Fetch:
    """Gets paths below `base`, as a browser would that takes one content coding. Raises BadAddress."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress(f"{base}: {BadAddress.__doc__}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    prefix = parts.path.rstrip("/")
    host, port = parts.hostname, parts.port

    def fetch(path: str, coding: str) -> Answer:
        connection = kind(host, port, timeout=TIMEOUT)
        try:
            connection.request("GET", f"{prefix}/{path}", headers={"Accept-Encoding": coding})
            response = connection.getresponse()
            body = response.read(MOST)
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
        finally:
            connection.close()

    return fetch


def verify(entries: Mapping[str, Entry], fetch: Fetch) -> list[Difference]:
    """Every file of the manifest, the first page at each of its addresses; what differs. No answer is a difference."""
    wanted = sorted(entries.items())
    if FIRST_PAGE in entries:
        wanted = [(path, entries[FIRST_PAGE]) for path in ("", *SYNONYMS)] + wanted
    found = ((path, _compare(path, entry, fetch)) for path, entry in wanted)
    return [Difference(f"/{path}", problem) for path, problem in found if problem]


def verify_pins(pins: Mapping[str, object], fetch: Fetch) -> list[Difference]:
    """Whether the page pins the site and the root keys that are known from elsewhere, such as a poster."""
    page = fetch("", PLAIN)
    start, end = b'<script type="application/json" id="data">', b"</script>"
    try:
        text = page.body.split(start, 1)[1].split(end, 1)[0]
        served = json.loads(text)["pins"]
    except (IndexError, ValueError, KeyError, TypeError):
        return [Difference("/", "it holds no pins")]
    wrong = [name for name in ("site", "roots", "audiences") if served.get(name) != pins.get(name)]
    return [Difference("/", f"it pins other values for: {', '.join(wrong)}")] if wrong else []


def _compare(path: str, entry: Entry, fetch: Fetch) -> str:
    """What is wrong in the first coding in which something is."""
    for coding in CODINGS:
        problem = _compare_one(path, entry, fetch, coding)
        if problem:
            return problem if coding == PLAIN else f"asked for as {coding}: {problem}"
    return ""


def _compare_one(path: str, entry: Entry, fetch: Fetch, coding: str) -> str:
    try:
        answer = fetch(path, coding)
    except (OSError, http.client.HTTPException) as problem:
        return f"could not be fetched ({type(problem).__name__})"
    if answer.status != 200:
        return f"answered {answer.status}"
    came = answer.headers.get("content-encoding", PLAIN)
    if came not in (PLAIN, coding):
        return f"came with the content coding {came}"
    if answer.headers.get("content-type") != entry.type:
        return f"came with the type {answer.headers.get('content-type')}"
    return _compare_bytes(_unpacked(answer.body, came), came, entry)


def _compare_bytes(body: bytes | None, came: str, entry: Entry) -> str:
    if body is None:
        return f"does not unpack as {came}"
    if hashlib.sha256(body).hexdigest() != entry.sha256:
        return f"other bytes: {len(body)} instead of {entry.size}" if len(body) != entry.size else "other bytes"
    return ""


def _unpacked(body: bytes, coding: str) -> bytes | None:
    """What a browser makes of the body; None where that is nothing, or more than MOST."""
    try:
        if coding == "br":
            packed = brotli.Decompressor()
            plain = packed.process(body, output_buffer_limit=MOST)
            return plain if packed.is_finished() else None
        if coding == "gzip":
            unzip = zlib.decompressobj(wbits=31)
            plain = unzip.decompress(body, MOST)
            return plain if unzip.eof and not unzip.unused_data else None
    except (brotli.error, zlib.error):
        return None
    return body
