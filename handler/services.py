"""What views need, built once by the app factory and handed round: settings, databases, the clock."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from crypto.calendar import day_of
from handler.database import Databases
from handler.keys.keyring import Keyring
from handler.settings import ConsoleFile, Settings

EXTENSION = "candour"
Clock = Callable[[], float]


@dataclass(frozen=True)
class Services:
    """The collaborators of one console application."""

    settings: Settings
    databases: Databases
    clock: Clock  # unix seconds

    @property
    def console(self) -> ConsoleFile:
        return self.settings.console

    @property
    def site(self) -> bytes:
        return self.console.site_id

    def keyring(self, session: Session) -> Keyring:
        """The keyring within a transaction on the keyring database."""
        return Keyring(session, self.site, self.console.recovery_key)

    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())

    def today(self) -> int:
        """The day's number (SPEC 0)."""
        return day_of(self.clock())


def services() -> Services:
    """Those of the application that answers the present request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Services)  # noqa: S101 - set by create_app
    return found
