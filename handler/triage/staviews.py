"""The page of the priorities of the strategic threat assessment: supervisors set them, others read."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.opened import desk
from handler.errors import Refused
from handler.identity.access import allow
from handler.identity.roles import AUDITOR, CASE_ROLES, SUPERVISOR
from handler.identity.users import people
from handler.services import services
from handler.triage import categories, sta
from handler.triage.stasetting import EPOCH, NoPeriod, NoStaReason, Setting, set_priorities
from handler.vocabulary import vocabulary

blueprint = Blueprint("sta", __name__)


@blueprint.get("/threat-priorities")
@allow(*CASE_ROLES, AUDITOR)
def page() -> str:
    """What is in force, with the earlier ones; for a supervisor the form with what is in force standing in it."""
    return _page(None, [])


@blueprint.post("/threat-priorities")
@allow(SUPERVISOR)
def save() -> tuple[str, int] | Response:
    sent = request.form
    given = Setting(
        sent.get("begins", ""), sent.get("ends", ""), tuple(sent.getlist("categories")), sent.get("reason", "")
    )
    try:
        moved = set_priorities(desk(), given)
    except Refused as refusal:
        field = "begins" if isinstance(refusal, NoPeriod) else "reason-0" if isinstance(refusal, NoStaReason) else None
        return _page(given, [{"text": str(refusal), "field": field}]), 400
    cases = {0: "No open case has", 1: "One open case has"}.get(moved, f"{moved} open cases have")
    flash(f"The priorities are set. {cases} another priority now.", "success")
    return redirect(url_for("sta.page"), 303)


def _page(given: Setting | None, errors: Sequence[dict[str, str | None]]) -> str:
    with services().databases.console.read() as console:
        periods = sta.periods(console)
        names = {person.id: person.name for person in people(console)}
    if given is None:
        newest = periods[0] if periods else None
        given = Setting(
            _written(newest.begins) if newest else "", _written(newest.ends) if newest else "",
            tuple(newest.categories.split()) if newest else (), "",
        )  # fmt: skip
    return render_template(
        "triage/sta.html", periods=periods, given=given, errors=errors, names=names, today=services().today(),
        categories=vocabulary("categories"), shown=categories.shown, reasons=vocabulary("sta_reasons"),
        why=[(term.id, term.text, "") for term in vocabulary("sta_reasons")],
    )  # fmt: skip


def _written(day: int) -> str:
    return date.fromordinal(EPOCH.toordinal() + day).isoformat()
