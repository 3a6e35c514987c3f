"""Compares what a site serves with what was built, byte for byte: for a monitor outside, from several networks."""

import hashlib
import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from reporter.manifest import Entry

TIMEOUT = 30  # seconds
MOST = 16 << 20  # bytes of one answer


@dataclass(frozen=True)
class Difference:
    """One file that is not as it was built, and in what way."""

    path: str
    problem: str


@dataclass(frozen=True)
class Answer:
    """What a server said: status, headers with names in lower case, body without content coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Fetch = Callable[[str], Answer]


class BadAddress(Exception):
    """The address must begin with http:// or https:// and name a host."""


def fetcher(base: str) -> Fetch:
    """Gets paths below `base`, as a browser would but without compression. Raises BadAddress."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress(f"{base}: {BadAddress.__doc__}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    prefix = parts.path.rstrip("/")
    host, port = parts.hostname, parts.port

    def fetch(path: str) -> Answer:
        connection = kind(host, port, timeout=TIMEOUT)
        try:
            connection.request("GET", f"{prefix}/{path}", headers={"Accept-Encoding": "identity"})
            response = connection.getresponse()
            body = response.read(MOST)
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
        finally:
            connection.close()

    return fetch


def verify(entries: Mapping[str, Entry], fetch: Fetch) -> list[Difference]:
    """Every file of the manifest, and the first page at "/" too; what differs. Network errors are differences."""
    wanted = [(path, entry) for path, entry in sorted(entries.items())]
    if "index.html" in entries:
        wanted.insert(0, ("", entries["index.html"]))
    found = ((path, _compare(path, entry, fetch)) for path, entry in wanted)
    return [Difference(f"/{path}", problem) for path, problem in found if problem]


def verify_pins(pins: Mapping[str, object], fetch: Fetch) -> list[Difference]:
    """Whether the page pins the site and the root keys that are known from elsewhere, such as a poster."""
    page = fetch("")
    start, end = b'<script type="application/json" id="data">', b"</script>"
    try:
        text = page.body.split(start, 1)[1].split(end, 1)[0]
        served = json.loads(text)["pins"]
    except (IndexError, ValueError, KeyError, TypeError):
        return [Difference("/", "it holds no pins")]
    wrong = [name for name in ("site", "roots", "audiences") if served.get(name) != pins.get(name)]
    return [Difference("/", f"it pins other values for: {', '.join(wrong)}")] if wrong else []


def _compare(path: str, entry: Entry, fetch: Fetch) -> str:
    try:
        answer = fetch(path)
    except (OSError, http.client.HTTPException) as problem:
        return f"could not be fetched ({type(problem).__name__})"
    if answer.status != 200:
        return f"answered {answer.status}"
    if "content-encoding" in answer.headers:
        return f"came with the content coding {answer.headers['content-encoding']}"
    if answer.headers.get("content-type") != entry.type:
        return f"came with the type {answer.headers.get('content-type')}"
    if hashlib.sha256(answer.body).hexdigest() != entry.sha256:
        return (
            f"other bytes: {len(answer.body)} instead of {entry.size}"
            if len(answer.body) != entry.size
            else "other bytes"
        )
    return ""
