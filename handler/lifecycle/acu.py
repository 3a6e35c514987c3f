"""What the liaison of the anti-corruption unit decides, in cases that were shared with it: to adopt a case or decline a
request, to speak with a whole team, to give back what the unit adopted. Every other decision is a supervisor’s.
"""

from collections.abc import Callable, Collection

from handler.errors import Refused
from handler.identity.roles import ACU_LIAISON
from handler.lifecycle.states import DECISION, INVESTIGATING, Transition
from handler.vocabulary.load import named

ADOPTED = "adopt-acu"


class NotForTheAcu(Refused):
    """The ACU adopts a case, declines a request or speaks with a whole team. Every other decision is a supervisor’s."""


class NotTheAcus(Refused):
    """The ACU gives back only what it adopted. Ask a supervisor."""


def check(found: Transition, roles: Collection[str], disposition: str, adopted: Callable[[], str]) -> None:
    """`disposition`: said with the step; `adopted`: the decision by which the case was last adopted.

    Raises NotForTheAcu, NotTheAcus, UnknownTerm.
    """
    if set(found.roles) & set(roles) != {ACU_LIAISON}:
        return
    if found.start == DECISION and not named("dispositions", disposition).more.get("acu"):
        raise NotForTheAcu
    if found.start == INVESTIGATING and adopted() != ADOPTED:
        raise NotTheAcus
