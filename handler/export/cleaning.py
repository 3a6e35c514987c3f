"""A file on its way out: pictures are drawn anew, documents cleaned by mat2; what neither can do stays in the case."""

import shutil
from pathlib import Path

from handler.errors import Refused
from handler.preview.show import PICTURES, SMALL, TEXTS, redrawn
from handler.sandbox.run import INSIDE, Limits, Program, run, walled

DOCUMENTS = (".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
LIBRARIES = "/usr/lib/python3/dist-packages"
PYTHON = Path("/usr/bin/python3")
MOST = 64 << 20  # bytes
LIMITS = Limits(cpu=60, seconds=90, files=128 << 20, output=128 << 20)


class NotCleaned(Refused):
    """A file of this kind cannot be cleaned, so it does not go out. Untick it, or hand it over in another way."""


class NoCleaner(Refused):
    """Documents cannot be cleaned on this machine: mat2 and bubblewrap are needed. Tell an administrator."""


def clean(name: str, content: bytes) -> tuple[str, bytes]:
    """The ending that it has then, and its bytes. Raises NotCleaned, NoCleaner, and what the sandbox raises."""
    ending = Path(name.lower()).suffix
    if len(content) > MOST:
        raise NotCleaned(name)
    if content.startswith(PICTURES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return ".png", redrawn(content)
    if ending in DOCUMENTS:
        if not walled() or shutil.which("mat2") is None:
            raise NoCleaner(name)
        program = Program(INSIDE / "cleaning.py", (ending,), libraries=LIBRARIES, python=PYTHON)
        return ending, run(program, content, LIMITS)
    if ending in TEXTS:
        return ".txt", run(Program(INSIDE / "words.py"), content, SMALL)
    raise NotCleaned(name)
