"""Runs inside the sandbox, on a disk of its own in memory: a document on standard input, the same without metadata out.

cleaning.py ENDING, such as .pdf. It is mat2 that cleans; its lightweight mode is off, so pages of a PDF are drawn anew.
"""

import sys
from pathlib import Path

from libmat2 import parser_factory

BROKEN, UNKNOWN = 4, 5
"""Exit codes."""


def main() -> int:
    path = Path("/tmp") / f"document{sys.argv[1]}"  # noqa: S108 - the sandbox's own
    path.write_bytes(sys.stdin.buffer.read())
    try:
        parser, _ = parser_factory.get_parser(str(path))
        if parser is None:
            return UNKNOWN
        if not parser.remove_all():
            return BROKEN
        sys.stdout.buffer.write(Path(parser.output_filename).read_bytes())
    except Exception:  # whatever a parser makes of a stranger's bytes
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
