"""The page of a person's own settings."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.errors import Refused
from handler.identity import ownsettings
from handler.identity.access import allow
from handler.identity.roles import ROLES
from handler.services import services
from handler.times import place

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
@allow(*ROLES)
def page() -> str:
    return _page(g.zone)


@blueprint.post("/settings")
@allow(*ROLES)
def keep() -> tuple[str, int] | Response:
    """No act on a case, and nobody else's concern: not in the audit."""
    zone = request.form.get("zone", "")
    try:
        with services().databases.console.write() as console:
            ownsettings.set_zone(console, g.unlocked.user_id, zone)
    except Refused as refusal:
        return _page(g.zone, str(refusal)), 400
    flash(f"Times are shown in {place(zone)} time from now on.", "success")
    return redirect(url_for("settings.page"), 303)


def _page(zone: str, problem: str = "") -> str:
    errors = [{"text": problem, "field": "zone"}] if problem else []
    return render_template(
        "identity/settings.html", zone=zone, zones=ownsettings.zones(), place=place, now=services().now(), errors=errors
    )
