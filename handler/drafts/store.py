"""Keeping, finding and forgetting drafts.

A draft is no act on a case: it changes nothing, nobody but its writer can read it, and it goes when the form is sent.
So it has no audit entry; one every few seconds would only tell how long somebody hesitated, and over what.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.wrapping import content_open
from handler.cases import inforce
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case
from handler.drafts.forgetting import KIND, LASTS, forget_old
from handler.drafts.tables import Draft
from handler.errors import Refused
from handler.lifecycle.states import STOPPED_BY

MOST = 120_000  # bytes of all fields together
FORM = re.compile(r"[a-z0-9-]{1,40}")

Fields = Mapping[str, Sequence[str]]


class NoSuchForm(Refused):
    """There is no form of that name, so nothing was kept."""


class DraftTooLong(Refused):
    """This is too long to keep as a draft. Send it in parts."""


class CaseShut(Refused):
    """This case is sealed, merged or put aside, so no draft is kept for it."""


@dataclass(frozen=True)
class Found:
    """`at`: unix seconds; `fields`: as the form had them."""

    at: int
    fields: Fields = field(repr=False)


def keep(desk: Desk, case_id: bytes, form: str, fields: Fields) -> int:
    """Over any earlier one of the form; when (unix seconds). Raises NoSuchForm, DraftTooLong, CaseShut, NotAllowed,
    KeyChanged."""
    if FORM.fullmatch(form) is None:
        raise NoSuchForm
    given = {name: list(values) for name, values in fields.items()}
    content = compactjson.encode({"form": form, "by": desk.unlocked.user_id.hex(), "fields": given})
    if len(content) > MOST:
        raise DraftTooLong
    box = CaseBox(case_id, desk.case_key(case_id))
    draft_id, now = desk.random(16), desk.now()
    with desk.databases.console.write() as console:
        inforce.hold(console, case_id, box.key_id)
        if _shut(console, case_id):
            raise CaseShut
        forget_old(console, now)
        sealed = box.seal(draft_id, KIND, content)
        console.merge(
            Draft(user_id=desk.unlocked.user_id, case_id=case_id, form=form, id=draft_id, at=now, sealed=sealed)
        )
    return now


def find(desk: Desk, case_id: bytes, form: str) -> Found | None:
    """This person's draft of a form; None where none is, it is too old, or the case is shut. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.read() as console:
        row = console.get(Draft, (desk.unlocked.user_id, case_id, form))
        if row is None or row.at <= desk.now() - LASTS or _shut(console, case_id):
            return None
        kept = decode_object(content_open(box.key, case_id, row.id, KIND, row.sealed))
    if (kept["form"], kept["by"]) != (form, desk.unlocked.user_id.hex()):
        return None
    return Found(row.at, {str(name): [str(one) for one in given] for name, given in dict(kept["fields"]).items()})


def discard(desk: Desk, case_id: bytes, form: str) -> None:
    """This person's draft of a form is gone, if there was one."""
    with desk.databases.console.write() as console:
        mine = (Draft.user_id == desk.unlocked.user_id) & (Draft.case_id == case_id) & (Draft.form == form)
        console.execute(delete(Draft).where(mine))


def _shut(console: Session, case_id: bytes) -> bool:
    case = console.get(Case, case_id)
    return case is None or not STOPPED_BY.isdisjoint(case.sides.split())
