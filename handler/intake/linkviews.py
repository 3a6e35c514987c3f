"""The page on which a case is merged into an earlier one, and what the pages of both say of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from handler.cases.opened import desk, opened
from handler.cases.reading import CaseView
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.intake import linking
from handler.intake.before import says_so
from handler.intake.linking import Claim, Pointer
from handler.intake.merging import MERGED
from handler.services import services

blueprint = Blueprint("links", __name__)

FIELD_OF: Mapping[type[Refused], str] = {
    linking.NotAKind: "kind-0",
    linking.NoReason: "reason",
    linking.NoChallenge: "asked",
    linking.NotEarlier: "number",
    linking.NotOpened: "number",
    linking.KeptOut: "number",
    linking.ForFewer: "number",
    linking.LinkedAlready: "number",
}


NONE_OPEN = "There is no case of that number that is open to you."


@dataclass(frozen=True)
class Ties:
    """What the page of a case says of other cases. `warns`: its reporter seems to say that they wrote before."""

    pointers: list[Pointer]
    claims: list[Claim]
    warns: bool

    @property
    def into(self) -> Pointer | None:
        """The case in which this one goes on."""
        return next((one for one in self.pointers if one.earlier and one.merged), None)


def ties(row: Case, view: CaseView) -> Ties:
    """For the page of a case that was opened."""
    with services().databases.console.read() as console:
        found = linking.pointers(console, row.id)
        said = linking.claims(console, CaseBox(row.id, desk().case_key(row.id)))
    texts = [entry.text for entry in view.entries if not entry.ours]
    for entry in (view.report, *view.entries):
        if entry.answers is not None:
            texts += [answer.text for answer in entry.answers.answers.values()]
    return Ties(found, said, says_so(texts) and not any(one.earlier or one.merged for one in found))


@blueprint.get("/cases/<case_id>/link")
@allow(HANDLER, SUPERVISOR)
def page(case_id: str) -> str:
    return _page(opened(case_id))


@blueprint.post("/cases/<case_id>/link")
@allow(HANDLER, SUPERVISOR)
def link(case_id: str) -> tuple[str, int] | Response:
    row = opened(case_id)
    claim = Claim(*(request.form.get(name, "").strip() for name in ("kind", "reason", "asked", "answered")))
    number = request.form.get("number", "").strip().upper()
    if not number:
        return _page(row, "Give the number of the earlier case.", "number"), 400
    with services().databases.console.read() as console:
        earlier = console.scalars(select(Case).where(Case.number == number)).one_or_none()
    if earlier is None:
        return _page(row, NONE_OPEN, "number"), 400
    try:
        done = linking.link(desk(), row.id, earlier.id, claim)
    except NotAllowed:  # nothing tells whether there is such a case
        return _page(row, NONE_OPEN, "number"), 400
    except Refused as refusal:
        return _page(row, str(refusal), FIELD_OF.get(type(refusal))), 400
    told = f"{row.number} and {number} are linked." if not done.merged else f"{row.number} goes on in {number} now."
    if done.unsent:
        told += f" Not sent to the lost words: {done.unsent}. Send again what still matters."
    flash(told, "success")
    return redirect(url_for("cases.case", case_id=(earlier if done.merged else row).id.hex()), 303)


def _page(row: Case, problem: str = "", field: str | None = None) -> str:
    if g.unlocked is None or MERGED in row.sides.split():
        abort(404)
    errors = [{"text": problem, "field": field}] if problem else []
    kinds = [
        (linking.LOST_WORDS, linking.KINDS[linking.LOST_WORDS],
         "The earlier words get no more answers; the newer ones get them all. Ask first what only the writer knows."),
        (linking.SAME_REPORT, linking.KINDS[linking.SAME_REPORT],
         "By letter and on the site, for example. Where two people both have words, the cases are only marked."),
    ]  # fmt: skip
    return render_template("intake/link.html", case=row, kinds=kinds, given=request.form, errors=errors)
