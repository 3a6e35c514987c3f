"""Opening in the console: decoys tried and new cases made durable, a second, on SQLite and PostgreSQL."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from crypto.calendar import day_of, epoch_of
from crypto.code import derive, new_code
from crypto.envelope import Recipient, decoy, envelope_id, seal
from crypto.post import Answer, Post, Report, encode_post
from handler.cases.desk import Desk
from handler.intake.opening import Batch, open_batch
from handler.keys.certificates import epoch_certificates
from handler.pickup.tables import InboxEnvelope
from tests.benchmarks import report
from tests.handler.founded import NOW, FoundedConsole, found, open_console
from tests.support.postgres import PostgresServer

DECOYS, REPORTS = 4_000, 1_000
HANDLERS = 2  # besides the supervisor: every case key is wrapped to each, and to recovery
TEXT = "Something happened that somebody should look into. " * 40


def run() -> None:
    """Both databases, each with a console of its own."""
    rows = []
    for name, console in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        with console() as founded:
            rows += _measure(name, founded)
    note = (
        f"One session, one process, batches as the page asks for; {HANDLERS + 1} people and recovery hold each case; "
        "a case is made durable with its key, proof of report and acknowledgement, sealed."
    )
    report.add("Console: opening the sealed inbox", rows, note)


def _measure(database: str, console: FoundedConsole) -> list[report.Row]:
    for number in range(HANDLERS):
        console.add_person(f"Handler {number}", "handler", "intake")
    desk = Desk(console.databases, console.settings, console.unlocked(console.supervisor), console.clock)
    epoch = epoch_of(day_of(NOW))
    with ProcessPoolExecutor() as pool:
        decoys = list(pool.map(decoy, [epoch] * DECOYS, chunksize=100))
    figures: list[report.Row] = []
    for what, envelopes, counted in (
        ("decoys tried", decoys, lambda batch: batch.not_addressed),
        ("new cases", _reports(console, epoch), lambda batch: batch.cases),
    ):
        _fill(console, epoch, envelopes)
        figures.append({"database": database, "what": what, **_open_all(desk, counted)})
    return figures


def _open_all(desk: Desk, counted: Callable[[Batch], int]) -> dict[str, int | float]:
    done, longest, started = 0, 0.0, time.perf_counter()
    while True:
        before = time.perf_counter()
        batch = open_batch(desk)
        longest = max(longest, time.perf_counter() - before)
        done += counted(batch)
        if not batch.left:
            break
    seconds = time.perf_counter() - started
    return {"number": done, "a second": round(done / seconds), "longest batch (s)": longest}


def _fill(console: FoundedConsole, epoch: int, envelopes: list[bytes]) -> None:
    with console.databases.console.write() as session:
        for raw in envelopes:
            session.add(InboxEnvelope(id=envelope_id(raw), epoch=epoch, day=day_of(NOW), raw=raw))


def _reports(console: FoundedConsole, epoch: int) -> list[bytes]:
    with console.databases.console.read() as session:
        (certificate,) = epoch_certificates(session, [epoch])
    site, public = console.settings.console.site_id, certificate.raw[52:1268]
    return [_report(site, public, epoch) for _ in range(REPORTS)]


def _report(site: bytes, public: bytes, epoch: int) -> bytes:
    keys = derive(new_code(1), site, ["psu"])
    item = Report("2026-11", {"danger": Answer(("no",))}, {"what": Answer((), TEXT)})
    post = Post(os.urandom(16), keys.sign_public, keys.reader_public, (item,), {"psu": bytes(64)})
    return seal(site, epoch, {"psu": Recipient(public, keys.secrets["psu"])}, encode_post(post), sign=keys.signer)


@contextmanager
def sqlite() -> Iterator[FoundedConsole]:
    with tempfile.TemporaryDirectory(prefix="candour-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        console = open_console(Path(scratch) / "psu", found(Path(scratch)))
        try:
            yield console
        finally:
            console.databases.close()


@contextmanager
def postgresql() -> Iterator[FoundedConsole]:
    with tempfile.TemporaryDirectory(prefix="candour-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        Path(scratch).chmod(0o755)  # the server runs as another user
        server = PostgresServer(Path(scratch) / "data")
        urls = {name: server.url(server.create_database()) for name in ("DATABASE_URL", "KEYRING_URL")}
        os.environ.update(urls)
        console = None
        try:
            console = open_console(Path(scratch) / "psu", found(Path(scratch)))
            yield console
        finally:
            if console is not None:
                console.databases.close()
            for name in urls:
                os.environ.pop(name)
            server.stop()
