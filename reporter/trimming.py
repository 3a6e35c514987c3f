"""Leaves out of a style sheet the rules for classes that the page never uses: a slow phone need not fetch them."""

import re
from collections.abc import Iterator

_CLASS = re.compile(r"\.(govuk-[\w-]+)")
_WORD = re.compile(r"govuk-[\w-]+")
_OLD_BROWSER = "\ufffd"  # what "screen\0" becomes, a medium that only Internet Explorer knows


def used_classes(*texts: str) -> frozenset[str]:
    """Every GOV.UK class that pages or scripts name."""
    return frozenset(name for text in texts for name in _WORD.findall(text))


def trim(css: str, used: frozenset[str]) -> str:
    """The same compressed CSS without rules that need a GOV.UK class outside `used`, or a browser that cannot seal."""
    return "".join(_kept(css, used))


def _kept(css: str, used: frozenset[str]) -> Iterator[str]:
    for prelude, body in _rules(css):
        if body is None:
            yield prelude + ";"
        elif _OLD_BROWSER in prelude:
            continue
        elif prelude.startswith(("@media", "@supports")):
            inner = trim(body, used)
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{body}}}"
        else:
            selectors = [one for one in _selectors(prelude) if used.issuperset(_CLASS.findall(one))]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """(prelude, body) of each rule on this level; statements such as @charset have no body."""
    start = at = 0
    while at < len(css):
        if css[at] == ";":
            yield css[start:at].strip(), None
            start = at = at + 1
        elif css[at] == "{":
            end = _closing(css, at)
            yield css[start:at].strip(), css[at + 1 : end]
            start = at = end + 1
        else:
            at += 1


def _closing(css: str, opening: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(css, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    raise ValueError("a rule of the style sheet has no end")


def _selectors(prelude: str) -> list[str]:
    """The list split at its commas, but not at those in brackets."""
    parts, depth = [""], 0
    for character in prelude:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
