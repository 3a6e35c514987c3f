"""The alarms for a case that names everyone here who could work on it: it goes to the independent recipient."""

from sqlalchemy.orm import Session

from handler.lifecycle import conflict
from handler.pickup.alarms import clear_alarm, of_case, raise_alarm


def alarm_key(case_id: bytes) -> str:
    return f"named everyone {case_id.hex()}"


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


def settle_shut(console: Session, case_id: bytes, holders: set[bytes]) -> None:
    """Somebody was given the key: the alarm ends where one of the holders can work on the case."""
    if conflict.can_hand_on(console, holders):
        clear_alarm(console, alarm_key(case_id))
