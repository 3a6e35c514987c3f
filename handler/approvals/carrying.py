"""What happens when a second person approves: each kind of act and the function that carries it out."""

from collections.abc import Callable, Mapping

from handler.approvals.tables import Approval
from handler.cases.desk import Desk
from handler.errors import Refused
from handler.export import acts as export
from handler.lifecycle import acts as lifecycle
from handler.lifecycle.states import STATES
from handler.oversight import breakglass, destruction, hold
from handler.sealing import parcels

Carry = Callable[[Desk, bytes], None]

CARRIED: Mapping[str, Carry] = {
    lifecycle.MOVE: lifecycle.approve,
    export.DISCLOSE: export.approve,
    hold.LIFT: hold.approve_lift,
    destruction.DESTROY: destruction.approve,
    breakglass.BREAK_GLASS: breakglass.approve,
    parcels.PARCEL: parcels.approve,
}
"""By the first word of an act. Each approves by `approvals.acts.approve` and does the act in that transaction."""


UNREAD = frozenset({destruction.DESTROY})
"""Acts that are approved without opening the case: an auditor cannot, and what is to go need not be read once more."""


class NobodyCarriesIt(Refused):
    """This console does not know how to do this. Tell an administrator."""


def carry(desk: Desk, waiting: Approval) -> None:
    """Approves and carries out. Raises SamePerson, NotYours, NoLonger, NobodyCarriesIt, and what the act raises."""
    act = CARRIED.get(waiting.act.split()[0])
    if act is None:
        raise NobodyCarriesIt
    act(desk, waiting.id)


def act_text(act: str) -> str:
    """What people read of an act: “Move to: Closed, monitoring”."""
    kind, _, rest = act.partition(" ")
    if kind == lifecycle.MOVE:
        return f"Move to: {STATES.get(rest, rest)}"
    if kind == destruction.DESTROY:
        return f"Destroy the case: {destruction.REASONS.get(rest, rest)}"
    if kind == breakglass.BREAK_GLASS:
        return f"Let the auditor who asks read the case for 24 hours: {breakglass.REASONS.get(rest, rest)}"
    if kind == parcels.PARCEL:
        return f"Write what is sealed as images for the unit whose key has the words: {parcels.words_of(act)}"
    if kind == hold.LIFT:
        return "Lift the legal hold"
    return act[:1].upper() + act[1:]
