"""After a restore from backup: nothing that may have been on a board since is ever on one again (SPEC 7)."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from crypto.thread import RESTORE_JUMP
from handler.audit.log import SYSTEM, record
from handler.cases.tables import Thread
from handler.errors import Refused
from handler.keys.unlocked import Unlocked
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.publication.publish import ROLLED_BACK
from handler.publication.queue import RESTORED, WAITING, last_publication
from handler.publication.resign import seal_restored
from handler.publication.tables import Message, Slot
from handler.services import Services

NOTICE_JUMP = 8
ALARM = "replies since the restore"


def after_restore(console: Session, today: int) -> int:
    """Each thread's next index rises by 64 and next notice by 8; the next publication's number too. Their number.

    What waited for the board waits aside: shown byte for byte a second time, where random slots are not, it would tell
    which slots are replies. What was confirmed needs no second copy.
    """
    console.execute(
        update(Thread).values(
            next_index=Thread.next_index + RESTORE_JUMP,
            next_notice=Thread.next_notice + NOTICE_JUMP,
        )
    )
    confirmed = select(Message.id).where(Message.confirmed.is_(True))
    console.execute(delete(Slot).where(Slot.state.in_(WAITING), Slot.message_id.in_(confirmed)))
    console.execute(update(Slot).where(Slot.state.in_(WAITING)).values(state=RESTORED))
    _tell(console, today)
    last = last_publication(console)
    if last is not None:
        last.outcome = ROLLED_BACK  # the drop may know newer ones: the next number goes further
    threads = console.scalar(select(func.count()).select_from(Thread)) or 0
    record(console, SYSTEM, "restored from backup", threads=threads)
    return threads


def seal_when_due(services: Services, unlocked: Unlocked) -> None:
    """Whenever somebody signs in: what waits since a restore in cases that they can open is sealed anew and queued.

    Does nothing where nothing waits, and leaves it to the next person where this one has no reply key.
    """
    with services.databases.console.read() as console:
        if not _waiting(console):
            return
    try:
        seal_restored(services, unlocked)
    except Refused:
        return
    with services.databases.console.write() as console:
        _tell(console, services.today())


def _waiting(console: Session) -> int:
    return console.scalar(select(func.count(Slot.message_id.distinct())).where(Slot.state == RESTORED)) or 0


def _tell(console: Session, today: int) -> None:
    number = _waiting(console)
    if not number:
        clear_alarm(console, ALARM)
        return
    text = (
        f"Replies and notices that wait since the console was restored from a backup: {number}. They go to the board "
        "once somebody who can open their case has signed in."
    )
    raise_alarm(console, ALARM, text, today)
