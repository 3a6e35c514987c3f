"""Alerts: the supervisors' list, their count in the bar, the alerts of a case and answering one."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.opened import desk, opened
from handler.deconfliction import alerts
from handler.deconfliction.alerts import VERDICTS, Shown
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/alerts")
@allow(SUPERVISOR)
def listing() -> str:
    """Whose answer is awaited first."""
    with services().databases.console.read() as console:
        shown = alerts.all_shown(console, desk())
    return render_template("deconfliction/listing.html", alerts=shown, verdicts=VERDICTS, names=_names())


@blueprint.post("/cases/<case_id>/alerts/<alert_id>")
@allow(HANDLER, SUPERVISOR)
def answer(case_id: str, alert_id: str) -> Response | tuple[str, int]:
    """In the case, once it was opened: what is answered must have been read."""
    row, wanted, form = opened(case_id), identity(alert_id, 16), request.form
    if all(one.row.id != wanted for one in alerts_of(row.id)):
        abort(404)
    try:
        alerts.note(desk(), wanted, form.get("verdict", ""), form.get("line", ""))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        found = [one for one in alerts_of(row.id) if one.row.id == wanted]
        if not found:
            abort(404)
        problem = {"text": str(refusal), "field": f"line-{alert_id}"}
        page = render_template("deconfliction/answer.html", case=row, alert=found[0], errors=[problem], given=form)
        return page, 400
    flash("The alert is answered.", "success")
    return redirect(url_for("cases.case", case_id=case_id), 303)


def count() -> int:
    """How many of a subject no supervisor has answered."""
    with services().databases.console.read() as console:
        return alerts.waiting(console)


@blueprint.app_template_global()
def alerts_of(case_id: bytes) -> Sequence[Shown]:
    """For the page of a case."""
    with services().databases.console.read() as console:
        return alerts.of_case(console, desk(), case_id)


@blueprint.app_template_global()
def alert_verdicts(about: str) -> Mapping[str, str]:
    """What can be answered to an alert."""
    return VERDICTS[about]


@blueprint.app_template_global()
def answers_alerts(about: str) -> bool:
    """Whether the signed-in person's role answers it."""
    return desk().unlocked.may(*alerts.answered_by(about))


def _names() -> dict[bytes, str]:
    with services().databases.console.read() as console:
        return {person.id: person.name for person in people(console)}
