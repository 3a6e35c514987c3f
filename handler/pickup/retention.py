"""What goes, and when: weekly keys, pieces nobody named, ids of old envelopes, keys of cases that never came to be."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crypto.calendar import DAY, end_time, epoch_of
from handler.audit.log import SYSTEM, record
from handler.cases import readers
from handler.cases.inforce import settle_all
from handler.cases.tables import Case, CasePiece
from handler.database import Databases
from handler.intake.tables import HeldPost, QuarantinedEnvelope
from handler.keys.certificates import destroy_epoch, epochs_with_seeds
from handler.keys.keyring import Keyring, case_purpose
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.pickup.piecestore import PieceStore
from handler.pickup.tables import Housekeeping, InboxEnvelope, OrphanKey, Piece, PulledEnvelope
from handler.publication.publish import TAKEN
from handler.publication.tables import Publication
from handler.sealing import objects
from handler.sealing.tables import SealedObject
from handler.settings import ConsoleFile

KEPT_DAYS = 45  # after the end of its week
AFTER_TAKEN_DAYS = 2
WEEKS_BEFORE_A_KEY = 26  # further ahead than any clock is wrong, or any key is certified
ORPHANS = "orphan keys"


def due(epoch: int, now: float) -> bool:
    """Whether the key of a week is old enough to go (SPEC 10.0)."""
    return now > end_time(epoch) + KEPT_DAYS * DAY


def trusted_time(console: Session, now: int) -> int:
    """No later than two days after the last publication that the drop took, which compares its clock with ours.

    Otherwise a clock that jumps ahead would destroy keys in use. Before the first publication it is 0.
    """
    last = console.scalar(select(func.max(Publication.time)).where(Publication.outcome == TAKEN))
    return 0 if last is None else min(now, last + AFTER_TAKEN_DAYS * DAY)


def destroy_old_epochs(databases: Databases, config: ConsoleFile, now: int, today: int) -> list[int]:
    """Destroys keys that are due and whose every envelope was tried; an alarm for each week that is blocked."""
    with databases.keyring.read() as session:
        seeds = epochs_with_seeds(_keyring(session, config))
    with databases.console.read() as console:
        time = trusted_time(console, now)
    gone = []
    for epoch in sorted({epoch for _, epoch in seeds if due(epoch, time)}):
        groups = [group for group, of in seeds if of == epoch]
        with databases.console.write() as console:
            free = _check_tried(console, epoch, today)
            if free:
                record(console, SYSTEM, "weekly key destroyed", clock=lambda: now, epoch=epoch, groups=groups)
        if free:
            with databases.keyring.write() as session:
                for group in groups:
                    destroy_epoch(_keyring(session, config), group, epoch)
            gone.append(epoch)
    if gone:
        databases.keyring.scrub()
    return gone


def _check_tried(console: Session, epoch: int, today: int) -> bool:
    untried = console.scalar(select(func.count()).select_from(InboxEnvelope).where(InboxEnvelope.epoch == epoch)) or 0
    key = f"epoch {epoch} blocked"
    if not untried:
        clear_alarm(console, key)
        return True
    raise_alarm(
        console,
        key,
        f"{untried} sealed envelopes of week {epoch} were never tried, so its key cannot be destroyed on time. "
        "Someone with intake opens the sealed inbox.",
        today,
    )
    return False


def forget_old_weeks(databases: Databases, config: ConsoleFile, store: PieceStore, today: int) -> None:
    """What belonged to weeks whose keys are all gone: held posts, quarantine, ids, and pieces that no post named.

    Anyone may write a week on an envelope: what is of one that is far ahead goes too, for no key will open it.
    """
    with databases.keyring.read() as session:
        remaining = [epoch for _, epoch in epochs_with_seeds(_keyring(session, config))]
    first = min(remaining, default=epoch_of(today))
    last = max([*remaining, epoch_of(today)]) + WEEKS_BEFORE_A_KEY
    with databases.console.write() as console:
        for table in (HeldPost, QuarantinedEnvelope, PulledEnvelope):
            console.execute(delete(table).where((table.epoch < first) | (table.epoch > last)))
    # A piece can come up to a week before or after the envelope that names it, so its own week and one more are over.
    with databases.console.read() as console:
        named = select(CasePiece.name).where(CasePiece.name == Piece.name).exists()
        stale = list(console.scalars(select(Piece.name).where(Piece.epoch < first - 1, ~named)))
    for name in stale:
        store.delete(name)
    with databases.console.write() as console:
        for name in stale:
            console.execute(delete(Piece).where(Piece.name == name))


def destroy_orphan_keys(databases: Databases, config: ConsoleFile, today: int) -> int:
    """Once a day: keys of cases and sealed parts that are not there, nor were on an earlier day. How many went.

    The index of who holds which case is mended in the same go, and renewals of keys that broke off are ended.
    """
    with databases.console.read() as console:
        task = console.get(Housekeeping, ORPHANS)
        if task is not None and task.day >= today:
            return 0
    with databases.keyring.read() as session:
        ring = _keyring(session, config)
        purposes = set(ring.purposes(ring.recovery.id, "case ")) | {name for name, _ in ring.wraps(objects.PREFIX)}
    with databases.console.write() as console:
        purposes -= {case_purpose(case_id) for case_id in console.scalars(select(Case.id))}
        purposes -= {objects.purpose(object_id) for object_id in console.scalars(select(SealedObject.id))}
        old = _note_orphans(console, purposes, today)
        console.merge(Housekeeping(task=ORPHANS, day=today))
    with databases.keyring.write() as session:
        for purpose in old:
            _keyring(session, config).destroy(purpose)
    settle_all(databases, lambda session: _keyring(session, config))
    with databases.console.write() as console, databases.keyring.read() as session:
        readers.agree(console, _keyring(session, config))
    databases.keyring.scrub()
    return len(old)


def _note_orphans(console: Session, purposes: Iterable[str], today: int) -> set[str]:
    """Those that were noted on an earlier day; the others are noted now."""
    noted = {row.purpose: row.day for row in console.scalars(select(OrphanKey))}
    console.execute(delete(OrphanKey))
    old = {purpose for purpose in purposes if noted.get(purpose, today) < today}
    for purpose in set(purposes) - old:
        console.add(OrphanKey(purpose=purpose, day=noted.get(purpose, today)))
    return old


def _keyring(session: Session, config: ConsoleFile) -> Keyring:
    return Keyring(session, config.site_id, config.recovery_key)
