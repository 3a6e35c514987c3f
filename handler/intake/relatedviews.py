"""The page on which a linked case is opened from one that is there."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.listing import may_open
from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.intake.questions import KEEP_FROM, WHAT, NotAnswered
from handler.intake.related import GROUNDS, NoGround, Related, open_related
from handler.web.addresses import identity

blueprint = Blueprint("related", __name__)

ASKED = ("ground", "words", "keep_from")
FIELD_OF: Mapping[str, str] = {WHAT: "words", KEEP_FROM: "keep_from"}


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
        related = Related(identity(form_id, 16), *(given.get(name, "") for name in ASKED))
        made = open_related(desk(), row.id, related)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        if isinstance(refusal, NotAnswered):
            return _form(row, given, form_id, str(refusal.problem), FIELD_OF[refusal.question]), 400
        return _form(row, given, form_id, str(refusal), "ground-0" if isinstance(refusal, NoGround) else None), 400
    flash(f"{made.number} is opened, and linked to {row.number}.", "success")
    shown = made.case_id if may_open(desk(), [made.case_id]) else row.id  # who is named in it is not given it
    return redirect(url_for("cases.case", case_id=shown.hex()), 303)


def _form(row: Case, given: Mapping[str, str], form_id: str, problem: str = "", field: str | None = None) -> str:
    errors = [{"text": problem, "field": field}] if problem else []
    grounds = [(key, text, "") for key, text in GROUNDS.items()]
    return render_template("intake/related.html", case=row, given=given, grounds=grounds, form=form_id, errors=errors)
