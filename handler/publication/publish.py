"""One publication: chosen, signed and durable before anything of it is sent."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto.board import SLOT, decoy_slot
from crypto.bulletin import Bulletin, Policy, encode_bulletin
from crypto.calendar import day_of, epoch_of
from crypto.certificates import parse_epoch_certificate, parse_reply_certificate
from crypto.opening import signer
from crypto.roster import Roster
from crypto.secret import SigningSeed
from crypto.suite import Random, Signer, h
from handler.audit.log import SYSTEM, record
from handler.errors import Refused
from handler.keys.certificates import EPOCHS_AHEAD, epoch_certificates, revoked_ids
from handler.keys.tables import ReplyCertificateRow
from handler.publication.board import board_bytes, end_old_slots, numbers_on_board, queue_second_copies
from handler.publication.queue import LIVE, choose, last_publication, waiting
from handler.publication.tables import Publication, Slot
from handler.settings import ConsoleFile, PublicationPolicy

REPLY_CERTIFICATE_DAYS_AFTER = 60  # SPEC 2.1: after its last day a reply certificate stays in the bulletin so long
ROLLED_BACK_JUMP = 64  # publications: how far to go on when the drop knows newer ones, as after a restore from backup

TAKEN, ROLLED_BACK = "taken", "RolledBack"


class NoCertificates(Refused):
    """Nothing was published: the keys of this and the next two weeks are not all certified.

    A supervisor signs in, or runs `handler key certify`.
    """


@dataclass(frozen=True)
class Prepared:
    """What goes to the drop."""

    number: int
    roster: bytes
    bulletin: bytes
    board: bytes


def publisher(path: Path) -> Signer:
    """The publisher key on disk, which signs bulletins and nothing else."""
    return signer(SigningSeed(path.read_bytes()))


def prepare(
    console: Session, config: ConsoleFile, roster: Roster, sign: Signer, now: int, *, random: Random = os.urandom
) -> Publication:
    """The next publication, within the caller's writing transaction. Raises NoCertificates."""
    policy = config.policy
    last = last_publication(console)
    number = next_number(last)
    time = max(now, last.time) if last is not None else now
    kept = [number, *numbers_on_board(console, policy.hold - 1)]
    end_old_slots(console, kept)
    queue_second_copies(console, kept, policy.hold)
    _fill(console, policy, number, random)
    row = Publication(number=number, time=time, bulletin=b"", outcome="")
    console.add(row)
    console.flush()
    board = board_bytes(console, policy.hold)
    bulletin = _bulletin(console, config, roster, row, board)
    entry = record(
        console,
        SYSTEM,
        "board published",
        clock=lambda: time,
        number=number,
        board=bulletin.board.hex(),
        roster=roster.serial,
    )
    row.bulletin = encode_bulletin(Bulletin(**{**bulletin.__dict__, "audit": entry.head}), sign)
    console.flush()
    return row


def next_number(last: Publication | None) -> int:
    """One more than the last; far more where the drop said that it knows newer ones."""
    if last is None:
        return 1
    return last.number + (ROLLED_BACK_JUMP if last.outcome == ROLLED_BACK else 1)


def _fill(console: Session, policy: PublicationPolicy, number: int, random: Random) -> None:
    """Exactly n slots in random order: queued ones, then decoys."""
    places = list(range(policy.slots))
    secrets.SystemRandom().shuffle(places)
    for slot_id in choose(waiting(console, to_take=True), policy.slots):
        console.execute(
            update(Slot).where(Slot.id == slot_id).values(state=LIVE, publication=number, position=places.pop())
        )
    for place in places:
        console.add(
            Slot(
                message_id=None, thread_id=None, tag_index=None, part=0, copy=1, certificate=None, state=LIVE,
                priority=0, bundle=None, publication=number, position=place, seen=False, sealed=decoy_slot(random),
            )
        )  # fmt: skip
    console.flush()


def _bulletin(console: Session, config: ConsoleFile, roster: Roster, row: Publication, board: bytes) -> Bulletin:
    today = day_of(row.time)
    epoch = epoch_of(today)
    authority = bytes.fromhex(config.authority)
    weeks = epoch_certificates(console, [epoch + ahead for ahead in range(EPOCHS_AHEAD + 1)])
    if {(week.group, week.epoch) for week in weeks} != {
        (group, epoch + ahead) for group in config.groups for ahead in range(EPOCHS_AHEAD + 1)
    }:
        raise NoCertificates
    policy = config.policy
    return Bulletin(
        site=config.site_id,
        console=config.name,
        number=row.number,
        time=row.time,
        epoch=epoch,
        roster=roster.serial,
        certificates=tuple(parse_epoch_certificate(week.raw, authority, config.site_id) for week in weeks),
        replies=tuple(
            parse_reply_certificate(raw, authority, config.site_id) for raw in _reply_certificates(console, today)
        ),
        revoked=tuple(revoked_ids(console)),
        slots=len(board) // SLOT,
        board=h(board),
        audit=bytes(32),
        policy=Policy(policy.decoys, policy.decoy_limit, policy.publication, policy.hold, policy.words),
    )


def _reply_certificates(console: Session, today: int) -> list[bytes]:
    """Every unrevoked one from its first day until 60 days after its last, used or not."""
    row = ReplyCertificateRow
    shown = select(row.raw).where(
        row.revoked.is_(False), row.from_day <= today, row.until_day + REPLY_CERTIFICATE_DAYS_AFTER >= today
    )
    return list(console.scalars(shown.order_by(row.serial)))
