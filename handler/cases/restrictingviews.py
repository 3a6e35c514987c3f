"""The page that restricts a case to named people. It shows no word of the case, as the page of who can open it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases import restricting, sharing
from handler.cases.opened import desk, reasoned
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import HANDLER, SUPERVISOR, TITLES
from handler.web.addresses import identity

blueprint = Blueprint("restricting", __name__)


@blueprint.get("/cases/<case_id>/restrict")
@allow(HANDLER, SUPERVISOR)
def ask(case_id: str) -> str:
    return _page(reasoned(case_id))


@blueprint.post("/cases/<case_id>/restrict")
@allow(HANDLER, SUPERVISOR)
def restrict(case_id: str) -> tuple[str, int] | Response:
    row = reasoned(case_id)
    chosen = [identity(person, 16) for person in request.form.getlist("person")]
    try:
        restricting.restrict(desk(), row.id, chosen)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _page(row, str(refusal), chosen), 400
    flash("The case has a new key, and only the people named have it.", "success")
    if desk().unlocked.user_id not in chosen:
        return redirect(url_for("cases.listing"), 303)
    return redirect(url_for("sharing.listing", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/restrict/lift")
@allow(SUPERVISOR)
def lift(case_id: str) -> tuple[str, int] | Response:
    row = reasoned(case_id)
    try:
        number = restricting.lift(desk(), row.id)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _page(row, str(refusal)), 400
    flash(f"The restriction is lifted: {number} people can open the case.", "success")
    return redirect(url_for("sharing.listing", case_id=case_id), 303)


def _page(row: Case, problem: str = "", chosen: list[bytes] | None = None) -> str:
    try:
        found = sharing.access(desk(), row.id)
    except NotAllowed:
        abort(404)
    people = restricting.candidates(found)
    return render_template(
        "cases/restrict.html", case=row, people=people, titles=TITLES, held={person.id for person in found.holders},
        chosen=set(chosen if chosen is not None else [desk().unlocked.user_id]),
        may=restricting.may_restrict(desk(), row),
        errors=[{"text": problem, "field": "person-0" if people else None}] if problem else [],
    )  # fmt: skip
