"""Telling the people on duty that somebody may be in danger: by an e-mail that says nothing but to sign in.

Subject and body are the same bytes for every case; the addresses are the unit's own. What is to be told is noted in the
transaction that makes the case, and sent after it, by whichever process of the console can reach the mail server: the
pages, or the pickup a few minutes later. At most one each ten minutes, however many processes there are.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterable
from email.message import EmailMessage

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from crypto.calendar import day_of
from handler.audit.log import SYSTEM, record
from handler.database import Database
from handler.intake.tables import DutyNotice
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.settings import Settings

SUBJECT = BODY = "Please sign in to the console."
APART = 600  # seconds between two
SECONDS = 3  # to wait for the mail server
ALARM = "people on duty not told"
URGENT = frozenset({"danger-now", "at-risk-now"})
ROW = 1
"""The id of the one row of `duty_notice`."""


def note_danger(console: Session, flags: Iterable[Iterable[str]]) -> None:
    """Within the transaction that makes cases with these flags."""
    if any(not URGENT.isdisjoint(raised) for raised in flags):
        row = console.get(DutyNotice, ROW, with_for_update=True)
        if row is None:
            console.add(DutyNotice(id=ROW, due=True, sent=0))
        else:
            row.due = True
        console.flush()


def tell_duty(database: Database, settings: Settings, clock: Callable[[], float]) -> bool:
    """Sends what is due, if this process has a mail server; whether it did. A failure is an alarm, never an error."""
    if not settings.smtp or not settings.duty_addresses:
        return False
    now = int(clock())
    before = _claim(database, now)
    if before is None:
        return False
    try:
        send(settings.smtp, settings.notify_sender, settings.duty_addresses)
    except (OSError, smtplib.SMTPException) as problem:
        with database.write() as console:
            console.execute(update(DutyNotice).where(DutyNotice.id == ROW).values(due=True, sent=before))
            raise_alarm(console, ALARM, _alarm_text(problem), day_of(now))
        return False
    with database.write() as console:
        clear_alarm(console, ALARM)
        record(console, SYSTEM, "people on duty told to sign in", clock=clock)
    return True


def message(sender: str, addresses: Iterable[str]) -> EmailMessage:
    """The same for every case; no date and no id of its own, which the mail server adds."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, ", ".join(addresses), SUBJECT
    made.set_content(BODY)
    return made


def send(server: str, sender: str, addresses: tuple[str, ...]) -> None:
    """`server`: host:port. With TLS where the server offers it. Raises OSError, SMTPException."""
    host, _, port = server.rpartition(":")
    with smtplib.SMTP(host, int(port), local_hostname="console", timeout=SECONDS) as link:
        link.ehlo()
        if link.has_extn("starttls"):
            link.starttls(context=ssl.create_default_context())
            link.ehlo()
        link.send_message(message(sender, addresses), sender, addresses)


def _claim(database: Database, now: int) -> int | None:
    """When it was last sent, if it is for this process to send it now; no other one gets the same answer."""
    with database.write() as console:
        row = console.get(DutyNotice, ROW, with_for_update=True)
        if row is None or not row.due or row.sent > now - APART:
            return None
        before = row.sent
        done = console.execute(
            update(DutyNotice)
            .where(DutyNotice.id == ROW, DutyNotice.due.is_(True), DutyNotice.sent == before)
            .values(due=False, sent=now)
        )
        return before if isinstance(done, CursorResult) and done.rowcount == 1 else None


def _alarm_text(problem: Exception) -> str:
    return (
        "A report says that someone may be in danger now, and the people on duty could not be told by e-mail "
        f"({type(problem).__name__}). Ring them. It is tried again every few minutes."
    )
