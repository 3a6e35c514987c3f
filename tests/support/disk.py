"""What a browser left on disk: a folder's files searched for words, those that Firefox packs unpacked first."""

from collections.abc import Iterable
from pathlib import Path

MAGIC = b"mozLz40\0"


def unpacked(content: bytes) -> bytes:
    """The content of a file as Firefox packs its sessions: MAGIC, the length in four bytes, one LZ4 block. Others as
    they are. (LZ4 Block Format Description, github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md)
    """
    if not content.startswith(MAGIC):
        return content
    block, at, out = content[len(MAGIC) + 4 :], 0, bytearray()

    def length(low: int) -> int:
        nonlocal at
        total = low
        while low in (15, 255):
            low, at = block[at], at + 1
            total += low
            if low != 255:
                break
        return total

    while at < len(block):
        token, at = block[at], at + 1
        literal = length(token >> 4)
        out += block[at : at + literal]
        at += literal
        if at >= len(block):
            break
        distance, at = int.from_bytes(block[at : at + 2], "little"), at + 2
        for _ in range(length(token & 15) + 4):
            out.append(out[-distance])
    return bytes(out)


def files_with(folder: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Which of the words stand in which files, in UTF-8 or UTF-16; in names of files too. Files that vanish meanwhile
    are left out."""
    forms = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        try:
            content = unpacked(path.read_bytes()) if path.is_file() and not path.is_symlink() else b""
        except FileNotFoundError:
            continue
        content += path.name.encode()
        here = [word for word, kinds in forms.items() if any(kind in content for kind in kinds)]
        if here:
            found[str(path.relative_to(folder))] = here
    return found
