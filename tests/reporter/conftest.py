"""The drop in one process, on SQLite and on PostgreSQL: its applications, a clock that tests move, one publication."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto import stamp
from crypto.calendar import day_of
from reporter.app import Parts, create_pickup_app, create_public_app
from reporter.prepare import migrate
from reporter.settings import Settings
from tests.reporter import founded

NOW = 1_794_000_000.0  # a Monday in November 2026
D = 4  # zero bits, so that a test's stamps are quick


@dataclass
class Clock:
    """Unix time and steady seconds, moved by hand."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


class Peer:
    """A connection whose other side has proved to hold a client certificate."""

    def __init__(self, certificate: bytes) -> None:
        self._certificate = certificate

    def getpeercert(self, binary_form: bool) -> bytes:
        assert binary_form
        return self._certificate


@dataclass
class Drop:
    """Both applications of one drop, and what a test does with them."""

    settings: Settings
    clock: Clock
    app: Flask
    pickup_app: Flask
    consoles: dict[str, bytes]
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def public(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def parts(self) -> Parts:
        parts: Parts = self.app.extensions["candour"]
        return parts

    @property
    def set_id(self) -> bytes:
        return self.parts.published.snapshot().sets[0].id

    def post(self, body: bytes, **more: Any) -> TestResponse:
        return self.public.post("/envelopes", data=body, content_type="text/plain", **more)

    def post_piece(self, name: bytes, content: bytes) -> TestResponse:
        return self.public.post(f"/pieces/{name.hex()}", data=content, content_type="text/plain")

    def stamped(self, envelope: bytes, bits: int = D, set_id: bytes | None = None) -> bytes:
        """The body of a post with a stamp of at least that many zero bits."""
        return stamp.make(envelope, set_id or self.set_id, bits) + envelope

    def exactly_stamped(self, envelope: bytes, bits: int) -> bytes:
        """The same with a stamp of exactly that many."""
        for nonce in range(1 << 20):
            made = nonce.to_bytes(8, "big")
            if stamp.zero_bits(made, envelope, self.set_id) == bits:
                return made + envelope
        raise AssertionError("no such stamp")

    def as_console(self, method: str, path: str, console: str = "psu", **more: Any) -> TestResponse:
        """A request on the pickup listener, with the console's certificate."""
        peer = {"gunicorn.socket": Peer(self.consoles.get(console, console.encode()))}
        if "data" in more:
            more.setdefault("content_type", "application/octet-stream")
        return self.pickup_app.test_client().open(f"/pickup{path}", method=method, environ_overrides=peer, **more)

    def taken(self, console: str = "psu", limit: int = 1000) -> list[tuple[bytes, int, bytes]]:
        """Envelopes as a console gets them: id, day, bytes."""
        answer = self.as_console("GET", f"/envelopes?limit={limit}", console)
        assert answer.status_code == 200
        size = 32 + 2 + 20_480
        parts = [answer.data[at : at + size] for at in range(0, len(answer.data), size)]
        return [(part[:32], int.from_bytes(part[32:34], "big"), part[34:]) for part in parts]

    def publish(self, console: str = "psu", board: bytes = b"", seen: bool = True, **changes: Any) -> TestResponse:
        """The console's next publication, by the roster of all consoles; `seen` by the public process."""
        self.numbers[console] = self.numbers.get(console, 0) + 1
        made = founded.bulletin(self.clock.now, console, self.numbers[console], board, **changes)
        body = founded.publication(self.roster(), made, board)
        answer = self.as_console("POST", "/publication", console, data=body)
        if seen:
            self.look_again()
        return answer

    def roster(self, serial: int = 1) -> bytes:
        return founded.roster(tuple(self.consoles), serial, day_of(NOW))

    def look_again(self) -> None:
        """A second passes, after which other processes see what was published."""
        self.clock.forward(1)


MakeDrop = Callable[..., Drop]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Empty for SQLite, a fresh database's URL for PostgreSQL."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def make_drop(tmp_path: Path, database_url: str) -> Iterator[MakeDrop]:
    """A drop of these consoles and settings, with nothing published."""
    made: list[Drop] = []

    def make(*consoles: str, **settings: Any) -> Drop:
        certificates = {name: b"certificate of " + name.encode() for name in consoles or ("psu",)}
        folder = tmp_path / f"drop-{len(made)}"
        founded.write_site(folder / "site", certificates)
        chosen = Settings(
            **{
                "candour_data": folder / "data",
                "candour_site": folder / "site",
                "database_url": database_url,
                "d_base": D,
                **settings,
            }
        )
        chosen.candour_data.mkdir()
        migrate(chosen.database)
        clock = Clock()
        app, pickup_app = create_public_app(chosen, clock, clock), create_pickup_app(chosen, clock, clock)
        made.append(Drop(chosen, clock, app, pickup_app, certificates))
        return made[-1]

    yield make
    for drop in made:
        for app in (drop.app, drop.pickup_app):
            app.extensions["candour"].storage.database.close()


@pytest.fixture
def drop(make_drop: MakeDrop) -> Drop:
    """A drop of the PSU's console, which has published once."""
    made = make_drop()
    assert made.publish().status_code == 204
    return made
