"""Compares what a site serves with what was built and with what its root signed: for a monitor outside (SPEC 8.1).

Each file is asked for in every content coding that browsers take, and each page under each of its addresses: a change
that only some of them show is a change all the same. What the monitor knows comes from elsewhere, never from the site.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from crypto.documents import SiteSignature, parse_site_signature
from crypto.errors import BadField, ProtocolError
from crypto.pins import Pins
from crypto.state import choose_epoch, parse_state
from reporter import headers, manifest
from reporter.fetching import CODINGS, PLAIN, Answer, Fetch, NoAnswer, unpacked
from reporter.fingerprint import same
from reporter.frozen import NOTHING_HERE, addresses
from reporter.frozen import PLAIN as TEXT
from reporter.manifest import BadManifest, Entry, entry

NOWHERE = "there-is-no-such-page"
STATE_TYPE = "application/octet-stream"
_DATA, _END = b'<script type="application/json" id="data">', b"</script>"


@dataclass(frozen=True)
class Difference:
    """One address that is not as it should be, and in what way; for other bytes the two SHA-256, as hex."""

    path: str
    problem: str
    expected: str = ""
    got: str = ""


@dataclass(frozen=True)
class Known:
    """What a monitor knows before it asks. Where `manifest` is empty, that of the site counts, if a root signed it.

    `manifest`: manifest.json of one's own build. `pins`, or else `fingerprint`, the root's twelve words. `serial`: of
    the newest signature seen. `unsigned`: a site without a signature passes. `headers`: more that answers may have.
    """

    manifest: bytes = b""
    pins: Pins | None = None
    fingerprint: str = ""
    serial: int = 1
    unsigned: bool = False
    headers: Collection[str] = ()


@dataclass(frozen=True)
class Report:
    """How many files were compared, what signature covers them, and what differs."""

    files: int
    signature: SiteSignature | None
    differences: list[Difference] = field(default_factory=list)


def verify(known: Known, fetch: Fetch, secure: bool, clock: float) -> Report:
    """Everything that the site serves. No answer is a difference. `secure`: it is reached by https."""
    page = _Checks(fetch, secure, known.headers)
    found: list[Difference] = []
    try:
        raw = known.manifest or fetch("GET", manifest.NAME, PLAIN).body
        entries = manifest.decode(raw)
        pins = known.pins or _named_by(known.fingerprint, fetch("GET", "", PLAIN).body)
    except (NoAnswer, BadManifest, BadPage) as problem:
        return Report(0, None, [Difference("/", str(problem) or type(problem).__name__)])
    signature, unsigned = _signature(fetch, pins, raw, known)
    if unsigned:
        found.append(Difference(f"/{manifest.SIGNATURE}", unsigned))
    found += page.files({**entries, manifest.NAME: entry(manifest.NAME, raw)})
    found += page.nothing()
    found += _page_pins(fetch, pins)
    found += page.state(pins, clock)
    return Report(len(entries), signature, found)


class BadPage(Exception):
    """The first page holds no keys, or those of another root than the twelve words name. Do not use this site."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def pins_in(page: bytes) -> Pins:
    """The pins that a page is shipped with. Raises BadPage."""
    try:
        return Pins.from_json(json.loads(page.split(_DATA, 1)[1].split(_END, 1)[0])["pins"])
    except (IndexError, ValueError, KeyError, TypeError, BadField) as problem:
        raise BadPage from problem


def _named_by(words: str, page: bytes) -> Pins:
    """The page's pins, where their root has this fingerprint. Raises BadPage."""
    pins = pins_in(page)
    if not same(" ".join(pins.fingerprint), words):
        raise BadPage
    return pins


def _signature(fetch: Fetch, pins: Pins, raw: bytes, known: Known) -> tuple[SiteSignature | None, str]:
    """The root's signature of this manifest, or what is wrong with it."""
    try:
        answer = fetch("GET", manifest.SIGNATURE, PLAIN)
        if answer.status == 404:
            return None, "" if known.unsigned else "the root has not signed this site"
        if answer.status != 200:
            return None, _status(answer)
        signature = parse_site_signature(answer.body, pins.roots)
        signature.check(pins.site, raw, known.serial)
    except (NoAnswer, ProtocolError) as problem:
        return None, str(problem)
    return signature, ""


