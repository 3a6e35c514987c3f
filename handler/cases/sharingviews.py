"""The page of who can open a case. Who has a conflict gets here too: the last to hold a case hands it on first."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases import restricting, sharing
from handler.cases.opened import desk, reasoned
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SECURITY_OFFICER, SENIOR_DECIDER, SUPERVISOR, TITLES
from handler.web.addresses import identity

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/cases/<case_id>/access")
@allow(*CASE_ROLES)
def listing(case_id: str) -> str:
    return _page(reasoned(case_id))


@blueprint.post("/cases/<case_id>/access")
@allow(HANDLER, SUPERVISOR, SECURITY_OFFICER, SENIOR_DECIDER)
def share(case_id: str) -> tuple[str, int] | Response:
    return _change(case_id, gives=True)


@blueprint.post("/cases/<case_id>/access/take")
@allow(SUPERVISOR)
def take_away(case_id: str) -> tuple[str, int] | Response:
    return _change(case_id, gives=False)


def _change(case_id: str, *, gives: bool) -> tuple[str, int] | Response:
    row = reasoned(case_id)
    chosen = request.form.get("person", "")
    if not chosen:
        return _page(row, "Choose a person."), 400
    try:
        (sharing.share if gives else sharing.take_away)(desk(), row.id, identity(chosen, 16))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _page(row, str(refusal)), 400
    flash("They can open the case now." if gives else "Their key to the case is gone.", "success")
    return redirect(url_for("sharing.listing", case_id=case_id), 303)


def _page(row: Case, problem: str = "") -> str:
    try:
        found = sharing.access(desk(), row.id)
    except NotAllowed:
        abort(404)
    errors = [{"text": problem, "field": "person"}] if problem else []
    return render_template(
        "cases/access.html", case=row, access=found, errors=errors, titles=TITLES,
        files_posts=restricting.files_posts(found.holders),
    )  # fmt: skip
