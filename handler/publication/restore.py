"""After a restore from backup: no tag that may have been on a board since is ever used again (SPEC 7)."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crypto.thread import RESTORE_JUMP
from handler.audit.log import SYSTEM, record
from handler.cases.tables import Thread
from handler.publication.publish import ROLLED_BACK
from handler.publication.queue import last_publication

NOTICE_JUMP = 8


def after_restore(console: Session) -> int:
    """Each thread's next index rises by 64 and next notice by 8; the next publication's number too. Their number."""
    console.execute(
        update(Thread).values(
            next_index=Thread.next_index + RESTORE_JUMP,
            next_notice=Thread.next_notice + NOTICE_JUMP,
        )
    )
    last = last_publication(console)
    if last is not None:
        last.outcome = ROLLED_BACK  # the drop may know newer ones: the next number goes further
    threads = console.scalar(select(func.count()).select_from(Thread)) or 0
    record(console, SYSTEM, "restored from backup", threads=threads)
    return threads
