"""`reporter verify`: an outside monitor finds one changed byte."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest

from reporter import manifest
from reporter.__main__ import main
from reporter.build import Built
from reporter.frozen import SYNONYMS
from reporter.verify import BadAddress, fetcher

Files = dict[str, tuple[str, bytes]]


class _Server(ThreadingHTTPServer):
    files: Files
    packed: dict[tuple[str, str], bytes]
    extra: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path, coding = self.path.lstrip("/") or "index.html", self.headers["Accept-Encoding"]
        found = self.server.files.get(path)
        self.send_response(200 if found else 404)
        kind, body = found or ("text/plain", b"")
        headers = {"Content-Type": kind, **self.server.extra}
        if (path, coding) in self.server.packed:
            body, headers["Content-Encoding"] = self.server.packed[path, coding], coding
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def server(built: Built) -> Iterator[_Server]:
    """A server of the built site, to be tampered with."""
    running = _Server(("127.0.0.1", 0), _Handler)
    entries = manifest.read(built.folder)
    running.files = {path: (entry.type, (built.folder / path).read_bytes()) for path, entry in entries.items()}
    running.files |= dict.fromkeys(SYNONYMS, running.files["index.html"])
    running.packed = {
        (path, coding): (built.folder / f"{path}{ending}").read_bytes()
        for path in entries
        for coding, ending in (("br", ".br"), ("gzip", ".gz"))
    }
    running.extra = {}
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def _verify(server: _Server, site_dir: Path, *more: str) -> int:
    address = f"http://127.0.0.1:{server.server_address[1]}"
    return main(["verify", "--site", address, "--site-dir", str(site_dir), *more])


def test_the_same_bytes_are_said_to_be_as_built(
    server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _verify(server, site_dir, "--pins", str(site_dir / "site.json")) == 0
    assert "all as built" in capsys.readouterr().out


def test_one_changed_byte_is_found_and_named(
    server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(path for path in server.files if path.endswith(".js"))
    kind, body = server.files[path]
    server.files[path] = (kind, body[:-2] + bytes([body[-2] ^ 1]) + body[-1:])
    assert _verify(server, site_dir) == 1
    said = capsys.readouterr().err
    assert f"/{path}: other bytes" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_page_that_is_another_only_when_compressed_is_found(
    server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str], coding: str
) -> None:
    page = server.files["index.html"][1].replace(b"</body>", b"<!-- -->\n</body>")
    server.packed["index.html", coding] = brotli.compress(page) if coding == "br" else gzip.compress(page)
    assert _verify(server, site_dir) == 1
    assert f"/index.html: asked for as {coding}: other bytes" in capsys.readouterr().err


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_body_that_unpacks_to_no_end_is_a_difference(
    server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str], coding: str
) -> None:
    endless = bytes(40 << 20)
    server.packed["index.html", coding] = (
        brotli.compress(endless, quality=1) if coding == "br" else gzip.compress(endless)
    )
    assert _verify(server, site_dir) == 1
    assert f"does not unpack as {coding}" in capsys.readouterr().err


def test_a_page_that_is_another_under_one_of_its_addresses_is_found(
    server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, page = server.files["speak-up"]
    server.files["speak-up"] = (kind, page + b" ")
    assert _verify(server, site_dir) == 1
    assert capsys.readouterr().err.startswith("/speak-up: other bytes")


def test_missing_file_other_type_and_compression_are_found(
    server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    css = next(path for path in server.files if "site-" in path)
    script = next(path for path in server.files if path.endswith(".js"))
    del server.files[css]
    server.files[script] = ("text/html", server.files[script][1])
    assert _verify(server, site_dir, "--json") == 1
    found = {one["path"]: one["problem"] for one in json.loads(capsys.readouterr().out)["differences"]}
    assert found == {f"/{css}": "answered 404", f"/{script}": "came with the type text/html"}
    server.packed.clear()
    server.extra = {"Content-Encoding": "br"}
    assert _verify(server, site_dir) == 1
    assert "content coding br" in capsys.readouterr().err


def test_other_pins_than_the_known_ones_are_found(
    server: _Server, site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pins = json.loads((site_dir / "site.json").read_text())
    pins["roots"] = ["44" * 32, "22" * 32]
    (tmp_path / "known.json").write_text(json.dumps(pins))
    assert _verify(server, site_dir, "--pins", str(tmp_path / "known.json")) == 1
    assert "it pins other values for: roots" in capsys.readouterr().err


def test_a_silent_server_is_a_difference(server: _Server, site_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.shutdown()
    server.server_close()
    assert _verify(server, site_dir) == 1
    assert "could not be fetched" in capsys.readouterr().err


def test_without_a_built_site_there_is_nothing_to_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--site", "http://127.0.0.1:1", "--site-dir", str(tmp_path)]) == 1
    assert "There is no built site in this folder" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org", "http://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        fetcher(address)
