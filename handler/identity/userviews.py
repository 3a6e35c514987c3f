"""The supervisor's page of people: who there is, adding one, closing an account."""

import segno
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.errors import Refused
from handler.identity import accounts, totp, users
from handler.identity.access import allow
from handler.identity.roles import ROLES, SUPERVISOR
from handler.identity.views import bytes_of
from handler.services import services

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@allow(SUPERVISOR)
def listing() -> str:
    return _listing(None)


def _listing(error: str | None) -> str:
    with services().databases.console.read() as console:
        everyone = users.people(console)
    form = request.form if error else {}
    return render_template(
        "identity/people.html",
        people=everyone,
        roles=ROLES,
        error=error,
        name=form.get("name", ""),
        own=g.unlocked.user_id,
    )


@blueprint.post("/people")
@allow(SUPERVISOR)
def add() -> tuple[str, int] | str:
    """Makes the account; shows the secret of its codes once."""
    form, unlocked, today = request.form, g.unlocked, services().today()
    roles = tuple(form.getlist("role"))
    try:
        with services().databases.write_both() as (console, wraps):
            keyring = services().keyring(wraps)
            made = accounts.create(
                console,
                keyring,
                name=form.get("name", ""),
                roles=roles,
                passphrase=form.get("passphrase", "")[:1024],
                today=today,
            )
            accounts.share_role_keys(
                console,
                keyring,
                console_name=services().console.name,
                by=unlocked,
                user_id=made.user_id,
                today=today,
            )
            person, clock = made.user_id.hex(), services().clock
            record(console, unlocked, "person added", clock=clock, person=person, roles=sorted(set(roles)))
    except Refused as error:
        return _listing(str(error)), 403
    uri = totp.enrolment_uri(made.totp_secret, form["name"].strip(), services().console.name)
    drawing = segno.make(uri, error="m").svg_inline(scale=4, border=2)
    return render_template(
        "identity/person_added.html",
        name=form["name"].strip(),
        secret=made.totp_secret,
        drawing=Markup(drawing),  # noqa: S704 - drawn here
    )


@blueprint.get("/people/close")
@allow(SUPERVISOR)
def confirm_close() -> str | Response:
    """Asks first: closing cannot be undone."""
    user_id = bytes_of(request.args.get("person", ""))
    with services().databases.console.read() as console:
        found = [person for person in users.people(console) if person.id == user_id and person.disabled is None]
    if not found:
        return redirect(url_for("people.listing"))
    return render_template("identity/person_close.html", person=found[0])


@blueprint.post("/people/close")
@allow(SUPERVISOR)
def close() -> tuple[str, int] | Response:
    """Takes every key of a person away and ends their sessions."""
    user_id = bytes_of(request.form.get("person", ""))
    try:
        with services().databases.write_both() as (console, wraps):
            _require(console, user_id)
            accounts.close(console, services().keyring(wraps), user_id, services().today())
            record(console, g.unlocked, "person closed", clock=services().clock, person=user_id.hex())
        services().databases.keyring.scrub()
    except Refused as error:
        return _listing(str(error)), 403
    flash("The account is closed: its keys are gone and its sessions have ended.", "success")
    return redirect(url_for("people.listing"), 303)


class NoSuchPerson(Refused):
    """There is no such account, or it is closed already. Load the page again."""


def _require(console: Session, user_id: bytes) -> None:
    if not any(person.id == user_id and person.disabled is None for person in users.people(console)):
        raise NoSuchPerson
