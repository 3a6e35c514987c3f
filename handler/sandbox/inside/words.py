"""Runs inside the sandbox: a text on standard input, the same as UTF-8 without anything that is no letter."""

import sys
import unicodedata

MOST = 200_000  # characters
NO_TEXT = 4
KEPT = "\n\t"


def main() -> int:
    raw = sys.stdin.buffer.read()
    if b"\0" in raw:
        return NO_TEXT
    text = raw.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")[:MOST]
    # Categories C: control characters, and those that turn the direction of what follows.
    plain = "".join(c if c in KEPT or not unicodedata.category(c).startswith("C") else "\ufffd" for c in text)
    sys.stdout.buffer.write(plain.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
