"""`handler serve`: the console's pages, on a unix socket behind a TLS proxy, or on this machine for trying out."""

import argparse
import gc
import ipaddress
import logging
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from werkzeug.middleware.proxy_fix import ProxyFix

from handler.app import create_app
from handler.commandline import DONE, add_home, settings_from
from handler.database import migrate
from handler.errors import Refused
from handler.settings import Settings

THREADS = 4


class WouldBeReadable(Refused):
    """Without TLS the console answers only on this machine. Use unix:PATH behind a proxy, and set CONSOLE_ORIGIN."""


class QuietLogger(Logger):
    """Errors only, and none that bears an address."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_bears_no_address)


def _bears_no_address(record: logging.LogRecord) -> bool:
    return "ip=" not in str(record.msg)


class Server(BaseApplication):
    """gunicorn with its settings given here, and none read from files or the environment."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Runs in each worker, which opens databases of its own."""
        app = create_app(self.settings)
        if self.settings.secure:  # the proxy says that the handler came over TLS
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=0)  # type: ignore[method-assign]
        gc.freeze()  # what stands now stays; to look through it again would halt pages for a third of a second
        return app


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", default="127.0.0.1:8002", help="HOST:PORT on this machine, or unix:PATH")
    parser.add_argument("--workers", type=int, default=1)
    add_home(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    if not settings.secure and not only_here(arguments.listen):
        raise WouldBeReadable
    migrate(settings)
    Server(settings, options(arguments.listen, arguments.workers)).run()
    return DONE


def only_here(listen: str) -> bool:
    """Whether only this machine can reach it."""
    if listen.startswith("unix:"):
        return True
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def options(listen: str, workers: int) -> dict[str, Any]:
    """gunicorn's settings."""
    return {
        "bind": listen,
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "logger_class": QuietLogger,
        "control_socket_disable": True,
        "umask": 0o007,  # a unix socket is for the console's own group: the proxy is in it
        "timeout": 60,
        "graceful_timeout": 20,
    }
