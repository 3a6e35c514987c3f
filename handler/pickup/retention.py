"""What goes, and when: weekly keys, pieces nobody named, ids of old envelopes, keys of cases that never came to be."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crypto.calendar import DAY, end_time, epoch_of
from handler.audit.log import SYSTEM, record
from handler.cases import readers
from handler.cases.inforce import settle_all
from handler.cases.tables import Case, CasePiece, Thread
from handler.database import Databases
from handler.drafts.forgetting import forget_old as forget_old_drafts
from handler.intake.tables import HeldPost, QuarantinedEnvelope
from handler.keys.certificates import destroy_epoch, epochs_with_seeds
from handler.keys.keyring import Keyring, case_purpose
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.pickup.piecestore import PieceStore
from handler.pickup.tables import Housekeeping, InboxEnvelope, OrphanKey, Piece, PulledEnvelope
from handler.publication.publish import TAKEN
from handler.publication.tables import Publication
from handler.safeguarding import packkeys
from handler.safeguarding.tables import Referral
from handler.sealing import objects
from handler.sealing.tables import SealedObject
from handler.search.index import forget_gone
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
        seeds = epochs_with_seeds(keyring_of(session, config))
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
                    destroy_epoch(keyring_of(session, config), group, epoch)
            gone.append(epoch)
    if gone:
        databases.keyring.scrub()
    return gone


def _check_tried(console: Session, epoch: int, today: int) -> bool:
    untried = console.scalar(select(func.count()).select_from(InboxEnvelope).where(InboxEnvelope.epoch == epoch)) or 0
    held = _held_for_a_case(console, epoch)
    for key, number, text in (
        (
            f"epoch {epoch} blocked",
            untried,
            f"{untried} sealed envelopes of week {epoch} were never tried, so its key cannot be destroyed on time. "
            "Someone with intake opens the sealed inbox.",
        ),
        (
            f"epoch {epoch} held",
            held,
            f"{held} additions to cases, of week {epoch}, wait for someone with intake who may open those cases, so "
            "the week’s key cannot be destroyed on time. A supervisor shares the cases with such a person.",
        ),
    ):
        if number:
            raise_alarm(console, key, text, today)
        else:
            clear_alarm(console, key)
    return not untried and not held


def _held_for_a_case(console: Session, epoch: int) -> int:
    """Posts under known words that nobody could file yet; those under unknown words go with their week (SPEC 3.1)."""
    known = select(Thread.id).where(Thread.key == HeldPost.thread_key).exists()
    return console.scalar(select(func.count()).select_from(HeldPost).where(HeldPost.epoch == epoch, known)) or 0


def forget_old_weeks(databases: Databases, config: ConsoleFile, store: PieceStore, today: int) -> None:
    """What belonged to weeks whose keys are all gone: held posts, quarantine, ids, and pieces that no post named.

    Anyone may write a week on an envelope: what is of one that is far ahead goes too, for no key will open it.
    """
    with databases.keyring.read() as session:
        remaining = [epoch for _, epoch in epochs_with_seeds(keyring_of(session, config))]
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

    The indexes of who holds which case and of words are mended in the same go, renewals that broke off are ended, and
    drafts that are too old are forgotten.
    """
    with databases.console.read() as console:
        task = console.get(Housekeeping, ORPHANS)
        if task is not None and task.day >= today:
            return 0
    with databases.keyring.read() as session:
        ring = keyring_of(session, config)
        prefixes = ("case ", packkeys.PREFIX, objects.PREFIX)
        purposes = {purpose for prefix in prefixes for purpose, _ in ring.wraps(prefix)}
    with databases.console.write() as console:
        purposes -= {case_purpose(case_id) for case_id in console.scalars(select(Case.id))}
        purposes -= {packkeys.pack_purpose(referral_id) for referral_id in console.scalars(select(Referral.id))}
        purposes -= {objects.purpose(object_id) for object_id in console.scalars(select(SealedObject.id))}
        old = _note_orphans(console, purposes, today)
        console.merge(Housekeeping(task=ORPHANS, day=today))
    with databases.keyring.write() as session:
        for purpose in old:
            keyring_of(session, config).destroy(purpose)
    settle_all(databases, lambda session: keyring_of(session, config))
    with databases.console.write() as console, databases.keyring.read() as session:
        readers.agree(console, keyring_of(session, config))
        forget_gone(console)
        forget_old_drafts(console, today * DAY)
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


def keyring_of(session: Session, config: ConsoleFile) -> Keyring:
    """A console's, within a transaction on the keyring database."""
    return Keyring(session, config.site_id, config.recovery_key)
