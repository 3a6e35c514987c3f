"""The drop as real processes: what goes over the wire, what is left on the disk, what a crash takes away."""

import contextlib
import os
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto import stamp
from crypto.calendar import day_of
from crypto.suite import h
from reporter.database import Database
from reporter.pieces import LENGTH as PIECE
from reporter.published import Publication, Published
from reporter.storage import Storage
from tests.reporter import founded
from tests.support.processes import Processes, Program, free_port

VISITOR = "127.0.0.77"
AGENT = "canary-agent-" + os.urandom(8).hex()
STORED, MALFORMED = b"stored".ljust(64), b"malformed".ljust(64)


@dataclass
class Served:
    """A running public listener and its folder."""

    program: Program
    port: int
    folder: Path
    env: dict[str, str]
    set_id: bytes

    def ask(self, raw: bytes, seconds: float = 30) -> bytes:
        """Everything the drop answers to these bytes from the canary address, until it closes or falls silent."""
        with self.connect() as link:
            with contextlib.suppress(OSError):  # it may have answered and closed before it had read all
                link.sendall(raw)
                link.shutdown(socket.SHUT_WR)
            return _all(link, seconds)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 30, source_address=(VISITOR, 0))

    def body(self, envelope: bytes) -> bytes:
        return stamp.make(envelope, self.set_id, 4) + envelope


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A post as HTTP/1.1."""
    head = [f"POST {path} HTTP/1.1", "Host: drop", "Content-Type: text/plain", f"Content-Length: {len(body)}"]
    head += [f"User-Agent: {AGENT}", f"Referer: http://{AGENT}/", f"Cookie: {AGENT}=1", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def form(content: bytes) -> bytes:
    """A file handed in by a form, under a telling name."""
    head = f'--b\r\nContent-Disposition: form-data; name="sealed"; filename="{AGENT}"\r\n\r\n'
    raw = post("/sealed", head.encode() + content + b"\r\n--b--\r\n")
    return raw.replace(b"text/plain", b"multipart/form-data; boundary=b", 1)


def start(processes: Processes, folder: Path, database_url: str, workers: int = 2) -> Served:
    """Serves `folder`; the first time with one publication."""
    env = {
        "CANDOUR_DATA": str(folder / "data"),
        "CANDOUR_SITE": str(folder / "site"),
        "DATABASE_URL": database_url,
        "D_BASE": "4",
    }
    port = free_port()
    founded.write_site(folder / "site")
    program = processes.python(
        *("-m", "reporter", "serve", "--listen", f"127.0.0.1:{port}", "--workers", str(workers)), env=env, name="drop"
    )
    program.wait_for_port(port)
    database = _database(folder, database_url)
    published, now = Published(database), time.time()
    if not published.revision():
        new = Publication("psu", 1, founded.bulletin(now), b"")
        published.replace(1, founded.roster(day=day_of(now)), new, lambda _: True, now)
    set_id = published.snapshot().sets[0].id
    database.close()
    return Served(program, port, folder, env, set_id)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def served(processes: Processes, tmp_path: Path, database_url: str) -> Served:
    """On both databases."""
    return start(processes, tmp_path, database_url)


@pytest.fixture(scope="module")
def on_sqlite(module_processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """For what does not depend on the database; one for all such tests."""
    return start(module_processes, tmp_path_factory.mktemp("on-sqlite"), "")


def test_same_envelope_from_sixteen_at_once_is_one_row(served: Served) -> None:
    body = served.body(founded.envelope())
    answers: list[bytes] = []
    ready = threading.Barrier(16)

    def client() -> None:
        ready.wait()
        answers.append(served.ask(post("/envelopes", body)))

    threads = [threading.Thread(target=client) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer[-64:] for answer in answers] == [STORED] * 16
    assert _kept(served) == {body[8:]}


def test_every_201_survives_kill_9_at_a_random_moment(processes: Processes, tmp_path: Path, database_url: str) -> None:
    acknowledged: list[bytes] = []
    for _ in range(3):
        served = start(processes, tmp_path, database_url)
        acknowledged += _killed_under_load(served, after=int.from_bytes(os.urandom(1)) // 4 + 1)
    assert len(acknowledged) >= 3
    assert set(acknowledged) <= _kept(served)


def test_nothing_of_a_visitor_is_left_in_database_files_or_logs(served: Served) -> None:
    for raw in (
        post("/envelopes", served.body(founded.envelope())),
        post("/envelopes", bytes(20_488)),
        post("/envelopes", b"short"),
        form(served.body(founded.envelope())),
        form(AGENT.encode() * 900),
        form(bytes(600_000)),
        post("/pieces/" + os.urandom(16).hex(), os.urandom(PIECE)),
        post("/pieces/" + AGENT, b""),
        f"GET /state HTTP/1.1\r\nHost: {AGENT}\r\nUser-Agent: {AGENT}\r\nConnection: close\r\n\r\n".encode(),
        f"GET /{AGENT}?{AGENT} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(),
        f"{AGENT}\r\n\r\n".encode(),
        f"GET / HTTP/{AGENT}\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nBad Header {AGENT}\r\n\r\n".encode(),
        f"POST /envelopes HTTP/1.1\r\nContent-Length: {AGENT}\r\n\r\n".encode(),
        f"POST /envelopes HTTP/1.1\r\nTransfer-Encoding: {AGENT}\r\n\r\n".encode(),
        f"PROXY TCP4 {VISITOR} 127.0.0.1 1 2\r\n".encode(),
        os.urandom(3000),
        b"",
    ):
        served.ask(raw)
    with served.connect() as link:  # breaks off in the middle
        link.sendall(post("/envelopes", bytes(20_488))[:5000])
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert len(_kept(served)) == 2  # so they were stored, by these very paths
    served.program.stop()
    canaries = [VISITOR.encode(), AGENT.encode(), b"canary-agent", b"Invalid"]
    kept = {str(path): path.read_bytes() for path in served.folder.rglob("*") if path.is_file()}
    kept["rows"] = _dump(served)
    assert any(name.endswith(".log") for name in kept)
    assert [(name, canary) for name, content in kept.items() for canary in canaries if canary in content] == []


@pytest.mark.parametrize(
    "raw",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        b"POST /envelopes HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /envelopes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /envelopes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"POST /envelopes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nx",
        b"POST /envelopes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"POST /envelopes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n"
        b"Content-Length: 20488\r\n\r\n" + bytes(3000),
    ],
)
def test_what_is_no_whole_post_gets_the_one_refusal(on_sqlite: Served, raw: bytes) -> None:
    answer = on_sqlite.ask(raw)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"\r\n\r\n" + MALFORMED)
    assert b"unicorn" not in answer


def test_oversized_post_is_refused_without_being_read(on_sqlite: Served) -> None:
    with on_sqlite.connect() as link:
        link.sendall(post("/envelopes", b"").replace(b"Content-Length: 0", b"Content-Length: 9999999999"))
        assert link.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_slow_uploads_hold_up_nobody(on_sqlite: Served) -> None:
    raw = post("/envelopes", on_sqlite.body(founded.envelope()))
    slow = [on_sqlite.connect() for _ in range(12)]
    for link in slow:
        link.sendall(raw[: len(raw) // 2])
    assert on_sqlite.ask(post("/envelopes", on_sqlite.body(founded.envelope())))[-64:] == STORED
    for link in slow:
        link.sendall(raw[len(raw) // 2 :])
        assert _all(link, 30)[-64:] == STORED
        link.close()


def test_answers_to_posts_name_no_program_and_set_no_cookie(on_sqlite: Served) -> None:
    answer = on_sqlite.ask(post("/envelopes", on_sqlite.body(founded.envelope())))
    names = sorted(line.split(b":")[0].lower() for line in answer.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    assert names == [
        *(b"access-control-allow-origin", b"cache-control", b"connection", b"content-length"),
        *(b"content-security-policy", b"content-type", b"date", b"referrer-policy", b"server"),
        *(b"x-content-type-options", b"x-frame-options"),
    ]
    assert re.search(rb"(?i)gunicorn|flask|werkzeug|python", answer) is None


def test_all_workers_announce_one_state_and_see_a_publication_within_two_seconds(served: Served) -> None:
    asked = b"GET /state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    states = {served.ask(asked).split(b"\r\n\r\n", 1)[1] for _ in range(12)}
    assert len(states) == 1
    database, now, board = _database(served.folder, served.env["DATABASE_URL"]), time.time(), os.urandom(1024)
    new = Publication("psu", 2, founded.bulletin(now, number=2, board=board), board)
    assert Published(database).replace(1, founded.roster(day=day_of(now)), new, lambda _: True, now)
    database.close()
    time.sleep(2)
    states = {served.ask(asked).split(b"\r\n\r\n", 1)[1] for _ in range(12)}
    assert [state[-1024:] for state in states] == [board]


def test_unix_socket_is_for_the_user_and_group_only(processes: Processes, tmp_path: Path) -> None:
    path = Path(os.path.relpath(tmp_path / "s"))
    env = {"CANDOUR_DATA": str(tmp_path / "data"), "CANDOUR_SITE": str(tmp_path / "site")}
    program = processes.python("-m", "reporter", "serve", "--listen", f"unix:{tmp_path}/s", env=env, name="drop")
    program.wait_for_line("Listening")
    assert path.stat().st_mode & 0o777 == 0o660
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(tmp_path / "s"))
        link.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert _all(link, 30).startswith(b"HTTP/1.1 404 ")
    assert not [p for p in tmp_path.rglob("*") if p.suffix == ".ctl"]


def test_pickup_wants_a_certificate_of_the_authority_and_knows_consoles_by_it(
    processes: Processes, tmp_path: Path
) -> None:
    authority, other = founded.Authority(tmp_path / "ca"), founded.Authority(tmp_path / "other", "other authority")
    server, psu, stranger = authority.issue("drop"), authority.issue("psu"), authority.issue("stranger")
    forged = other.issue("psu")
    founded.write_site(tmp_path / "site", {"psu": psu.der})
    port = free_port()
    env = {"CANDOUR_DATA": str(tmp_path / "data"), "CANDOUR_SITE": str(tmp_path / "site")}
    processes.python(
        *("-m", "reporter", "serve", "--pickup", "--listen", f"127.0.0.1:{port}"),
        *("--cert", server.cert, "--key", server.key, "--ca", authority.cert),
        env=env,
        name="pickup",
    ).wait_for_port(port)

    def status(identity: founded.Identity | None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bytes:
        context = ssl.create_default_context(cafile=str(authority.cert))
        context.maximum_version = version
        if identity:
            context.load_cert_chain(identity.cert, identity.key)
        with (
            socket.create_connection(("127.0.0.1", port), 30) as link,
            context.wrap_socket(link, server_hostname="127.0.0.1") as secure,
        ):
            secure.sendall(b"GET /pickup/envelopes?limit=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return _all(secure, 30).split(b"\r\n")[0]

    assert status(psu) == b"HTTP/1.1 200 OK"
    assert status(stranger) == b"HTTP/1.1 403 FORBIDDEN"
    for refused in (None, forged):
        try:
            answer = status(refused)
        except OSError:
            continue
        assert not answer.startswith(b"HTTP/1.1 2")
    with pytest.raises(OSError):
        status(psu, ssl.TLSVersion.TLSv1_2)


def _killed_under_load(served: Served, after: int) -> list[bytes]:
    """The envelopes that were answered 201 before the drop was killed, which is after about so many."""
    bodies = iter([served.body(founded.envelope()) for _ in range(400)])
    acknowledged: list[bytes] = []
    lock, counted = threading.Lock(), threading.Semaphore(0)

    def client() -> None:
        while True:
            with lock:
                body = next(bodies, None)
            try:
                if body is None or not served.ask(post("/envelopes", body)).endswith(STORED):
                    return
            except OSError:
                return
            acknowledged.append(body[8:])
            counted.release()

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(after):
        counted.acquire(timeout=60)
    served.program.kill()
    for thread in threads:
        thread.join()
    return acknowledged


def _all(link: socket.socket, seconds: float) -> bytes:
    link.settimeout(seconds)
    answer = b""
    try:
        while received := link.recv(65_536):
            answer += received
    except ConnectionResetError:
        pass
    return answer


def _database(folder: Path, url: str) -> Database:
    return Database(url or f"sqlite:///{folder}/data/drop.db")


def _kept(served: Served) -> set[bytes]:
    """The envelopes as a console would get them; each once."""
    database = _database(served.folder, served.env["DATABASE_URL"])
    kept = [kept.bytes for kept in Storage(database).envelopes_for("psu", 100_000)]
    database.close()
    assert len(set(map(h, kept))) == len(kept)
    return set(kept)


def _dump(served: Served) -> bytes:
    """Every value of every row."""
    from reporter.tables import metadata

    database = _database(served.folder, served.env["DATABASE_URL"])
    with database.read() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(table.select())]
    database.close()
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
