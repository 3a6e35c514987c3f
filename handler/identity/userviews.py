"""The supervisor's page of people: who there is, which duty has nobody or only one, adding a person."""

import segno
from flask import Blueprint, g, render_template, request
from markupsafe import Markup

from handler.audit.log import record
from handler.errors import Refused
from handler.identity import accounts, duties, totp, users
from handler.identity.access import allow
from handler.identity.roles import ROLES, SUPERVISOR, TITLES
from handler.keys import lost
from handler.pickup.alarms import alarms
from handler.services import services

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@allow(SUPERVISOR)
def listing() -> str:
    return _listing(None)


def _listing(error: str | None) -> str:
    with services().databases.console.read() as console:
        everyone = users.people(console)
        held = duties.duties(console)
        raised = [alarm for alarm in alarms(console) if alarm.key in (duties.ALARM, lost.ALARM)]
        copies = lost.copies(console, services().today())
    form = request.form if error else {}
    return render_template(
        "identity/people.html",
        people=everyone,
        roles=ROLES,
        titles=TITLES,
        duties=held,
        alarms=raised,
        copies=copies,
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
                now=services().now(),
            )
            person, clock = made.user_id.hex(), services().clock
            duties.watch(console, today)
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
