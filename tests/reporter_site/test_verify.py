"""`reporter verify`: an outside monitor finds one changed byte of a real drop, in whatever way it is asked for."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from crypto.calendar import day_of
from crypto.documents import SiteSignature, encode_site_signature
from crypto.opening import signer
from crypto.suite import h
from reporter import manifest
from reporter.__main__ import main
from reporter.app import create_public_app
from reporter.build import Built, read_pins
from reporter.fetching import BadAddress, fetcher
from reporter.fingerprint import words
from reporter.prepare import migrate
from reporter.publication import publish
from reporter.settings import Settings
from tests.reporter import founded

CODINGS = {"": "identity", ".br": "br", ".gz": "gzip"}
Change = Callable[[Response, str, str], None]
"""(answer, path, the coding asked for): changes the answer on its way."""


@dataclass
class Site:
    """A drop that has published, with a built and signed site; what it answers passes through `changes`."""

    folder: Path
    settings: Settings
    changes: list[Change] = field(default_factory=list)
    address: str = ""
    app: Any = None

    def load(self) -> None:
        """Serves what the folder has now."""
        self.app = create_public_app(self.settings)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        answer = Response.from_app(self.app, environ, buffered=True)
        for change in self.changes:
            change(answer, environ["PATH_INFO"], environ.get("HTTP_ACCEPT_ENCODING", ""))
        return answer(environ, start_response)

    @property
    def files(self) -> Path:
        return self.folder / "site"

    def sign(self, key: str = "root", serial: int = 1, raw: bytes | None = None) -> None:
        raw = raw or (self.files / manifest.NAME).read_bytes()
        signature = SiteSignature(founded.SITE, serial, day_of(time.time()), h(raw))
        signed = encode_site_signature(signature, signer(founded.seed(key)))
        (self.files / manifest.SIGNATURE).write_bytes(signed)
        self.load()

    def publish(self) -> None:
        now, parts = time.time(), self.app.extensions["candour"]
        roster = founded.roster(("psu", "independent"), 3, day_of(now))
        for name in ("psu", "independent"):
            bulletin = founded.bulletin(now, name, roster=3, board=b"a" * 1024)
            body = founded.publication(roster, bulletin, b"a" * 1024)
            publish(parts.published, parts.site.site(), name, body, now)


class _Quiet(WSGIRequestHandler):
    def log(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(built: Built, site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("drop")
    shutil.copytree(site_dir, folder / "site")
    settings = Settings(candour_data=folder / "data", candour_site=folder / "site")
    settings.candour_data.mkdir()
    migrate(settings.database)
    site = Site(folder / "site", settings)
    site.load()
    site.publish()
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_Quiet)
    site.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(served: Site, built: Built) -> Iterator[Site]:
    """As built and signed, and put back afterwards."""
    served.sign()
    yield served
    served.changes.clear()
    shutil.rmtree(served.files)
    shutil.copytree(built.folder, served.files)


@dataclass(frozen=True)
class Told:
    code: int
    out: str
    err: str


@pytest.fixture
def verify(site: Site, site_dir: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Runs the command, against one's own build where nothing else is said."""

    def run(*options: str) -> Told:
        code = main(["verify", "--site", site.address, *(options or ("--against", str(site_dir)))])
        return Told(code, *capsys.readouterr())

    return run


Verify = Callable[..., Told]


@pytest.fixture
def pins(site_dir: Path) -> str:
    return str(site_dir / "site.json")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_own_build_or_known_keys_or_the_words_of_a_poster_are_enough(
    verify: Verify, site_dir: Path, pins: str, site: Site
) -> None:
    fingerprint = words(read_pins(site_dir / "site.json"))
    for known in (("--against", str(site_dir)), ("--pins", pins), ("--fingerprint", fingerprint.upper())):
        told = verify(*known)
        assert (told.code, told.err) == (0, "")
        assert "all as they should be; signed by the root (signature 1)" in told.out
    described = json.loads(verify("--pins", pins, "--json").out)
    assert described["differences"] == []
    assert described["files"] == len(manifest.read(site.files))


