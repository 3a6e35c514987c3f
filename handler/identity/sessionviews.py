"""Where a person is signed in, for a supervisor who has to end it: a lost device, somebody who left."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.identity import sessions
from handler.identity.access import allow
from handler.identity.roles import SUPERVISOR
from handler.identity.sessionlist import shown
from handler.identity.tables import User
from handler.identity.views import bytes_of
from handler.services import services

blueprint = Blueprint("sessions", __name__)


def _person(console: Session, text: str) -> User:
    """An open account, or 404."""
    user = console.get(User, bytes_of(text))
    if user is None or user.disabled is not None:
        abort(404)
    return user


@blueprint.get("/people/sessions")
@allow(SUPERVISOR)
def listing() -> str:
    now = services().now()
    with services().databases.console.read() as console:
        user = _person(console, request.args.get("person", ""))
        rows = [shown(row, now, g.session_id) for row in sessions.of_person(console, user.id, now)]
    return render_template("identity/person_sessions.html", person=user, rows=rows)


@blueprint.post("/people/sessions")
@allow(SUPERVISOR)
def end() -> Response:
    """Every session of the person at once, half-open ones too. The account stays: they can sign in again."""
    with services().databases.console.write() as console:
        user = _person(console, request.form.get("person", ""))
        sessions.end_all(console, user.id)
        record(console, g.unlocked, "sessions of a person ended", clock=services().clock, person=user.id.hex())
    flash(f"Every session of {user.name} was ended.", "success")
    return redirect(url_for("people.listing"), 303)
