"""What of the list is shown: read from an address, written into one. Addresses hold ids of lists, never typed words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from urllib.parse import parse_qsl, urlencode

from handler.intake.routing import LABELS
from handler.lifecycle.clocks import CLOCKS
from handler.lifecycle.states import STATES
from handler.triage.categories import shown
from handler.vocabulary.load import vocabulary

ACCESS_CHECK = "access-check"
"""The stream that is a list of its own: a check of legitimate access is not treated as a report of corruption."""

ANY, ME, NOBODY = "any", "me", "nobody"
ALSO, ONLY = "also", "only"
YES = "yes"
Choices = Sequence[tuple[str, str]]
"""Values of a field, with what people read of each."""


@dataclass(frozen=True)
class Filters:
    """All of them hold at once; of several values of one field, any. Nothing given: what is open, but access checks."""

    state: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()  # "1" to "4", "0" for what was not assessed
    flag: tuple[str, ...] = ()
    stream: str = ""
    channel: str = ""
    category: str = ""
    assigned: str = ""  # "me", "nobody" or a user's id in hex
    late: str = ""  # "any" or the kind of a clock
    danger: str = ""  # YES, as the rest: danger or a person at risk, now or perhaps, said or found
    restricted: str = ""
    unread: str = ""
    withdrawn: str = ""
    aside: str = ""
    ended: str = ""  # "also" or "only"

    def pairs(self) -> list[tuple[str, str]]:
        """As an address holds them, in one order."""
        found: list[tuple[str, str]] = []
        for each in fields(self):
            value = getattr(self, each.name)
            found += [(each.name, one) for one in ((value,) if isinstance(value, str) else value) if one]
        return found

    def query(self) -> str:
        return urlencode(self.pairs())


def read(pairs: Iterable[tuple[str, str]]) -> Filters:
    """What an address says; what no list has is left out."""
    taken: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in FIELDS and (value in known(name) or (name == "assigned" and _is_id(value))):
            taken.setdefault(name, []).append(value)
    values: dict[str, str | tuple[str, ...]] = {}
    for name, given in taken.items():
        values[name] = tuple(one for one in known(name) if one in given) if name in SEVERAL else given[-1]
    return Filters(**values)  # type: ignore[arg-type]


def parse(query: str) -> Filters:
    """The inverse of `query`."""
    return read(parse_qsl(query))


def known(name: str) -> Mapping[str, str]:
    """The values a field takes, with what people read."""
    return dict(CHOICES[name])


def _is_id(text: str) -> bool:
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)


def _terms(name: str) -> Choices:
    return [(term.id, term.text) for term in vocabulary(name)]


FIELDS = tuple(each.name for each in fields(Filters))
SEVERAL = frozenset({"state", "priority", "flag"})
CHOICES: Mapping[str, Choices] = {
    "state": list(STATES.items()),
    "priority": [("1", "P1"), ("2", "P2"), ("3", "P3"), ("4", "P4"), ("0", "Not assessed")],
    "flag": [(flag, text) for flag, text in LABELS.items() if flag != "withdrawn"],
    "stream": _terms("streams"),
    "channel": _terms("channels"),
    "category": [(term.id, shown(term.id)) for term in vocabulary("categories")],
    "assigned": [(ME, "Me"), (NOBODY, "Nobody")],
    "late": [(ANY, "Anything late"), *CLOCKS.items()],
    "danger": [(YES, "Danger or a person at risk")],
    "restricted": [(YES, "Restricted")],
    "unread": [(YES, "Something new from the reporter")],
    "withdrawn": [(YES, "Withdrawn by the reporter")],
    "aside": [(YES, "Put aside as junk")],
    "ended": [(ALSO, "Open and ended ones"), (ONLY, "Only ended ones")],
}


@dataclass(frozen=True)
class View:
    """A name for filters. `id`: of a saved one."""

    name: str
    filters: Filters = field(default_factory=Filters)
    id: bytes = b""


ALL_OPEN = View("All open")
PUT_ASIDE = View("Put aside", Filters(aside=YES, ended=ONLY))
READY = (
    ALL_OPEN,
    View("Mine", Filters(assigned=ME)),
    View("Nobody’s", Filters(assigned=NOBODY)),
    View("Late", Filters(late=ANY)),
    View("New from the reporter", Filters(unread=YES, ended=ALSO)),
    View("Danger and at risk", Filters(danger=YES)),
    View("Access checks", Filters(stream=ACCESS_CHECK)),
    PUT_ASIDE,
    View("Closed", Filters(state=("closed", "retention"), ended=ONLY)),
)
"""Views that everybody has. What came from a reporter is shown though the case has ended: junk may prove to be none."""