@pytest.mark.parametrize("suffix", CODINGS)
def test_one_changed_bit_in_any_file_of_the_drops_folder_is_found(
    verify: Verify, site: Site, suffix: str, pins: str
) -> None:
    listed = [*manifest.read(site.files)]
    for path in listed:
        _flip(site.files / f"{path}{suffix}")
    site.load()
    told = verify("--pins", pins, "--json")
    found = {one["path"]: one for one in json.loads(told.out)["differences"]}
    # The plain bytes of a small file are what is sent where no coding makes it smaller.
    smallest = {path for path in listed if suffix and _size(site, path, "") <= _size(site, path, suffix)}
    assert told.code == 1
    assert {f"/{path}" for path in listed} - set(found) == {f"/{path}" for path in smallest}
    assert {"/", "/whistleblowing"} <= set(found)


def _size(site: Site, path: str, suffix: str) -> int:
    return (site.files / f"{path}{suffix}").stat().st_size


def test_other_bytes_are_told_with_both_hashes(verify: Verify, site: Site) -> None:
    script = next(path for path in manifest.read(site.files) if path.endswith(".js"))
    expected = manifest.read(site.files)[script].sha256
    _flip(site.files / script)
    got = h((site.files / script).read_bytes()).hex()
    site.load()
    told = verify()
    assert told.code == 1
    assert told.err == f"/{script}: other bytes\n  its SHA-256 is {got}\n  and should be  {expected}\n"


@pytest.mark.parametrize("coding", ["identity", "br", "gzip"])
def test_a_page_changed_on_the_way_for_one_coding_alone_is_found(verify: Verify, site: Site, coding: str) -> None:
    def change(answer: Response, path: str, asked: str) -> None:
        if path == "/index.html" and asked == coding:
            body = answer.get_data()
            answer.set_data(body[:-2] + bytes([body[-2] ^ 1]) + body[-1:])

    site.changes.append(change)
    told = verify()
    assert told.code == 1
    assert told.err.startswith("/index.html: " + ("other bytes" if coding == "identity" else f"asked for as {coding}"))


def test_a_body_that_unpacks_to_no_end_is_a_difference(verify: Verify, site: Site) -> None:
    endless = brotli.compress(bytes(90 << 20), quality=1)

    def change(answer: Response, path: str, asked: str) -> None:
        if path == "/index.html" and asked == "br":
            answer.set_data(endless)

    site.changes.append(change)
    assert "does not unpack as br" in verify().err


def test_a_page_that_is_another_under_one_of_its_addresses_is_found(verify: Verify, site: Site) -> None:
    def change(answer: Response, path: str, _asked: str) -> None:
        if path == "/speak-up":
            answer.set_data(answer.get_data() + b" ")

    site.changes.append(change)
    told = verify()
    assert told.code == 1
    assert told.err.startswith("/speak-up: other bytes")


def test_a_changed_file_with_a_manifest_that_fits_it_is_found_by_the_roots_signature(
    verify: Verify, site: Site, pins: str
) -> None:
    page = site.files / "index.html"
    page.write_bytes(page.read_bytes().replace(b"</body>", b"<!-- -->\n</body>"))
    for ending in (".br", ".gz"):
        page.with_name(page.name + ending).unlink()
    entries = manifest.read(site.files)
    entries["index.html"] = manifest.entry("index.html", page.read_bytes())
    for path in ("manifest.json.br", "manifest.json.gz"):
        (site.files / path).unlink()
    (site.files / manifest.NAME).write_bytes(manifest.encode(entries))
    site.load()
    told = verify("--pins", pins)
    assert told.code == 1
    assert told.err.startswith("/manifest.sig: ")
    assert "BadHash" in told.err


def test_an_unsigned_site_says_so_and_passes_only_where_that_was_agreed(
    verify: Verify, site: Site, site_dir: Path, pins: str
) -> None:
    (site.files / manifest.SIGNATURE).unlink()
    site.load()
    told = verify()
    assert (told.code, told.err) == (1, "/manifest.sig: the root has not signed this site\n")
    passed = verify("--against", str(site_dir), "--unsigned-ok")
    assert passed.code == 0
    assert "NOT SIGNED" in passed.out
    assert verify("--pins", pins, "--unsigned-ok").code == 2


@pytest.mark.parametrize(
    ("forge", "error"),
    [
        (lambda site: site.sign("stranger", serial=5), "BadSignature"),
        (lambda site: site.sign(serial=5, raw=b"{}"), "BadHash"),
        (lambda site: site.sign(serial=4), "RolledBack"),
    ],
    ids=["by a stranger", "of another build", "older than one seen before"],
)
def test_a_signature_that_does_not_hold_is_found(
    verify: Verify, site: Site, pins: str, forge: Callable[[Site], None], error: str
) -> None:
    forge(site)
    told = verify("--pins", pins, "--serial", "5")
    assert told.code == 1
    assert told.err.startswith("/manifest.sig: ")
    assert error in told.err


