"""Certification without being asked: whenever a supervisor signs in, the weeks ahead are made whole."""

from sqlalchemy import func, select

from crypto.calendar import epoch_of
from handler.audit.log import record
from handler.identity.roles import AUTHORITY_ROLES
from handler.keys.certificates import newest_reply_certificate
from handler.keys.certification import WEEKS_AHEAD, Certifier
from handler.keys.tables import EpochCertificateRow
from handler.keys.unlocked import Unlocked
from handler.search import keys as search
from handler.services import Services


def certify_when_due(services: Services, unlocked: Unlocked) -> None:
    """Does nothing for people without the authority key, and nothing when all is made already."""
    if not unlocked.may(*AUTHORITY_ROLES):
        return
    search.ensure_when_due(services, unlocked)
    if not due(services):
        return
    with services.databases.write_both() as (console, wraps):
        certifier = Certifier.of(console, services.keyring(wraps), services.console, unlocked)
        made = certifier.ensure(services.today())
        reply = made.reply.hex() if made.reply else ""
        record(console, unlocked, "keys certified", clock=services.clock, epochs=len(made.epochs), reply=reply)


def due(services: Services) -> bool:
    """Whether a week within the next eight, or the coming reply key, is missing."""
    today = services.today()
    with services.databases.console.read() as console:
        chosen = select(EpochCertificateRow.group, func.max(EpochCertificateRow.epoch)).where(
            EpochCertificateRow.revoked.is_(False)
        )
        last: dict[str, int] = {}
        for group, epoch in console.execute(chosen.group_by(EpochCertificateRow.group)):
            last[group] = epoch
        reply = newest_reply_certificate(console, today)
    short = any(last.get(group, 0) < epoch_of(today) + WEEKS_AHEAD for group in services.console.groups)
    return short or reply is None or reply.until_day < today + 7 * WEEKS_AHEAD
