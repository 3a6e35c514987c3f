"""A signed-in handler at work: what every act on cases needs, handed round as one value."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto.calendar import day_of
from crypto.secret import ContentKey
from crypto.suite import Random
from handler.cases import inforce
from handler.database import Databases
from handler.keys.certificates import ReplySigner, reply_signer
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import Unlocked
from handler.lifecycle.clocks import Deadlines
from handler.services import Services
from handler.settings import Settings


@dataclass(frozen=True)
class Desk:
    """Lives as long as a request or a command. All keys come by `unlocked`: what that person may not open is shut."""

    databases: Databases
    settings: Settings
    unlocked: Unlocked
    clock: Callable[[], float]  # unix seconds
    random: Random = os.urandom

    @property
    def site(self) -> bytes:
        return self.settings.console.site_id

    @property
    def deadlines(self) -> Deadlines:
        return self.settings.deadlines

    def now(self) -> int:
        return int(self.clock())

    def today(self) -> int:
        return day_of(self.clock())

    @property
    def services(self) -> Services:
        return Services(self.settings, self.databases, self.clock)

    @contextmanager
    def keyring(self) -> Iterator[Keyring]:
        """To read keys."""
        with self.databases.keyring.read() as session:
            yield self.keyring_in(session)

    @contextmanager
    def keyring_to_write(self) -> Iterator[Keyring]:
        """Commits at the end of the block."""
        with self.databases.keyring.write() as session:
            yield self.keyring_in(session)

    def keyring_in(self, session: Session) -> Keyring:
        """Within the caller's transaction on the keyring database."""
        return Keyring(session, self.site, self.settings.console.recovery_key)

    def case_key(self, case_id: bytes) -> ContentKey:
        """The key in force. Raises NotAllowed. Not within a transaction on the console database: it may need one."""
        purpose = case_purpose(case_id)
        with self.keyring() as keyring:
            if not keyring.pending(purpose):
                return ContentKey(keyring.get(purpose, self.unlocked))
        inforce.settle(self.databases, self.keyring_in, case_id)
        with self.keyring() as keyring:
            return ContentKey(keyring.get(purpose, self.unlocked))

    def reply_signer(self, console: Session) -> ReplySigner:
        """Raises NoReplyKey, NotAllowed."""
        with self.keyring() as keyring:
            return reply_signer(console, keyring, self.unlocked, self.today())
