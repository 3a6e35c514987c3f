"""Whether somebody says in a report that they wrote before: then they may have lost their words, or be somebody else.

The site tells who lost their words to say so in a new report (“that you wrote before, about what, and in which month”).
A miss costs nothing but the warning; people read the report anyway.
"""

import re
from collections.abc import Iterable

_WROTE = (
    r"(?:wrote|written|write|reported|told you|contacted you|rang you"
    r"|sent (?:you |in )?(?:a|my|the|another) report)"
)
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_BEFORE = rf"(?:before|already|earlier|previously|last (?:week|month|year)|in {_MONTH})"
_SAYS = re.compile(
    rf"\b(?:i|we)\b(?:['’]ve)?[^.!?\n]{{0,40}}\b{_WROTE}\b[^.!?\n]{{0,60}}\b{_BEFORE}\b"
    rf"|\b(?:i|we)\b(?:['’]ve)?[^.!?\n]{{0,20}}\b(?:already|previously)\b[^.!?\n]{{0,20}}\b{_WROTE}\b"
    r"|\b(?:lost|forgot|forgotten|misplaced|do not have|don['’]t have)\b[^.!?\n]{0,20}\b(?:words|code)\b"
    r"|\b(?:my|our) (?:first|earlier|previous|last|old|other) report\b"
    r"|\bysgrifennais\b[^.!?\n]{0,60}\bo['’]r blaen\b|\bcolli\b[^.!?\n]{0,20}\bgeiriau\b",
    re.IGNORECASE,
)


def says_so(texts: Iterable[str]) -> bool:
    """Whether one of the reporter's texts says that they reported before, or lost their words."""
    return any(_SAYS.search(text) is not None for text in texts)
