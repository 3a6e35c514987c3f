"""Keys of the console whose holder left or lost a role: a copy may have been kept, and that is said while it counts.

Which copies count is worked out from the certificates as they are; nobody ticks it off. Weekly keys that no page has
shown yet are replaced at once. The reply key is not: what it signed and readers may still need has to be signed again,
which takes places of the board. `handler key rotate` does it, and an alarm stands until then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crypto.calendar import day_of, end_time, epoch_of
from handler.audit.log import record
from handler.errors import NotAllowed
from handler.identity.roles import AUTHORITY_ROLES, EPOCH_SEED_ROLES, REPLY_KEY_ROLES, SEARCH_ROLES
from handler.identity.tables import User
from handler.identity.users import roles_of
from handler.keys.certificates import EPOCHS_AHEAD, published_reply_certificates
from handler.keys.certification import Certifier
from handler.keys.tables import EpochCertificateRow, LostKey
from handler.keys.unlocked import Unlocked
from handler.pickup.alarms import clear_alarm, raise_alarm
from handler.publication.tables import Publication
from handler.services import Services

ALARM = "lost keys"
TEXT = (
    "Somebody who left or lost a role may have kept a copy of keys that are in use. A supervisor replaces them with "
    "“handler key rotate”; the page of people says which."
)
REPLY, AHEAD, SHOWN, AUTHORITY, SEARCH = "reply", "ahead", "epoch", "authority", "search"
ROTATED = (REPLY, AHEAD)
"""What `handler key rotate` replaces."""

HELD_BY: Mapping[str, Sequence[str]] = {
    REPLY: REPLY_KEY_ROLES,
    SHOWN: EPOCH_SEED_ROLES,
    AUTHORITY: AUTHORITY_ROLES,
    SEARCH: SEARCH_ROLES,
}
"""By the first word of the purpose."""

WORDS: Mapping[str, tuple[str, str]] = {
    REPLY: ("Reply key", "In use until a supervisor runs “handler key rotate”."),
    AHEAD: ("Weekly keys of the weeks to come", "In use until a supervisor runs “handler key rotate”."),
    SHOWN: ("Weekly keys that reporters’ pages have", "Nothing ends them sooner: reports may be under way to them."),
    AUTHORITY: (
        "Authority key",
        "It stays: the roster of the root names it. It certifies nothing that readers see without the publisher’s key.",
    ),
    SEARCH: (
        "Key of the search index",
        "It stays. It opens no text; with a copy of the database words can be tried against the index.",
    ),
}
"""What each is called, and what ends it."""


@dataclass(frozen=True)
class Copy:
    """Keys of one kind that one person may have a copy of."""

    user_id: bytes
    name: str
    kind: str  # of WORDS
    lost: int  # day on which they lost them
    until: int | None  # last day on which anybody seals to them, where they run out by themselves

    @property
    def title(self) -> str:
        return WORDS[self.kind][0]

    @property
    def end(self) -> str:
        return WORDS[self.kind][1]


def note(console: Session, user_id: bytes, purposes: Iterable[str], today: int) -> None:
    """Somebody loses these keys now, in the caller's transaction. Keys of cases are none of them: those are renewed."""
    for purpose in purposes:
        kind, *rest = purpose.split()
        if kind not in HELD_BY:
            continue
        certificate = b""
        if kind == REPLY:
            certificate = bytes.fromhex(rest[0])
        elif kind == SHOWN:
            found = _in_use(console, today, rest[0], int(rest[1]))
            if not found:
                continue
            certificate = found[0].id
        console.merge(LostKey(user_id=user_id, purpose=purpose, certificate=certificate, day=today))
    console.flush()


def copies(console: Session, today: int) -> list[Copy]:
    """Those that count today, by person and kind. Who has a role again that holds the key has no copy of it."""
    weeks = {row.id: row.epoch for row in _in_use(console, today)}
    replies = {row.id for row in published_reply_certificates(console, today)}
    shown = shown_until(console, today)
    found: dict[tuple[bytes, str], Copy] = {}
    rows = select(LostKey, User).join(User, User.id == LostKey.user_id).order_by(User.lookup, User.id, LostKey.purpose)
    for key, user in console.execute(rows):
        kind, until = key.purpose.split()[0], None
        if user.disabled is None and roles_of(console, user.id).intersection(HELD_BY[kind]):
            continue
        if kind == REPLY and key.certificate not in replies:
            continue
        if kind == SHOWN:
            if key.certificate not in weeks:
                continue
            epoch = weeks[key.certificate]
            kind, until = (SHOWN, day_of(end_time(epoch) - 1)) if epoch <= shown else (AHEAD, None)
        before = found.get((user.id, kind))
        if before is not None and before.until is not None and until is not None:
            until = max(before.until, until)
        found[user.id, kind] = Copy(user.id, user.name, kind, key.day, until)
    return list(found.values())


def watch(console: Session, today: int) -> None:
    """Raises or clears the alarm as things are."""
    if any(copy.kind in ROTATED for copy in copies(console, today)):
        raise_alarm(console, ALARM, TEXT, today)
    else:
        clear_alarm(console, ALARM)


def replace_ahead(services: Services, unlocked: Unlocked) -> int:
    """New keys for the weeks that no page has shown, where somebody may have a copy of the old; how many. In the audit.

    Nothing without the authority key: the alarm then stands until somebody who has it runs `handler key rotate`.
    The old certificates go before the new seeds come, each in a transaction of its own. Should the machine stop
    between, weeks have no certificate until a supervisor signs in. A certificate whose seed is gone would lose reports.
    """
    today, number = services.today(), 0
    with services.databases.console.read() as console:
        wanted = any(copy.kind == AHEAD for copy in copies(console, today))
    if wanted and _certifies(services, unlocked):
        with services.databases.console.write() as console:
            chosen = delete(EpochCertificateRow).where(EpochCertificateRow.epoch > shown_until(console, today))
            console.execute(chosen, execution_options={"synchronize_session": False})
        with services.databases.write_both() as (console, wraps):
            certifier = Certifier.of(console, services.keyring(wraps), services.console, unlocked)
            number = len(certifier.ensure(today).epochs)
            record(console, unlocked, "weekly keys replaced", clock=services.clock, epochs=number)
        services.databases.keyring.scrub()
    with services.databases.console.write() as console:
        watch(console, today)
    return number


def shown_until(console: Session, today: int) -> int:
    """The last week whose certificate a bulletin may have shown: none is replaced, for reports may come under it.

    Tomorrow counts already, because a bulletin may be made while we look.
    """
    last = console.scalar(select(func.max(Publication.time)))
    return epoch_of(max(today + 1, day_of(last or 0))) + EPOCHS_AHEAD


def _in_use(
    console: Session, today: int, group: str | None = None, epoch: int | None = None
) -> list[EpochCertificateRow]:
    """Unrevoked certificates of this week and later ones, of all groups or of one group and week."""
    row = EpochCertificateRow
    chosen = select(row).where(row.revoked.is_(False), row.epoch >= epoch_of(today))
    if group is not None:
        chosen = chosen.where(row.group == group, row.epoch == epoch)
    return list(console.scalars(chosen))


def _certifies(services: Services, unlocked: Unlocked) -> bool:
    with services.databases.console.read() as console, services.databases.keyring.read() as wraps:
        try:
            Certifier.of(console, services.keyring(wraps), services.console, unlocked)
        except NotAllowed:
            return False
    return True