def _without(name: str) -> Change:
    def change(answer: Response, _path: str, _asked: str) -> None:
        answer.headers.pop(name, None)

    return change


def _with(name: str, value: str, only: str = "") -> Change:
    def change(answer: Response, path: str, _asked: str) -> None:
        if not only or path == only:
            answer.headers[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without("Content-Security-Policy"), "has no header content-security-policy"),
        (
            _with("Content-Security-Policy", "default-src *", "/"),
            "/: has another content-security-policy: default-src *",
        ),
        (_with("Set-Cookie", "a=1", "/state"), "/state: has the header set-cookie, which no answer should have: a=1"),
        (_with("Set-Cookie", "a=1", "/index.html"), "/index.html: has the header set-cookie"),
        (_with("Cache-Control", "public", "/state"), "/state: has another cache-control: public"),
        (_with("ETag", "x", "/there-is-no-such-page"), "/there-is-no-such-page: has the header etag"),
        (_with("Content-Type", "text/plain", "/state"), "/state: came as text/plain"),
        (_with("Content-Type", "text/html", "/robots.txt"), "/robots.txt: came with the type text/html"),
    ],
)
def test_headers_are_compared_on_pages_on_the_state_and_where_nothing_is(
    verify: Verify, site: Site, change: Change, said: str
) -> None:
    site.changes.append(change)
    told = verify()
    assert told.code == 1
    assert said in told.err


def test_a_header_that_a_delivery_network_adds_may_be_allowed(verify: Verify, site: Site, site_dir: Path) -> None:
    site.changes.append(_with("CDN-Ray", "1"))
    assert verify().code == 1
    assert verify("--against", str(site_dir), "--allow-header", "cdn-ray").code == 0


def test_a_redirect_is_a_difference(verify: Verify, site: Site) -> None:
    def change(answer: Response, path: str, _asked: str) -> None:
        if path == "/psu":
            answer.status_code, answer.headers["Location"] = 302, "https://elsewhere.example/"

    site.changes.append(change)
    told = verify()
    assert (told.code, told.err) == (1, "/psu: answered 302, which leads to https://elsewhere.example/\n")


def _other_board(answer: Response, path: str, _asked: str) -> None:
    if path == "/state":
        answer.set_data(answer.get_data()[:-1] + b"b")


def _other_roster(answer: Response, path: str, _asked: str) -> None:
    if path == "/state":
        body = answer.get_data()
        answer.set_data(body[:30] + bytes([body[30] ^ 1]) + body[31:])


def _no_state(answer: Response, path: str, _asked: str) -> None:
    if path == "/state":
        answer.status_code = 503


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_board, "the board of the console psu is not the one it signed"),
        (_other_roster, "BadSignature"),
        (_no_state, "answered 503"),
    ],
)
def test_a_state_that_no_client_would_take_is_found(verify: Verify, site: Site, change: Change, said: str) -> None:
    site.changes.append(change)
    told = verify()
    assert told.code == 1
    assert told.err.startswith("/state: ")
    assert said in told.err


def test_other_keys_than_the_known_ones_are_found(verify: Verify, site_dir: Path, tmp_path: Path) -> None:
    known = json.loads((site_dir / "site.json").read_text())
    known["roots"] = ["44" * 32, "22" * 32]
    (tmp_path / "known.json").write_text(json.dumps(known))
    told = verify("--pins", str(tmp_path / "known.json"))
    assert told.code == 1
    assert "/: it pins other values for: roots" in told.err
    assert "BadSignature" in told.err
    assert verify("--fingerprint", "abandon " * 12).code == 1


def test_a_silent_site_is_a_difference(site_dir: Path, capsys: pytest.CaptureFixture[str], built: Built) -> None:
    assert built.sizes
    assert main(["verify", "--site", "http://127.0.0.1:1", "--against", str(site_dir)]) == 1
    assert "ConnectionRefusedError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Say what to compare with"),
        (("--against", "/nonexistent"), "There is no built site in this folder"),
        (("--pins", "/nonexistent"), "nonexistent"),
    ],
)
def test_without_something_to_compare_with_the_exit_code_is_2(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDOUR_SITE", raising=False)
    assert main(["verify", "--site", "http://127.0.0.1:1", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org", "http://", "http://[", "http://a:b"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        fetcher(address)
