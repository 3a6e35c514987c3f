"""The files under deploy/ are accepted by the programs they are for, and keep no visitor's address."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.reporter import founded
from tests.support.processes import ROOT, Processes, Program, free_port

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
VISITOR = "127.0.0.77"
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class NotInstalled(AssertionError):
    """A program that this test needs is not installed. `make test` installs it when run as root."""


def program(name: str) -> str:
    """Its path. Raises NotInstalled."""
    found = shutil.which(name, path=PATH)
    if not found:
        raise NotInstalled(f"{name}: {NotInstalled.__doc__}")
    return found


def done(*words: str | Path) -> str:
    """Output of a program that must succeed."""
    ran = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def certificates(folder: Path) -> founded.Identity:
    return founded.Authority(folder).issue("drop")


def nginx_file(name: str, folder: Path, port: int, upstream: Path) -> Path:
    """deploy/nginx/NAME as the test can run it: its own paths and ports, the rest unchanged."""
    identity = certificates(folder / "tls")
    text = (DEPLOY / "nginx" / name).read_text()
    text = re.sub(r"/etc/candour/tls/\S+\.pem", str(identity.cert), text)
    text = re.sub(r"/etc/candour/tls/\S+\.key", str(identity.key), text)
    text = re.sub(r"unix:/run/candour-(drop/drop|console/console)\.sock", f"unix:{upstream}", text)
    text = text.replace("unix:/run/candour-web/onion.sock", f"unix:{folder}/onion.sock")
    text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    assert "/etc/" not in text
    assert "/run/" not in text
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; user root;\n"
        f"events {{}}\nhttp {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/1; uwsgi_temp_path {folder}/2; scgi_temp_path {folder}/3;\n{text}\n}}\n"
    )
    return main


@pytest.mark.parametrize("name", ["drop.conf", "console.conf"])
def test_nginx_takes_the_file(name: str, tmp_path: Path) -> None:
    main = nginx_file(name, tmp_path, free_port(), tmp_path / "upstream.sock")
    done(program("nginx"), "-t", "-q", "-c", main)


@pytest.mark.parametrize("name", ["drop.conf", "console.conf"])
def test_nginx_writes_no_log_with_addresses(name: str) -> None:
    text = (DEPLOY / "nginx" / name).read_text()
    servers = text.count("server {")
    assert text.count("access_log off;") == servers
    assert text.count("error_log /dev/null crit;") == servers
    assert "$remote_addr" not in text
    assert "limit_req" not in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_unit_is_hardened(unit: Path) -> None:
    done(program("systemd-analyze"), "security", "--offline=true", "--threshold=20", unit)


def test_there_is_a_unit_for_each_process() -> None:
    names = {"console", "console-backup", "console-pickup", "drop", "drop-pickup"}
    assert {unit.stem for unit in UNITS} == {f"candour-{name}" for name in names}


def test_old_backups_go_although_a_new_one_fails_and_two_of_a_day_do_not_meet() -> None:
    unit = (DEPLOY / "systemd" / "candour-console-backup.service").read_text().splitlines()
    (removal,) = [line for line in unit if "-exec rm -r" in line]
    assert removal.startswith("ExecStopPost=")
    (start,) = [line for line in unit if line.startswith("ExecStart=")]
    assert "$(date +%%FT%%H%%M%%S)" in start


def test_tor_takes_the_file(tmp_path: Path) -> None:
    text = (DEPLOY / "tor" / "torrc").read_text().replace("/var/lib/tor", str(tmp_path))
    tmp_path.chmod(0o700)
    (tmp_path / "torrc").write_text(text)
    done(program("tor"), "--verify-config", "-f", tmp_path / "torrc", "--hush")


def test_behind_nginx_not_even_the_drops_memory_learns_who_came(processes: Processes, tmp_path: Path) -> None:
    agent, port = "canary-agent-" + os.urandom(8).hex(), free_port()
    drop = _drop(processes, tmp_path)
    nginx = processes.start(program("nginx"), "-c", nginx_file("drop.conf", tmp_path, port, tmp_path / "drop.sock"))
    nginx.wait_for_port(port)
    envelope = os.urandom(20_488)
    headers = f"User-Agent: {agent}\r\nReferer: https://{agent}/\r\nCookie: {agent}=1\r\nX-Forwarded-For: {VISITOR}\r\n"
    for path in ("/envelopes", "/pieces/" + "0" * 32, f"/{'x' * 20}"):
        _ask(tmp_path, port, _post(path, envelope, headers + "Accept-Language: canary-agent-language\r\n"))
    workers = psutil.Process(drop.pid).children(recursive=True)
    assert len(workers) == 2
    wanted = [VISITOR.encode(), agent.encode(), b"canary-agent-language"]
    for pid in [drop.pid, *(worker.pid for worker in workers)]:
        memory = _memory(pid)
        assert len(memory) > 10_000_000
        assert [canary for canary in wanted if canary in memory] == []
    assert [path for path in _files(tmp_path) if any(canary in path.read_bytes() for canary in wanted)] == []


def test_what_nginx_refuses_looks_like_what_the_drop_refuses(processes: Processes, tmp_path: Path) -> None:
    port = free_port()
    drop = _drop(processes, tmp_path)
    processes.start(
        program("nginx"), "-c", nginx_file("drop.conf", tmp_path, port, tmp_path / "drop.sock")
    ).wait_for_port(port)
    by_drop = _ask(tmp_path, port, _post("/envelopes", b"short"))
    assert (by_drop[0][:13], by_drop[1]) == (b"HTTP/1.1 400 ", b"malformed".ljust(64))
    too_large = _ask(tmp_path, port, _post("/envelopes", bytes(400_000)))
    assert (too_large[0][:13], too_large[1]) == (b"HTTP/1.1 400 ", b"malformed".ljust(64))
    drop.stop()
    gone = _ask(tmp_path, port, _post("/envelopes", b"short"))
    assert (gone[0][:13], gone[1]) == (b"HTTP/1.1 503 ", b"busy".ljust(64))


def _drop(processes: Processes, folder: Path) -> Program:
    founded.write_site(folder / "site")
    env = {"CANDOUR_DATA": str(folder / "data"), "CANDOUR_SITE": str(folder / "site")}
    started = processes.python(
        "-m", "reporter", "serve", "--listen", f"unix:{folder}/drop.sock", "--workers", "2", env=env, name="drop"
    )
    started.wait_for_path(folder / "drop.sock")
    return started


def _post(path: str, body: bytes, headers: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: report.example\r\nContent-Type: text/plain\r\nConnection: close\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _ask(folder: Path, port: int, raw: bytes) -> tuple[bytes, bytes]:
    """The first line and the body of the answer to a visitor at the canary address."""
    context = ssl.create_default_context(cafile=str(folder / "tls" / "test authority.pem"))
    link = socket.create_connection(("127.0.0.1", port), 60, source_address=(VISITOR, 0))
    answer = b""
    with context.wrap_socket(link, server_hostname="127.0.0.1") as secure:
        secure.sendall(raw)
        try:
            while part := secure.recv(65_536):
                answer += part
        except (ConnectionResetError, ssl.SSLEOFError):
            pass
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0], body


def _memory(pid: int) -> bytes:
    """Every readable byte of a process."""
    found = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(number, 16) for number in span.split("-"))
            if "r" in rights and "[v" not in line:
                memory.seek(start)
                try:
                    found.append(memory.read(end - start))
                except OSError:
                    continue
    return b"".join(found)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
