"""Whether a report is a protected disclosure (Employment Rights Act s.43B; in Northern Ireland: the Order of 1998)."""

from collections.abc import Sequence
from dataclasses import dataclass

from handler.errors import Refused
from handler.vocabulary import vocabulary


class ProtectionNotAssessed(Refused):
    """Say whether this is a protected disclosure and, where it is or may be, by which limb of section 43B."""


@dataclass(frozen=True)
class Protection:
    """The finding and its limbs. Raises ProtectionNotAssessed."""

    finding: str
    limbs: tuple[str, ...]
    rationale: str

    def __post_init__(self) -> None:
        known = vocabulary("pida")
        if self.finding not in vocabulary("pida_findings") or any(limb not in known for limb in self.limbs):
            raise ProtectionNotAssessed
        if (self.finding != "not" and not self.limbs) or not self.rationale.strip():
            raise ProtectionNotAssessed


def cautions(limbs: Sequence[str], may_be_offence_to_disclose: bool, nation: str) -> list[str]:
    """What the assessor reads beside the finding."""
    said = []
    if may_be_offence_to_disclose:
        said.append("A disclosure that is itself an offence does not qualify (s.43B(3)): ask legal advice.")
    if nation == "northern-ireland":
        said.append("In Northern Ireland the Public Interest Disclosure Order 1998 applies, not the 1996 Act.")
    if nation == "overseas":
        said.append("Place and foreign law do not matter (s.43B(2)).")
    if "da" in limbs:
        said.append("Limb (da) applies to disclosures from 6 April 2026.")
    return said
