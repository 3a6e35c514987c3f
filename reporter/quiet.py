"""gunicorn without what it says of visitors: no address in a log, no echo of a bad request."""

import logging
import socket
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from reporter.answers import MALFORMED

SILENCE_SECONDS = 20  # in the middle of a request's head, or of a handshake
PART = 65_536  # bytes of an answer
SERVER = "drop"  # instead of the program's name

TOLD = {  # what gunicorn may say: its own life, never a visitor's
    "Starting gunicorn %s",
    "Listening at: %s (%s)",
    "Using worker: %s",
    "Booting worker with pid: %s",
    "Worker exiting (pid: %s)",
    "Handling signal: %s",
    "Hang up: %s",
    "Shutting down: %s",
    "Reason: %s",
    "Parent changed, shutting down: %s",
    "WORKER TIMEOUT (pid:%s)",
    "Worker (pid:%s) exited with code %s.",
    "Worker (pid:%s) was sent %s!",
    "Worker (pid:%s) was sent %s! Perhaps out of memory?",
    "Connection in use: %s",
    "connection to %s failed: %s",
    "Can't connect to %s",
    "Retrying in 1 second.",
    "Exception in worker process",  # a worker that cannot start says why
}


class QuietLogger(Logger):
    """Says what stands in TOLD and nothing else."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_told)


def _told(record: logging.LogRecord) -> bool:
    """`msg` is the sentence before anything is put into it."""
    return record.msg in TOLD


class PatientSocket(socket.socket):
    """An accepted connection on which blocking means: for SILENCE_SECONDS at most."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())

    def setblocking(self, flag: bool) -> None:
        self.settimeout(SILENCE_SECONDS if flag else 0)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Each part has that time, not the whole: a large answer may take long on a slow line."""
        rest = memoryview(data)
        while rest:
            rest = rest[self.send(rest[:PART], flags) :]


class QuietWorker(ThreadWorker):
    """Threads, so that one slow upload holds up nobody else; each silence within a request ends it."""

    def init_process(self) -> None:
        wsgi.SERVER = SERVER  # type: ignore[attr-defined]
        logging.getLogger("gunicorn.http.wsgi").disabled = True
        super().init_process()

    def handle(self, conn: TConn) -> Any:
        if not conn.initialized and not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket(conn.sock)
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """What was not HTTP, or too long, gets the same answer as any bad post. Nothing is said of it."""
        try:
            client.sendall(MALFORMED.raw("Bad Request"))
        except OSError:
            return
