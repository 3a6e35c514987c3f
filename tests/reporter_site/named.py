"""Tests by their names: what documents and promises point to must be there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def named_in(path: Path) -> set[str]:
    """The names of the tests in a file of Python or of node."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".mjs":
        return set(re.findall(r"(?m)^\s*test\('([^']+)'", text))
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def exists(test: str) -> bool:
    """Whether there is such a test, named path::name."""
    path, _, name = test.partition("::")
    return path.startswith("tests/") and (ROOT / path).is_file() and name in named_in(ROOT / path)
