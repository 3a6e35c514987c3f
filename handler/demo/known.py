"""The acts that the plans can name. A new one: `@act("name") def name(stage, at, *, …)`, its keywords what plans
tell. `at` is a plan's act; what it names belongs to its case. A module with acts is imported by `handler.demo.acts`.
"""

from collections.abc import Callable

Act = Callable[..., None]
ACTS: dict[str, Act] = {}


def act(name: str) -> Callable[[Act], Act]:
    """Makes an act known to the plans."""

    def known(function: Act) -> Act:
        ACTS[name] = function
        return function

    return known
