"""What is handed over is in the handler's own words: the reporter's would show who told us."""

import re
from collections.abc import Iterable, Iterator, Mapping

from handler.errors import Refused

RUN = 8
"""Words in a row that are the reporter's before it is a copy: an address or a name has fewer."""


class ReportersWords(Refused):
    """These are the reporter’s own words, and could show who told us. Say it in yours."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(f"“{words}”")


def check_own_words(written: Mapping[str, str], reported: Iterable[str]) -> None:
    """Raises ReportersWords at the first run of eight words of a field that stands so in what the reporter wrote."""
    known = {run for text in reported for run in _runs(text)}
    for name, text in written.items():
        for run in _runs(text):
            if run in known:
                raise ReportersWords(name, " ".join(run))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(*(words[start:] for start in range(RUN)), strict=False)
