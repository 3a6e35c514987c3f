"""Which categories a report's own ticks point to: a proposal, for a handler to decide."""

from collections.abc import Iterable

from handler.vocabulary import vocabulary


def suggested(choices: Iterable[str], name: str = "categories") -> list[str]:
    """Ids of the list `categories` or `conduct` whose entries name one of the ticked answers, in the list's order."""
    ticked = set(choices)
    return [term.id for term in vocabulary(name) if ticked & set(term.more.get("answers", ()))]


def shown(category: str) -> str:
    """A category as pages show it: an explanation may stand beside the official words."""
    term = vocabulary("categories").get(category)
    return str(term.more.get("shown", term.text))
