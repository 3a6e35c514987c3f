"""The pages of a person who leaves, and of changing somebody's roles."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask import flash as tell
from werkzeug.wrappers import Response

from handler.cases.opened import desk
from handler.errors import Refused
from handler.identity import leaving, rolechange
from handler.identity.access import allow
from handler.identity.roles import ROLES, SUPERVISOR, TITLES
from handler.identity.users import Person
from handler.identity.views import bytes_of
from handler.services import services

blueprint = Blueprint("leaving", __name__)


@blueprint.get("/people/close")
@allow(SUPERVISOR)
def ask() -> str | Response:
    """What hangs on the person, and who takes it over: closing cannot be undone."""
    return _leaver(bytes_of(request.args.get("person", "")))


@blueprint.post("/people/close")
@allow(SUPERVISOR)
def close() -> str | tuple[str, int] | Response:
    """Hands on, takes every key away, ends the sessions; then says what came of it, by what the databases have."""
    user_id = bytes_of(request.form.get("person", ""))
    successor = bytes_of(request.form.get("successor", "")) or None
    try:
        left = leaving.leave(desk(), user_id, successor, request.form.get("note", ""))
    except leaving.NoSuccessor as refusal:
        return _with(400, _leaver(user_id, str(refusal), "successor"))
    except Refused as refusal:
        return _with(403, _leaver(user_id, str(refusal)))
    return render_template("identity/left.html", left=left)


@blueprint.get("/people/<user_id>/roles")
@allow(SUPERVISOR)
def ask_roles(user_id: str) -> str | Response:
    return _roles(bytes_of(user_id))


@blueprint.post("/people/<user_id>/roles")
@allow(SUPERVISOR)
def change_roles(user_id: str) -> tuple[str, int] | Response:
    try:
        changed = rolechange.change(desk(), bytes_of(user_id), request.form.getlist("role"))
    except Refused as refusal:
        return _with(400, _roles(bytes_of(user_id), str(refusal)))
    lines = ["The roles are changed, and with them the keys."]
    if changed.renewed or changed.to_renew:
        lines.append(f"Cases with a new key: {changed.renewed}; to be renewed when next opened: {changed.to_renew}.")
    tell(" ".join(lines), "success")
    return redirect(url_for("people.listing"), 303)


def _leaver(user_id: bytes, problem: str = "", field: str | None = None) -> str | Response:
    try:
        found = leaving.look(desk(), user_id)
    except leaving.NoSuchPerson:
        return redirect(url_for("people.listing"), 303)
    errors = [{"text": problem, "field": field}] if problem else []
    return render_template(
        "identity/leaver.html", leaver=found, errors=errors, note=request.form.get("note", ""), titles=TITLES,
        chosen=bytes_of(request.form.get("successor", "")), days=leaving.LOOKED_BACK_DAYS,
    )  # fmt: skip


def _roles(user_id: bytes, problem: str = "") -> str | Response:
    try:
        person = _person(user_id)
    except leaving.NoSuchPerson:
        return redirect(url_for("people.listing"), 303)
    chosen = request.form.getlist("role") if problem else person.roles
    errors = [{"text": problem, "field": f"role-{ROLES[0]}"}] if problem else []
    return render_template(
        "identity/roles.html", person=person, roles=ROLES, titles=TITLES, chosen=chosen, errors=errors
    )


def _with(code: int, page: str | Response) -> tuple[str, int] | Response:
    """A redirect stays one: to the list, where there is no such person."""
    return (page, code) if isinstance(page, str) else page


def _person(user_id: bytes) -> Person:
    with services().databases.console.read() as console:
        return leaving.open_account(console, user_id)
