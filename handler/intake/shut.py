"""The alarm for a case that names everyone here who could work on it: it goes to the independent recipient."""

from sqlalchemy.orm import Session

from handler.lifecycle import conflict
from handler.pickup.alarms import clear_alarm, raise_alarm


def alarm_key(case_id: bytes) -> str:
    return f"named everyone {case_id.hex()}"


def raise_shut(console: Session, case_id: bytes, number: str, today: int) -> None:
    """Says which case, and nothing of it."""
    text = (
        f"{number} seems to name every handler and supervisor of this console, so none of them can open it. "
        "It must go to the independent recipient: hold a recovery with enough shares, or ask a senior decider whom it "
        "does not name. Nothing is lost meanwhile."
    )
    raise_alarm(console, alarm_key(case_id), text, today)


def settle_shut(console: Session, case_id: bytes, holders: set[bytes]) -> None:
    """Somebody was given the key: the alarm ends where one of the holders can work on the case."""
    if conflict.can_hand_on(console, holders):
        clear_alarm(console, alarm_key(case_id))
