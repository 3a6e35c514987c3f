"""Where every benchmark puts its figures: results.json for scripts, RESULTS.md for people, merged by section."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
Row = Mapping[str, str | int | float]


def add(section: str, rows: Sequence[Row], note: str = "", folder: Path = FOLDER) -> None:
    """Replaces one section. The rows' members are the columns, in the first row's order; their names hold the units."""
    path = folder / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    results[section] = {"machine": machine(), "note": note, "rows": [dict(row) for row in rows]}
    results = dict(sorted(results.items()))
    path.write_text(json.dumps(results, indent=1) + "\n")
    (folder / "RESULTS.md").write_text(as_text(results))
    print(_section(section, results[section]), flush=True)


def as_text(results: Mapping[str, Mapping[str, object]]) -> str:
    """RESULTS.md."""
    head = "# Speeds and sizes\n\nMade by `make bench`; the same figures for scripts are in results.json.\n"
    return head + "".join("\n" + _section(name, results[name]) for name in sorted(results))


def machine() -> str:
    """What the figures were measured on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _section(name: str, result: Mapping[str, object]) -> str:
    rows: list[dict[str, object]] = result["rows"]  # type: ignore[assignment]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [f"## {name}", "", f"{result['machine']}. {result['note']}".strip(), ""]
    lines += ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(row.get(column, "")) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float) and abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
