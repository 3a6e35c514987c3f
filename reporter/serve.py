"""Runs gunicorn for one of the two listeners, with nothing of it that remembers or names a visitor."""

import contextlib
import ctypes
import gc
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from reporter.app import create_pickup_app, create_public_app
from reporter.load import Counter
from reporter.quiet import QuietLogger, QuietWorker
from reporter.settings import Settings

THREADS = 16  # a worker
M_ARENA_MAX = -8  # glibc, malloc.h


@dataclass(frozen=True)
class Certificates:
    """Paths of the listener's certificate and key, and of the authority that signs the consoles' certificates."""

    cert: Path
    key: Path
    ca: Path


class _Server(BaseApplication):
    """gunicorn's application object: configuration from here only, the Flask application made in each worker."""

    def __init__(self, options: dict[str, Any], make: Callable[[], Flask]) -> None:
        self._options = options
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make()


def serve_public(settings: Settings, listen: str, workers: int) -> None:
    """The public site, until a signal ends it. reporter.prepare has run."""
    _prepare()
    counter = Counter()  # made before the workers are, so that they share it
    _Server(_options(listen, workers), lambda: create_public_app(settings, counter=counter)).run()


def serve_pickup(settings: Settings, listen: str, certificates: Certificates) -> None:
    """The consoles' listener: TLS 1.3, client certificates required, one worker. reporter.prepare has run."""
    _prepare()
    tls = {
        "certfile": str(certificates.cert),
        "keyfile": str(certificates.key),
        "ca_certs": str(certificates.ca),
        "cert_reqs": ssl.CERT_REQUIRED,
        "ssl_context": _only_tls13,
        "do_handshake_on_connect": False,
    }
    _Server({**_options(listen, 1), **tls}, lambda: create_pickup_app(settings)).run()


def _prepare() -> None:
    """Once, before workers are forked."""
    os.umask(0o077)
    with contextlib.suppress(AttributeError):  # another C library than glibc
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)  # by default each thread gets a heap, 10 MB a worker in all
    gc.collect()
    gc.freeze()  # what is loaded now stays shared between the workers


def _options(listen: str, workers: int) -> dict[str, Any]:
    return {
        "bind": listen,
        "workers": workers,
        "threads": THREADS,
        "worker_class": QuietWorker,
        "logger_class": QuietLogger,
        "accesslog": None,
        "errorlog": "-",
        "control_socket_disable": True,
        "umask": 0o117,  # a unix socket: its user and group, where systemd does not make it
        "keepalive": 5,
        "timeout": 60,
        "graceful_timeout": 20,
        "forwarded_allow_ips": "",
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - heartbeats, not data
    }


def _only_tls13(_config: object, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = make()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
