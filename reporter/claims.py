"""What the page "How you are protected" promises, each promise with the tests that hold it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path(__file__).parent / "claims.toml"


@dataclass(frozen=True)
class Claim:
    """A sentence or two that a reporter reads, and tests as `path::name` that fail when it is no longer true."""

    text: str
    tests: tuple[str, ...]


def load(path: Path = DEFAULT) -> tuple[Claim, ...]:
    """The promises in the order in which the page makes them."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))["claim"]
    return tuple(Claim(one["text"], tuple(one["tests"])) for one in raw)
