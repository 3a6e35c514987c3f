"""The alarms for a case that names everyone here who could work on it, or every supervisor who has it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.secret import ContentKey
from handler.cases.records import CaseBox
from handler.identity.roles import SUPERVISOR
from handler.identity.users import holders_with_role
from handler.intake import latecomers
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import Unlocked
from handler.lifecycle import conflict
from handler.pickup.alarms import clear_alarm, of_case, raise_alarm
from handler.pickup.tables import Alarm


def alarm_key(case_id: bytes) -> str:
    return f"named everyone {case_id.hex()}"


def _unsupervised_key(case_id: bytes) -> str:
    return f"named supervisor {case_id.hex()}"


def raise_shut(console: Session, case_id: bytes, today: int) -> None:
    """Says which case to who holds it, and nothing of it."""
    text = (
        f"Every handler and supervisor of this console seems to be named in {of_case(case_id)}: none of them can open "
        "it. It must go to the independent recipient: hold a recovery with enough shares, or ask a senior decider whom "
        "it does not name. Nothing is lost meanwhile."
    )
    raise_alarm(console, alarm_key(case_id), text, today)


def raise_all_named(console: Session, case_id: bytes, today: int) -> None:
    """The same where it is something that was added, and those who are named have the case."""
    text = (
        f"What was added to {of_case(case_id)} seems to name everyone who can hand it on, so no key was taken away. "
        "Share it with a senior decider, or with somebody else whom it does not name, who then sees to the others."
    )
    raise_alarm(console, alarm_key(case_id), text, today)


def raise_unsupervised(console: Session, case_id: bytes, today: int) -> None:
    """The last supervisor who had it was named, and lost it."""
    text = (
        f"What was added to {of_case(case_id)} seems to name the only supervisor who had it, and who has it no more. "
        "Share it with another supervisor: only a supervisor can decide, and say whether another person was meant."
    )
    raise_alarm(console, _unsupervised_key(case_id), text, today)


def settle_shut(console: Session, keyring: Keyring, by: Unlocked, case_id: bytes) -> None:
    """Somebody was given the key: an alarm ends where a holder who is not named can work on the case, or supervise it.

    Who is named is looked for again, as nothing is kept of those who keep the key. Raises NotAllowed, KeyChanged.
    """
    keys = [alarm_key(case_id), _unsupervised_key(case_id)]
    if not console.scalars(select(Alarm.key).where(Alarm.key.in_(keys))).all():
        return
    box = CaseBox(case_id, ContentKey(keyring.get(case_purpose(case_id), by)))
    holders = keyring.holders(case_purpose(case_id))
    named = latecomers.named(console, latecomers.posts(console, box), holders)
    free = holders - (named - latecomers.settled(console, case_id))
    if conflict.can_hand_on(console, free):
        clear_alarm(console, alarm_key(case_id))
    if any(one.id in free for one in holders_with_role(console, SUPERVISOR)):
        clear_alarm(console, _unsupervised_key(case_id))
