"""A drop on loopback with two consoles' publications, faults on demand, and the command line run against it."""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from crypto import openenvelope, opening
from crypto.openenvelope import OpenedPost
from crypto.pins import pins_json
from crypto.suite import h
from reporter.__main__ import main
from reporter.app import create_pickup_app, create_public_app
from reporter.cli import drop as cli_drop
from reporter.prepare import migrate
from reporter.settings import Settings
from tests.crypto import world
from tests.reporter import founded
from tests.reporter.conftest import Clock, Peer


@dataclass(frozen=True)
class Seen:
    """A request as the drop got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Fault = Callable[[Seen], tuple[int, str] | None]
"""What answers instead of the drop: a status and a word; (0, "") breaks the connection; None lets it through."""


@dataclass
class Site:
    """The running site, what it was asked, and the faults that wait for requests."""

    folder: Path
    app: Flask
    pickup: Flask
    clock: Clock
    address: str = ""
    seen: list[Seen] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    number: int = 1

    @property
    def pins(self) -> Path:
        return self.folder / "site.json"

    def publish(self, board: bytes = b"", console: str = "psu", **changes: object) -> None:
        """The next publication of a console, with these slots."""
        self.number += 1
        values = {"number": self.number, "time": int(self.clock.now), **changes}
        bulletin = world.bulletin_raw(console, board, **values)
        body = founded.publication(world.roster_raw(), bulletin, board)
        peer = {"gunicorn.socket": Peer(console.encode())}
        answer = self.pickup.test_client().post(
            "/pickup/publication", data=body, content_type="application/octet-stream", environ_overrides=peer
        )
        assert answer.status_code == 204, answer.data
        self.clock.forward(2)

    def stored(self, console: str = "psu") -> list[bytes]:
        """The envelopes that a console would pick up."""
        peer = {"gunicorn.socket": Peer(console.encode())}
        raw = self.pickup.test_client().get("/pickup/envelopes?limit=1000", environ_overrides=peer).data
        return [raw[at + 34 : at + 34 + 20480] for at in range(0, len(raw), 34 + 20480)]

    def piece(self, name: bytes) -> bytes:
        peer = {"gunicorn.socket": Peer(b"psu")}
        answer = self.pickup.test_client().get(f"/pickup/pieces/{name.hex()}", environ_overrides=peer)
        assert answer.status_code == 200
        return answer.data

    def opened(self, group: str = "psu") -> list[OpenedPost]:
        """The posts that a group's key opens."""
        opener = opening.XWingOpener(world.epoch_seed(group))
        return [openenvelope.open_envelope(raw, group, world.EPOCH, opener, world.SITE) for raw in self.stored()]

    def posts(self, path: str = "/envelopes") -> list[Seen]:
        return [seen for seen in self.seen if seen.path.startswith(path)]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site on which both consoles have published once."""
    folder = tmp_path / "site"
    folder.mkdir()
    consoles = {name: h(name.encode()).hex() for name in world.GROUPS}
    value = {**json.loads(pins_json(world.PINS)), "consoles": consoles}
    (folder / "site.json").write_text(json.dumps(value))
    settings = Settings(candour_data=tmp_path / "data", candour_site=folder, d_base=4)
    settings.candour_data.mkdir()
    migrate(settings.database)
    clock = Clock(world.NOW)
    monkeypatch.setattr(time, "time", clock)
    monkeypatch.setattr(cli_drop.Drop.__init__, "__defaults__", (clock.forward,))
    made = Site(folder, create_public_app(settings, clock, clock), create_pickup_app(settings, clock, clock), clock)
    made.publish(console="psu")
    made.publish(console="independent")
    server = make_server("127.0.0.1", 0, _recorded(made), threaded=True, request_handler=Quiet)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    for app in (made.app, made.pickup):
        app.extensions["candour"].storage.database.close()


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


def _recorded(site: Site) -> Callable[..., object]:
    def application(environ: dict[str, object], start_response: Callable[..., object]) -> object:
        body = environ["wsgi.input"].read(int(str(environ.get("CONTENT_LENGTH") or 0)))  # type: ignore[attr-defined]
        names = {
            k: str(v) for k, v in environ.items() if k.startswith("HTTP_") or k in ("CONTENT_TYPE", "CONTENT_LENGTH")
        }
        seen = Seen(
            str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"]), {k: v for k, v in names.items() if v}, body
        )
        site.seen.append(seen)
        for fault in list(site.faults):
            answer = fault(seen)
            if answer:
                site.faults.remove(fault)
                status, word = answer
                if not status:
                    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
                    raise ConnectionError
                start_response(f"{status} X", [("Content-Type", "text/plain")])
                return [word.ljust(64).encode()]
        environ["wsgi.input"] = io.BytesIO(body)
        return site.app.wsgi_app(environ, start_response)  # type: ignore[arg-type]

    return application


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `reporter NAME --site … OPTIONS` with a text on standard input."""

    def run(name: str, *options: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main([name, "--site", site.address, "--pins", str(site.pins), *options])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run
