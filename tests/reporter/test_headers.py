"""What every answer of the drop tells a browser: what public scanners ask for, and nothing that tells or keeps."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter import headers, manifest
from reporter.app import create_public_app
from reporter.fetching import Answer
from tests.reporter.conftest import MakeDrop

PAGES = {"index.html": b"<!doctype html>", "offline.html": b"", "assets/app-1.js": b"1", "robots.txt": b""}
PAGE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": "accelerometer=(), autoplay=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noarchive",
}
"""Each with what its value begins with."""
BARE = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OWN = {"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Vary"}
ANSWERS: dict[str, tuple[str, str, int, dict[str, str]]] = {
    "page": ("GET", "/", 200, PAGE),
    "head of a page": ("HEAD", "/", 200, PAGE),
    "another name": ("GET", "/whistleblowing", 200, PAGE),
    "script": ("GET", "/assets/app-1.js", 200, PAGE),
    "offline page": ("GET", "/offline.html", 200, PAGE),
    "text": ("GET", "/robots.txt", 200, PAGE),
    "manifest": ("GET", "/manifest.json", 200, PAGE),
    "signature": ("GET", "/manifest.sig", 200, PAGE),
    "nothing there": ("GET", "/nowhere", 404, PAGE),
    "wrong method": ("POST", "/", 404, PAGE),
    "sealed file": ("POST", "/sealed", 400, PAGE),
    "state": ("GET", "/state", 200, BARE),
    "head of state": ("HEAD", "/state", 200, BARE),
    "state by a wrong method": ("PUT", "/state", 400, BARE),
    "envelope": ("POST", "/envelopes", 400, BARE),
    "envelope by a wrong method": ("GET", "/envelopes", 400, BARE),
    "piece": ("POST", "/pieces/00", 400, BARE),
}


@pytest.fixture
def database_url() -> str:
    """SQLite alone: no header comes from a database."""
    return ""


@pytest.fixture
def visitor(make_drop: MakeDrop) -> FlaskClient:
    return _visitor(make_drop)


def _visitor(make_drop: MakeDrop, **settings: bool) -> FlaskClient:
    """Of a drop that has published, with a site built and signed."""
    drop = make_drop(**settings)
    assert drop.publish().status_code == 204
    _write(drop.settings.candour_site / "site")
    return create_public_app(drop.settings, drop.clock, drop.clock).test_client()


def _write(site: Path) -> None:
    for path, content in PAGES.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)
    entries = {path: manifest.entry(path, content) for path, content in PAGES.items()}
    (site / manifest.NAME).write_bytes(manifest.encode(entries))
    (site / manifest.SIGNATURE).write_bytes(b"signature")


def _wrong(answer: TestResponse, wanted: dict[str, str]) -> dict[str, str]:
    """Headers that are missing or other, and those that nobody asked for."""
    found = dict(answer.headers)
    wrong = {name: found.get(name, "missing") for name in wanted if not found.get(name, "").startswith(wanted[name])}
    return wrong | {name: value for name, value in found.items() if name not in {*wanted, *OWN}}


@pytest.mark.parametrize(("method", "path", "status", "wanted"), ANSWERS.values(), ids=ANSWERS.keys())
def test_every_kind_of_answer_has_its_headers_and_no_other(
    visitor: FlaskClient, method: str, path: str, status: int, wanted: dict[str, str]
) -> None:
    answer = visitor.open(path, method=method)
    assert (answer.status_code, _wrong(answer, wanted)) == (status, {})


def test_a_too_large_post_and_an_unbuilt_site_have_them_too(make_drop: MakeDrop) -> None:
    bare = make_drop().public
    large = bare.post("/envelopes", data=bytes(1 << 20), content_type="text/plain")
    assert (large.status_code, _wrong(large, BARE)) == (400, {})
    assert (bare.get("/").status_code, _wrong(bare.get("/"), PAGE)) == (503, {})
    assert (bare.get("/state").status_code, _wrong(bare.get("/state"), BARE)) == (503, {})


@pytest.mark.parametrize(
    ("preload", "ending"), [(False, "; includeSubDomains"), (True, "; includeSubDomains; preload")]
)
def test_https_only_is_told_with_every_answer_when_the_operator_says_so(
    make_drop: MakeDrop, preload: bool, ending: str
) -> None:
    visitor = _visitor(make_drop, hsts=True, hsts_preload=preload)
    for method, path, _, wanted in ANSWERS.values():
        told = {**wanted, "Strict-Transport-Security": f"max-age=63072000{ending}"}
        assert _wrong(visitor.open(path, method=method), told) == {}


def test_the_policy_of_a_page_allows_nothing_inline_and_nothing_from_elsewhere(visitor: FlaskClient) -> None:
    policy = dict(part.split(" ", 1) for part in visitor.get("/").headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert not [word for word in ("unsafe", "http", "*") if any(word in sources for sources in policy.values())]


@pytest.mark.parametrize("feature", ["camera", "microphone", "geolocation", "display-capture", "clipboard-read", "usb"])
def test_no_page_may_ask_for_what_could_watch_a_person(visitor: FlaskClient, feature: str) -> None:
    assert f"{feature}=()" in visitor.get("/").headers["Permissions-Policy"].split(", ")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, ["has no strict-transport-security of a year or more"]),
        ("max-age=300", ["has no strict-transport-security of a year or more"]),
        ("max-age=63072000; includeSubDomains", []),
    ],
)
def test_a_site_by_https_tells_browsers_to_keep_to_it(value: str | None, found: list[str]) -> None:
    sent = (*headers.PAGE.items(), *((("strict-transport-security", value),) if value else ()))
    answer = Answer(200, sent, b"")
    assert [*headers.problems(answer, headers.PAGE, secure=True)] == found
    assert [*headers.problems(answer, headers.PAGE, secure=False)] == []
