"""The pages of the conflict check: the question, no conflict, stepping out, a supervisor taking note."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crypto.post import Report
from handler.cases.opened import desk, known
from handler.cases.questionnaires import in_words
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, SUPERVISOR
from handler.intake import routing
from handler.lifecycle import conflict
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("conflict", __name__)


def ask(row: Case, problem: str = "", field: str | None = "clear") -> str:
    """The question, with the names that the reporter gave. Answers 404 without the case's key."""
    try:
        named = conflict.named(desk(), row.id)
    except NotAllowed:
        abort(404)
    answers = in_words(services().settings, Report(named.questionnaire, {}, named.answers)) if named.answers else []
    errors = [{"text": problem, "field": field}] if problem else []
    return render_template("lifecycle/conflict.html", case=row, answers=answers, errors=errors, labels=routing.LABELS)


@blueprint.post("/cases/<case_id>/conflict")
@allow(*CASE_ROLES)
def confirm(case_id: str) -> tuple[str, int] | Response:
    row = known(case_id)
    try:
        conflict.confirm(desk(), row.id, request.form.get("clear") == "yes")
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return ask(row, str(refusal)), 400
    return redirect(url_for("cases.case", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/recuse")
@allow(*CASE_ROLES)
def recuse(case_id: str) -> tuple[str, int] | Response:
    row = known(case_id)
    try:
        conflict.recuse(desk(), row.id)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return ask(row, str(refusal), field=None), 400
    flash(f"You stepped out of {row.number}. Your key to it is gone.", "success")
    return redirect(url_for("cases.listing"), 303)


@blueprint.post("/cases/<case_id>/recused/<user_id>")
@allow(SUPERVISOR)
def noted(case_id: str, user_id: str) -> Response:
    """A supervisor has read that somebody stepped out."""
    conflict.take_note(desk(), known(case_id).id, identity(user_id, 16))
    return redirect(url_for("approvals.listing"), 303)
