"""The three grounds on which something is sealed, what becomes of it, and what people read of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handler.errors import Refused
from handler.identity.roles import LEGAL_APPROVER, SECURITY_OFFICER, SUPERVISOR

SPILLAGE, PRIVILEGED, IMAGES = "spillage", "privileged", "images"

SEALED, MOVED, DESTROYED = "sealed", "moved", "destroyed"
KEPT, CLEARED, RETURNED = "kept", "cleared", "returned"
HANDED = "handed-over"
STATES: Mapping[str, str] = {
    SEALED: "Sealed",
    MOVED: "A copy went by the approved route",
    DESTROYED: "Destroyed",
    KEPT: "Privileged: it stays sealed",
    CLEARED: "Not privileged: it can be put back",
    RETURNED: "Put back",
    HANDED: "Handed over",
}
GONE = frozenset({DESTROYED, RETURNED})
"""States in which there is nothing sealed any more."""


class NoGround(Refused):
    """Say what it is: too highly classified, legally privileged, or possibly an indecent image."""


@dataclass(frozen=True)
class Ground:
    """`words` stand in the case where the content was; `role`: whose business it is; `follows`: what will happen."""

    id: str
    title: str
    role: str
    words: str
    when: str
    follows: tuple[str, ...]


GROUNDS: Mapping[str, Ground] = {
    ground.id: ground
    for ground in (
        Ground(
            SPILLAGE, "Spillage: too highly classified", SECURITY_OFFICER, "[Sealed: too highly classified]",
            "It is or may be SECRET or TOP SECRET, intercept material, or from HMRC, DWP or the intelligence services.",
            (
                "You and the security officers alone can open the whole case. Everyone else loses it for now.",
                "Nothing of the case can be exported.",
                "A security officer moves a copy by the approved route and destroys what is here, or puts it back.",
            ),
        ),
        Ground(
            PRIVILEGED, "Legally privileged", LEGAL_APPROVER, "[Sealed: legal privilege]",
            "It is or may be a lawyer’s advice to somebody, or was written to get it.",
            (
                "Only the legal approvers, who are outside the investigation, can read it.",
                "They say whether it stays sealed or comes back. The case goes on without it.",
            ),
        ),
        Ground(
            IMAGES, "Possible indecent images of children", SUPERVISOR, "[Sealed: possible indecent images]",
            "It is or may be an indecent image of a child. Do not look again to make sure.",
            (
                "Nobody can look at it, save it or export it any more, you included.",
                "The supervisors are told at once. They hand it over to the authorised unit, sealed to the unit’s key.",
                "The case stops until then.",
            ),
        ),
    )
}  # fmt: skip


def ground(name: str) -> Ground:
    """Raises NoGround."""
    found = GROUNDS.get(name)
    if found is None:
        raise NoGround
    return found


def sides(objects: Iterable[tuple[str, str, bool]]) -> set[str]:
    """The side states that sealed things put a case into; each is (ground, state, whether it was the whole report).

    A report that counsel has found privileged stays sealed, and the case goes on without it.
    """
    found = set()
    for of, state, whole in objects:
        if (
            (of == SPILLAGE and state in (SEALED, MOVED))
            or (of == PRIVILEGED and whole and state in (SEALED, CLEARED))
            or (of == IMAGES and state == SEALED)
        ):
            found.add(of)
    return found
