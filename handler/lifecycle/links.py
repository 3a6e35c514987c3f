"""Where each thing that a step needs is recorded: the address of its page."""

from flask import url_for

from handler.lifecycle.notes import SPECS
from handler.triage.sections import SECTIONS


def recorded_at(case_id: bytes, name: str) -> str:
    """The page on which something named in NEEDS is recorded; the case's own where it is done there."""
    case = case_id.hex()
    if name in SPECS:
        return url_for("work.form", case_id=case, name=name)
    section = next((one.id for one in SECTIONS if name in one.facts), None)
    if section is not None:
        return url_for("triage.form", case_id=case, section_id=section)
    return url_for("cases.case", case_id=case)
