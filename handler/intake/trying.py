"""Trying one sealed envelope with every group's key of its week. In memory only; nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import NotAddressed, ProtocolError, WrongEpoch
from crypto.openenvelope import OpenedPost, open_envelope
from crypto.opening import XWingOpener
from handler.cases.desk import Desk
from handler.errors import NotAllowed
from handler.intake.sources import Sealed
from handler.keys.keyring import epoch_purpose
from handler.search.index import Index


@dataclass(frozen=True)
class Failed:
    """Addressed to us, or of no week of ours, and not in order."""

    error: str


Tried = OpenedPost | Failed | None
"""None: not addressed to this console, as decoys are."""


class Openers:
    """The keys of the weeks that the person at the desk may use, and that of the search index, expanded once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._weeks: dict[int, Mapping[str, XWingOpener] | None] = {}
        self.index = Index.of(desk)

    def of(self, epoch: int) -> Mapping[str, XWingOpener] | None:
        """Group to opener, empty where no group has a key of that week; None when this person lacks one of them."""
        if epoch not in self._weeks:
            self._weeks[epoch] = self._load(epoch)
        return self._weeks[epoch]

    def _load(self, epoch: int) -> Mapping[str, XWingOpener] | None:
        found: dict[str, XWingOpener] = {}
        with self._desk.keyring() as keyring:
            for group in self._desk.settings.console.groups:
                if not keyring.holders(epoch_purpose(group, epoch)):
                    continue
                try:
                    found[group] = keyring.epoch_opener(self._desk.unlocked, group, epoch)
                except NotAllowed:
                    return None
        return found


def try_envelope(sealed: Sealed, openers: Mapping[str, XWingOpener], site: bytes) -> Tried:
    """The post, why it failed, or None. The first group whose key opens it counts."""
    if not openers:
        return Failed(WrongEpoch().name)
    for group, opener in openers.items():
        try:
            return open_envelope(sealed.raw, group, sealed.epoch, opener, site)
        except NotAddressed:
            continue
        except ProtocolError as error:
            return Failed(error.name)
    return None
