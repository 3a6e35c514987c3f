"""Where copies of what was sealed can still be, and until when: the list that somebody goes through by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.calendar import DAY, day_of, end_time, epoch_of
from handler.pickup.retention import KEPT_DAYS

KEYRING_BACKUPS_KEPT = 7
"""Days that backups of the keyring are kept (deploy/README.md)."""


@dataclass(frozen=True)
class Copy:
    """`until`: the day after which it opens no more by itself; None where somebody has to see to it."""

    where: str
    what: str
    until: int | None = None


def copies(sealed_at: int, arrived: int, looked: Sequence[str]) -> list[Copy]:
    """`sealed_at`: unix seconds; `arrived`: the day the drop took it; `looked`: who saved or was shown a file of it."""
    week = epoch_of(arrived)
    keys_gone = day_of(end_time(week) + KEPT_DAYS * DAY) + KEYRING_BACKUPS_KEPT
    found = [
        Copy(
            "Backups of the keyring database",
            "They hold the key that the case had before. Destroy them now, or wait until the last of them has expired.",
            day_of(sealed_at) + KEYRING_BACKUPS_KEPT,
        ),
        Copy(
            "Backups of the console database from before the sealing",
            "They hold the content under that key. Destroy them, or wait for the key’s backups to expire.",
            day_of(sealed_at) + KEYRING_BACKUPS_KEPT,
        ),
        Copy(
            "Backups of the console database and of the drop from before it was opened",
            "They hold the sealed envelope, which the weekly key of then opens; and pieces of files.",
            keys_gone,
        ),
        Copy("Records, notes, replies and exports of the case", "What quotes it is not found by the console. Look."),
        Copy("Printed pages, and screens that were photographed", "Ask whoever has read it."),
    ]
    if looked:
        found.append(Copy("Machines of those who saved or looked at its files", ", ".join(looked)))
    return found
