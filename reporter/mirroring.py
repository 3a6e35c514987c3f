"""The same style sheet for a language written from right to left: what was on the left is on the right.

GOV.UK Frontend places by left and right. Pages in such a language get a sheet of their own, so that others pay nothing.
"""

import re

ARROWS = ".govuk-button__start-icon{transform:scaleX(-1)}"
"""Pictures that point onwards, which are drawn and not placed."""
_TICK = "govuk-checkboxes"  # looks the same in every script, wherever its box stands
_BLOCK = re.compile(r"([^{};]*)\{([^{}]*)\}")
_SIDE = re.compile(r"(?<![a-z])(left|right)(?![a-z])")
_AROUND = re.compile(r"(margin|padding|inset|border-(width|color|style))$")
_TURN = re.compile(r"\brotate\((-?)")
_CORNER = re.compile(r"([0-9.]+)% ([0-9.]+)%")
_SEPARATOR = re.compile(r";(?![^(]*\))")
_BLANK = re.compile(r" (?![^(]*\))")


def mirror(css: str) -> str:
    """Compressed CSS, mirrored."""
    return _BLOCK.sub(lambda block: f"{block[1]}{{{_body(block[2], _TICK in block[1])}}}", css) + ARROWS


def _body(declarations: str, tick: bool) -> str:
    return ";".join(_declaration(one, tick) for one in _SEPARATOR.split(declarations))


def _declaration(declaration: str, tick: bool) -> str:
    name, colon, value = declaration.partition(":")
    name, value = _swapped(name), _swapped(value)
    parts = _BLANK.split(value)
    if _AROUND.search(name) and len(parts) == 4 and not tick:
        value = " ".join([parts[0], parts[3], parts[2], parts[1]])
    if name == "transform" and not tick:
        value = _TURN.sub(lambda turn: f"rotate({'' if turn[1] else '-'}", value)
    if name == "clip-path":
        value = _CORNER.sub(lambda corner: f"{100 - float(corner[1]):g}% {corner[2]}%", value)
    return f"{name}{colon}{value}"


def _swapped(text: str) -> str:
    return _SIDE.sub(lambda side: "right" if side[1] == "left" else "left", text)
