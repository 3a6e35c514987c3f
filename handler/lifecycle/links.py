"""Where each thing that a step needs is recorded: the address of its page."""

from flask import url_for

from handler.identity.roles import HANDLER, SUPERVISOR
from handler.keys.unlocked import Unlocked
from handler.lifecycle.notes import SPECS
from handler.triage.sections import SECTIONS


def recorded_at(case_id: bytes, name: str, who: Unlocked) -> str:
    """The page on which something named in NEEDS is recorded; the case's own where it is done there; none where
    somebody else has to."""
    case = case_id.hex()
    if name in SPECS:
        return url_for("work.form", case_id=case, name=name) if who.may(*SPECS[name].roles) else ""
    section = next((one.id for one in SECTIONS if name in one.facts), None)
    if section is not None:
        return url_for("triage.form", case_id=case, section_id=section) if who.may(HANDLER, SUPERVISOR) else ""
    return url_for("cases.case", case_id=case)
