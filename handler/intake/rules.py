"""What becomes of a post under known words (SPEC 3.1): plain values in, a plain judgement out."""

from dataclasses import dataclass

from handler.cases.records import FOLLOW_UP, NOT_IN_FORCE, OLD_WORDS

CURRENT, OLD, LOST = "current", "old", "lost"


@dataclass(frozen=True)
class Judgement:
    """How a post is recorded, and which of its items are acted on."""

    record: str
    withdraw: bool
    accept_successor: bool
    refuse_successor: bool
    ends_grace: bool  # a first post under newer words


def judge(standing: str, in_grace: bool, has_successor: bool, has_withdraw: bool) -> Judgement:
    """`in_grace`: the words are old, nothing came under the newer ones yet, and the handover has not ended."""
    current = standing == CURRENT
    heard = current or (standing == OLD and in_grace)
    return Judgement(
        record=FOLLOW_UP if current else OLD_WORDS if heard else NOT_IN_FORCE,
        withdraw=has_withdraw and heard,
        accept_successor=has_successor and current,
        refuse_successor=has_successor and not current,
        ends_grace=current,
    )
