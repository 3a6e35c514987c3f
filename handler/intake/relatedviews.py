"""The page on which a linked case is opened from one that is there."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.intake.questions import NotAnswered
from handler.intake.related import GROUNDS, NoGround, Related, open_related
from handler.web.addresses import identity

blueprint = Blueprint("related", __name__)

FIELD_OF: Mapping[type[Refused], str] = {NoGround: "ground-0", NotAnswered: "words"}


@blueprint.get("/cases/<case_id>/related")
@allow(HANDLER, SUPERVISOR)
def form(case_id: str) -> str:
    return _form(opened(case_id), request.args, desk().random(16).hex())


@blueprint.post("/cases/<case_id>/related")
@allow(HANDLER, SUPERVISOR)
def make(case_id: str) -> tuple[str, int] | Response:
    row, given = opened(case_id), request.form
    form_id = given.get("form", "")
    try:
        related = Related(identity(form_id, 16), given.get("ground", ""), given.get("words", ""))
        made = open_related(desk(), row.id, related)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        text = str(refusal.problem) if isinstance(refusal, NotAnswered) else str(refusal)
        return _form(row, given, form_id, text, FIELD_OF.get(type(refusal))), 400
    flash(f"{made.number} is opened, and linked to {row.number}.", "success")
    return redirect(url_for("cases.case", case_id=made.case_id.hex()), 303)


def _form(row: Case, given: Mapping[str, str], form_id: str, problem: str = "", field: str | None = None) -> str:
    errors = [{"text": problem, "field": field}] if problem else []
    grounds = [(key, text, "") for key, text in GROUNDS.items()]
    return render_template("intake/related.html", case=row, given=given, grounds=grounds, form=form_id, errors=errors)
