"""POST /envelopes on real servers: envelopes a second, waiting times, memory of a worker, statements an envelope."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
from sqlalchemy import event

from crypto import stamp
from crypto.calendar import day_of
from crypto.suite import h
from reporter.database import Database
from reporter.prepare import migrate
from reporter.published import Publication, Published
from reporter.storage import Storage
from tests.benchmarks import load, report
from tests.reporter.founded import bulletin, envelope, roster, write_site
from tests.support.postgres import PostgresServer
from tests.support.processes import Processes, free_port

WORKERS = 2
ENVELOPES = {1: 2000, 16: 8000}  # by number of clients
D = 8  # checking a stamp costs the same whatever its d is; making 10,000 of d = 14 takes minutes


def run() -> None:
    """SQLite and PostgreSQL, 1 and 16 clients."""
    with tempfile.TemporaryDirectory(prefix="candour-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        folder = Path(scratch)
        set_id = _publish_anywhere(folder / "prepare")
        bodies = stamped(sum(ENVELOPES.values()), set_id)
        rows = _measure(folder / "sqlite", "SQLite", "", bodies)
        with _postgresql() as url:
            rows += _measure(folder / "postgresql", "PostgreSQL", url, bodies)
    note = f"{WORKERS} workers; every 201 durable; clients, servers and database share the machine."
    report.add("POST /envelopes", rows, note)


def stamped(count: int, set_id: bytes) -> list[bytes]:
    """Bodies made ahead of time, on every core."""
    with ProcessPoolExecutor() as pool:
        return list(pool.map(_stamped, [set_id] * count, chunksize=50))


def _stamped(set_id: bytes) -> bytes:
    made = envelope()
    return stamp.make(made, set_id, D) + made


NOW = time.time()
ROSTER = roster(day=day_of(NOW))
BULLETIN = bulletin(NOW)


def _publish_anywhere(folder: Path) -> bytes:
    """The id of the set that every database of this benchmark starts with."""
    folder.mkdir(parents=True)
    return _publish(f"sqlite:///{folder}/drop.db")


def _publish(url: str) -> bytes:
    migrate(url)
    database = Database(url)
    published = Published(database)
    published.replace(1, ROSTER, Publication("psu", 1, BULLETIN, b""), lambda _: True, time.time())
    set_id = published.snapshot().sets[0].id
    database.close()
    return set_id


def _measure(folder: Path, name: str, url: str, bodies: Sequence[bytes]) -> list[report.Row]:
    data, logs = folder / "data", folder / "logs"
    for made in (data, logs):
        made.mkdir(parents=True)
    write_site(folder / "site")
    at = url or f"sqlite:///{data}/drop.db"
    _publish(at)
    statements = _statements(at)
    processes, port = Processes(logs), free_port()
    env = {"CANDOUR_DATA": str(data), "CANDOUR_SITE": str(folder / "site"), "DATABASE_URL": url}
    env |= {"LIMIT": "100000/second", "D_BASE": str(D)}
    server = processes.python(
        *("-m", "reporter", "serve", "--listen", f"127.0.0.1:{port}", "--workers", str(WORKERS)), env=env
    )
    rows: list[report.Row] = []
    at_body = 0
    try:
        server.wait_for_port(port)
        time.sleep(2)
        for clients, count in ENVELOPES.items():
            seconds, times = load.post_all(port, bodies[at_body : at_body + count], clients)
            at_body += count
            rss, pss = _memory(server.pid)
            rows.append(
                {
                    "database": name,
                    "clients": clients,
                    "envelopes/s": round(count / seconds),
                    "p50 ms": _percentile(times, 50),
                    "p99 ms": _percentile(times, 99),
                    "worker RSS MB": rss,
                    "worker PSS MB": pss,
                    "statements/envelope": statements,
                }
            )
    finally:
        processes.stop_all()
    return rows


def _percentile(ordered: Sequence[float], percent: int) -> float:
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000, 1)


def _memory(server: int) -> tuple[float, float]:
    """The largest worker's resident memory, and its share where memory is shared, in MB (10^6 bytes)."""
    workers = psutil.Process(server).children()
    sizes = [worker.memory_full_info() for worker in workers]
    return round(max(size.rss for size in sizes) / 1e6, 1), round(max(size.pss for size in sizes) / 1e6, 1)


def _statements(url: str) -> int:
    """Statements that keeping one new envelope takes, as the database driver sees them."""
    database, seen = Database(url), []
    event.listen(database.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    made = envelope()
    Storage(database).keep_envelope(h(made), made, 1, 1)
    database.close()
    return len(seen)


@contextlib.contextmanager
def _postgresql() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="candour-pg-"))
    folder.chmod(0o755)
    server = PostgresServer(folder / "data")
    try:
        yield server.url(server.create_database())
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
