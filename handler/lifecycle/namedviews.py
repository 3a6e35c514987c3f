"""The page on which a supervisor decides whether somebody is the person whom a reporter named."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crypto.post import Report
from handler.cases import listing as cases
from handler.cases.opened import desk, opened
from handler.cases.questionnaires import in_words
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import SUPERVISOR
from handler.identity.tables import User
from handler.lifecycle import conflict, named
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("named", __name__)


@dataclass(frozen=True)
class Row:
    """One person and case that wait for a decision. `open_to_me`: whether this supervisor holds the case's key."""

    case: Case  # its number is shown where it is open to them
    user_id: str
    who: str
    at: int
    open_to_me: bool


def rows() -> list[Row]:
    """For the Approvals page; none for who is no supervisor."""
    if not desk().unlocked.may(SUPERVISOR):
        return []
    with services().databases.console.read() as console:
        waiting = named.undecided(console, desk().unlocked.user_id)
        found = [(console.get_one(Case, one.case_id), console.get_one(User, one.user_id), one.at) for one in waiting]
    mine = cases.may_open(desk(), [case.id for case, _, _ in found])
    return [Row(case, user.id.hex(), user.name, at, case.id in mine) for case, user, at in found]


@blueprint.get("/cases/<case_id>/named/<user_id>")
@allow(SUPERVISOR)
def page(case_id: str, user_id: str) -> str:
    row, who = opened(case_id), identity(user_id, 16)
    try:
        with services().databases.console.read() as console:
            named.check(console, row.id, who)
    except Refused:
        abort(404)
    return _page(row, who)


@blueprint.post("/cases/<case_id>/named/<user_id>")
@allow(SUPERVISOR)
def decide(case_id: str, user_id: str) -> tuple[str, int] | Response:
    row, who = opened(case_id), identity(user_id, 16)
    chosen = request.form.get("decision", "")
    acts = {"other": named.lift, "same": named.stays_out}
    if chosen not in acts:
        return _page(row, who, "Choose one of the two."), 400
    try:
        acts[chosen](desk(), row.id, who)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _page(row, who, str(refusal)), 400
    flash("They can open the case now." if chosen == "other" else "They stay out of the case.", "success")
    return redirect(url_for("approvals.listing"), 303)


def _page(row: Case, user_id: bytes, problem: str = "") -> str:
    try:
        said = conflict.named(desk(), row.id, ("who", *conflict.FIRST))
        added = named.added(desk(), row.id, user_id)
    except NotAllowed:
        abort(404)
    with services().databases.console.read() as console:
        user = console.get(User, user_id)
    if user is None:
        abort(404)
    answers = in_words(services().settings, Report(said.questionnaire, {}, said.answers)) if said.answers else []
    errors = [{"text": problem, "field": "decision-0"}] if problem else []
    return render_template("lifecycle/named.html", case=row, person=user, answers=answers, added=added, errors=errors)
