"""The built site: the same bytes for everybody, and headers that forbid what no page needs."""

import gzip
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter import manifest
from reporter.app import create_public_app
from reporter.prepare import migrate
from reporter.settings import Settings

PAGE = b"<!doctype html><title>Report</title>" + b"x" * 500
SCRIPT = b"export const a = 1\n" * 50


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    site = tmp_path / "site" / "site"
    files = {"index.html": PAGE, "offline.html": PAGE, "assets/app-1.js": SCRIPT}
    for path, content in files.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.with_name(target.name + ".br").write_bytes(brotli.compress(content))
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(content, mtime=0))
    (site / manifest.NAME).write_bytes(
        manifest.encode({path: manifest.entry(path, content) for path, content in files.items()})
    )
    made = Settings(candour_data=tmp_path / "data", candour_site=tmp_path / "site")
    made.candour_data.mkdir()
    migrate(made.database)
    return made


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_public_app(settings)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


WORDS = ["whistleblowing", "whistle-blower", "whistleblower", "speak-up", "raise-a-concern", "confidential-reporting"]


@pytest.mark.parametrize("path", ["/", "/index.html", "/speak-up/", "/Report", *(f"/{word}" for word in WORDS)])
def test_first_page_stands_at_every_name_people_know(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.data, answer.content_type) == (200, PAGE, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None), ("zstd", None), ("BR", "br")],
)
def test_browser_gets_the_smallest_coding_it_takes(visitor: FlaskClient, accepted: str, coding: str | None) -> None:
    answer = visitor.get("/assets/app-1.js", headers={"Accept-Encoding": accepted})
    opened = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](answer.data)
    assert (answer.headers.get("Content-Encoding"), opened) == (coding, SCRIPT)
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_pages_are_not_kept_and_may_do_only_what_they_need(visitor: FlaskClient) -> None:
    headers = visitor.get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not {"ETag", "Last-Modified", "Set-Cookie", "Access-Control-Allow-Origin"} & set(headers.keys())
    assert "Strict-Transport-Security" not in headers


def test_https_only_is_told_when_the_operator_says_so(settings: Settings) -> None:
    visitor = create_public_app(settings.model_copy(update={"hsts": True})).test_client()
    assert visitor.get("/").headers["Strict-Transport-Security"].startswith("max-age=")
    assert visitor.get("/nowhere").headers["Strict-Transport-Security"].startswith("max-age=")


def test_every_address_that_there_is_not_gets_the_same_page(visitor: FlaskClient) -> None:
    paths = ["/nowhere", "/../../etc/passwd", "/assets/", "/index.html.br", "/%00", "/site.json", "/a" * 400]
    answers = [visitor.get(path, headers={"User-Agent": "canary"}) for path in paths]
    answers += [visitor.open("/", method=method) for method in ("POST", "PUT", "DELETE", "OPTIONS")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(answer.headers) for answer in answers}) == 1


def test_offline_page_is_a_download(visitor: FlaskClient) -> None:
    assert visitor.get("/offline.html").headers["Content-Disposition"] == "attachment"
    assert "Content-Disposition" not in visitor.get("/").headers


def test_manifest_is_served_for_those_who_check(visitor: FlaskClient, settings: Settings) -> None:
    assert visitor.get("/manifest.json").data == (settings.candour_site / "site" / "manifest.json").read_bytes()


def test_drop_without_a_built_site_says_so(tmp_path: Path, settings: Settings) -> None:
    bare = create_public_app(settings.model_copy(update={"candour_site": tmp_path / "none"})).test_client()
    answer = bare.get("/")
    assert answer.status_code == 503
    assert b"reporter build" in answer.data
