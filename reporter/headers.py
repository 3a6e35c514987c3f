"""Which headers an answer of the drop has, and which it may have: for who checks a site from outside."""

from collections.abc import Collection, Iterator, Mapping

from reporter.answers import COMMON
from reporter.fetching import Answer
from reporter.frozen import HEADERS

TRANSPORT = "strict-transport-security"
YEAR = 31_536_000  # seconds: the least that scanners and the preload list take
PAGE = {name.lower(): value for name, value in HEADERS.items()}
DOWNLOAD = {**PAGE, "content-disposition": "attachment"}
BARE = {name.lower(): value for name, value in COMMON}
HARMLESS = frozenset(
    {
        *("connection", "content-encoding", "content-length", "content-type", "date", "keep-alive", "server"),
        *("transfer-encoding", "vary", TRANSPORT, "onion-location", "alt-svc"),
    }
)
"""What servers and proxies add to any answer, and what is checked elsewhere."""


def problems(answer: Answer, wanted: Mapping[str, str], secure: bool, allowed: Collection[str] = ()) -> Iterator[str]:
    """What is missing, other than it should be, or more than it should be.

    `wanted` has names in small letters. `secure`: the site came by https, which browsers are then told to keep to.
    `allowed`: more names, such as a delivery network adds.
    """
    for name, value in wanted.items():
        found = answer.header(name)
        if found is None:
            yield f"has no header {name}"
        elif found != value:
            yield f"has another {name}: {found}"
    names = {name for name, _ in answer.headers}
    for name in sorted(names - set(wanted) - HARMLESS - set(allowed)):
        yield f"has the header {name}, which no answer should have: {answer.header(name)}"
    if secure and _max_age(answer.header(TRANSPORT) or "") < YEAR:
        yield f"has no {TRANSPORT} of a year or more"


def _max_age(value: str) -> int:
    """Seconds; 0 where there is none (RFC 6797)."""
    for part in value.split(";"):
        name, _, number = part.strip().partition("=")
        if name.lower() == "max-age" and number.strip('"').isdecimal():
            return int(number.strip('"'))
    return 0
