"""How alike two texts are, and from when on two reports may be one source. Plain rules."""

from rapidfuzz import fuzz, utils

ALIKE = 65  # of 100, from which on a case is shown as alike
ONE_SOURCE = 80  # from which on two reports may come from one person
DAYS = 14  # within which they came
SECONDS = 86_400


def likeness(one: str, two: str) -> int:
    """0 to 100, whatever the order of the words (token sort ratio)."""
    return round(fuzz.token_sort_ratio(one, two, processor=utils.default_process))


def may_be_one_source(alike: int, received: int, other: int) -> bool:
    """`alike` of 100; `received`: unix seconds of each report."""
    return alike >= ONE_SOURCE and abs(received - other) <= DAYS * SECONDS
