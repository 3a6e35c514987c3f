"""Writes the vectors: `python -m tests.vectors.make` those that are not there yet, `--all` every one anew.

Seals are random, so what is made anew has other bytes and the same meaning.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator

from tests.vectors.vector import Vector

AREAS = ("code", "documents", "state", "envelope", "replies", "files", "console", "strip")


def every() -> Iterator[Vector]:
    for area in AREAS:
        yield from importlib.import_module(f"tests.vectors.cases_{area}").cases()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="write those that are there too")
    parser.add_argument("names", nargs="*", help="only vectors whose names begin so")
    args = parser.parse_args()
    written = 0
    for vector in every():
        wanted = not args.names or vector.name.startswith(tuple(args.names))
        if wanted and (args.all or not vector.path.exists()):
            vector.write()
            written += 1
    print(f"{written} written")


if __name__ == "__main__":
    main()
