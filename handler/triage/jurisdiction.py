"""Who the appropriate authority is, which body oversees, and whether and by when a referral is mandatory."""

from collections.abc import Iterable
from dataclasses import dataclass

from handler.lifecycle.workdays import Calendar
from handler.vocabulary import named, vocabulary


def appropriate_authority(employment: str) -> str:
    """By the subject's employment (SI 2013/2325 reg 2). Raises UnknownTerm."""
    return str(named("employment", employment).more["authority"])


def oversight_body(jurisdiction: str) -> str:
    """Where a referral goes. Raises UnknownTerm."""
    return str(named("jurisdictions", jurisdiction).more["body"])


@dataclass(frozen=True)
class ReferralTest:
    """Whether a referral is mandatory, to whom, and its deadline in unix seconds (end of the next working day)."""

    mandatory: bool
    body: str
    due: int | None


def referral_test(criteria: Iterable[str], jurisdiction: str, clear_since: int, calendar: Calendar) -> ReferralTest:
    """`clear_since`: unix seconds when it first became clear that a criterion is met. Raises UnknownTerm."""
    met = [vocabulary("mandatory_referral").get(criterion) for criterion in criteria]
    body = oversight_body(jurisdiction)
    if not met:
        return ReferralTest(False, body, None)
    return ReferralTest(True, body, calendar.end_of_working_day_after(clear_since))
