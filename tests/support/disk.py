"""What a browser left on disk: a folder's files searched for words, those that Firefox packs unpacked first."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

MAGIC = b"mozLz40\0"
CANARY = "CanaryField80"
ALL_FIELDS = f"""[...document.querySelectorAll('input:not([type=file]), textarea')].forEach((field) => {{
    if (['radio', 'checkbox'].includes(field.type)) field.checked = true;
    else field.value = '{CANARY}';
    field.dispatchEvent(new Event('input', {{ bubbles: true }}));
    field.dispatchEvent(new Event('change', {{ bubbles: true }}));
}})"""
"""A script that ticks everything and writes CANARY into every field, shown or not, as if by hand."""


def unpacked(content: bytes) -> bytes:
    """The content of a file as Firefox packs its sessions: MAGIC, the length in four bytes, one LZ4 block. Others as
    they are. (LZ4 Block Format Description, github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md)
    """
    if not content.startswith(MAGIC):
        return content
    block, at, out = content[len(MAGIC) + 4 :], 0, bytearray()

    def length(low: int) -> int:
        nonlocal at
        total, more = low, low == 15
        while more:
            total, more, at = total + block[at], block[at] == 255, at + 1
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
    are left out, and what Firefox compiled of its own scripts: two words of a code may follow each other in those."""
    forms = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if "startupCache" in path.parts:
            continue
        try:
            content = unpacked(path.read_bytes()) if path.is_file() and not path.is_symlink() else b""
        except FileNotFoundError:
            continue
        content += path.name.encode()
        here = [word for word, kinds in forms.items() if any(kind in content for kind in kinds)]
        if here:
            found[str(path.relative_to(folder))] = here
    return found


def forms_of(words: Sequence[str]) -> list[str]:
    """Each two of the twelve words that follow each other, as text, list or markup would hold them. (A word alone is in
    the list that the site's script carries.)"""
    return [gap.join(pair) for pair in pairwise(words) for gap in (" ", "\n", ",", '","', "</li><li>")]