def _page_pins(fetch: Fetch, pins: Pins) -> Iterator[Difference]:
    """Whether the page pins the site and the root keys that are known from elsewhere, such as a poster."""
    try:
        served = pins_in(fetch("GET", "", PLAIN).body)
    except (NoAnswer, BadPage) as problem:
        yield Difference("/", str(problem))
        return
    for name in ("site", "roots", "audiences"):
        if getattr(served, name) != getattr(pins, name):
            yield Difference("/", f"it pins other values for: {name}")


@dataclass(frozen=True)
class _Checks:
    """Compares answers."""

    fetch: Fetch
    secure: bool
    allowed: Collection[str]

    def files(self, entries: dict[str, Entry]) -> Iterator[Difference]:
        """Each file, and each page under its other addresses."""
        others = {path: entries[file] for path, file in addresses(entries).items() if file in entries}
        for path, wanted in sorted({**others, **entries}.items()):
            for coding in CODINGS:
                found = [*self._file(path, wanted, coding)]
                yield from found
                if found:
                    break  # what is wrong in one coding need not be told of the others

    def nothing(self) -> Iterator[Difference]:
        """What there is not is told to everyone in the same way."""
        wanted = Entry(hashlib.sha256(NOTHING_HERE).hexdigest(), len(NOTHING_HERE), TEXT)
        for coding in CODINGS:
            yield from self._file(NOWHERE, wanted, coding, 404)

    def state(self, pins: Pins, clock: float) -> Iterator[Difference]:
        """That /state is the same bytes in every coding that it can be, whole, by these roots, and fit to seal for."""
        for coding in CODINGS:
            try:
                answer = self.fetch("GET", "state", coding)
                if answer.status != 200:
                    yield Difference("/state", _status(answer))
                    return
                if answer.coding != PLAIN or answer.header("content-type") != STATE_TYPE:
                    yield Difference("/state", f"came as {answer.header('content-type')}, {answer.coding}")
                for problem in headers.problems(answer, headers.BARE, self.secure, self.allowed):
                    yield Difference("/state", problem)
                state = parse_state(answer.body, pins)
                choose_epoch(state, clock)
            except (NoAnswer, ProtocolError) as wrong:
                yield Difference("/state", str(wrong))
                return
        for name in state.missing:
            yield Difference("/state", f"nothing that holds is there from the console {name}")
        for name in state.stale(clock):
            yield Difference("/state", f"nothing newer than two days is there from the console {name}")
        for name, board in state.boards.items():
            if board is None:
                yield Difference("/state", f"the board of the console {name} is not the one it signed")

    def _file(self, path: str, wanted: Entry, coding: str, status: int = 200) -> Iterator[Difference]:
        asked = "" if coding == PLAIN else f"asked for as {coding}: "
        try:
            answer = self.fetch("GET", path, coding)
        except NoAnswer as lost:
            yield Difference(f"/{path}", f"{asked}could not be fetched ({lost})")
            return
        if answer.status != status:
            yield Difference(f"/{path}", asked + _status(answer))
            return
        kind = headers.DOWNLOAD if path.startswith("offline.") else headers.PAGE
        for problem in headers.problems(answer, kind, self.secure, self.allowed):
            yield Difference(f"/{path}", asked + problem)
        if answer.header("content-type") != wanted.type:
            yield Difference(f"/{path}", f"{asked}came with the type {answer.header('content-type')}")
        yield from _bytes(f"/{path}", asked, answer, coding, wanted)


def _bytes(path: str, asked: str, answer: Answer, coding: str, wanted: Entry) -> Iterator[Difference]:
    if answer.coding not in (PLAIN, coding):
        yield Difference(path, f"{asked}came with the content coding {answer.coding}")
        return
    body = unpacked(answer.body, answer.coding)
    if body is None:
        yield Difference(path, f"{asked}does not unpack as {answer.coding}")
        return
    got = hashlib.sha256(body).hexdigest()
    if got != wanted.sha256:
        size = "" if len(body) == wanted.size else f": {len(body)} instead of {wanted.size}"
        yield Difference(path, f"{asked}other bytes{size}", wanted.sha256, got)


def _status(answer: Answer) -> str:
    where = answer.header("location")
    return f"answered {answer.status}" + (f", which leads to {where}" if where else "")
