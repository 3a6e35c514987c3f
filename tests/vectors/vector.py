"""A vector: one behaviour or one failure, as it stands in its file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
BOTH = ("python", "javascript")
PYTHON = ("python",)


@dataclass(frozen=True)
class Vector:
    """`expect` is {"ok": value} or {"error": name, ...}; `spec` the paragraph; `only` the languages that run it."""

    name: str
    spec: str
    kind: str
    input: dict[str, Any]
    expect: dict[str, Any]
    only: tuple[str, ...] = BOTH

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"

    def write(self) -> None:
        value = {"name": self.name, "spec": self.spec, "kind": self.kind, "for": list(self.only)}
        value |= {"input": self.input, "expect": self.expect}
        self.path.write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")


def ok(value: Any) -> dict[str, Any]:
    return {"ok": value}


def error(name: str, **more: Any) -> dict[str, Any]:
    return {"error": name, **more}


def load_all() -> Iterator[Vector]:
    """Every vector of the folder, by name."""
    for path in sorted(FOLDER.glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        yield Vector(value["name"], value["spec"], value["kind"], value["input"], value["expect"], tuple(value["for"]))
