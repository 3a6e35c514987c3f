"""The safeguarding queue, and the page of guidance."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.identity.access import allow
from handler.identity.roles import HANDLER, ROLES, SAFEGUARDING_LEAD, SUPERVISOR
from handler.identity.users import holders_with_role
from handler.safeguarding import hub, packkeys
from handler.safeguarding.referring import NOT_ASSESSED
from handler.safeguarding.tracking import STATES
from handler.services import services
from handler.vocabulary import vocabulary

blueprint = Blueprint("safeguarding", __name__)


def count() -> int:
    """How many things press, for the bar."""
    with services().databases.console.read() as console:
        return hub.waiting(console, g.unlocked, services().now())


@blueprint.get("/safeguarding")
@allow(HANDLER, SUPERVISOR, SAFEGUARDING_LEAD)
def queue() -> str:
    """Every referral of this person's, by THRIVE and clock, below what is late and not even written down."""
    show, person = request.args.get("show", ""), request.args.get("person", "")
    show, person = (show if show in hub.SHOWN else ""), (person if person in hub.PEOPLE else "")
    now, who = services().now(), g.unlocked
    with services().databases.console.read() as console, services().databases.keyring.read() as wraps:
        keyring = services().keyring(wraps)
        number = request.args.get("page", 1, type=int)
        page = hub.queue(console, who, now, show=show, person=person, number=number)
        mine = set(keyring.purposes(who.user_id, packkeys.PREFIX))
        leads = holders_with_role(console, SAFEGUARDING_LEAD)
        lacking = packkeys.lacking(console, keyring, leads) if who.may(SUPERVISOR) else 0
        running, figures = hub.unreferred(console, who, now), hub.figures(console, who, now)
    return render_template(
        "safeguarding/queue.html", page=page, show=show, person=person, shown=hub.SHOWN, people=hub.PEOPLE,
        running=running, figures=figures, states=STATES, levels=vocabulary("thrive_levels").terms,
        not_assessed=NOT_ASSESSED, mine=mine, purpose=packkeys.pack_purpose, lacking=lacking, leads=len(leads), now=now,
    )  # fmt: skip


@blueprint.post("/safeguarding/keys")
@allow(SUPERVISOR)
def give_keys() -> Response:
    """To safeguarding leads who came later, of what this supervisor holds."""
    with services().databases.write_both() as (console, wraps):
        given = packkeys.give_leads(console, services().keyring(wraps), g.unlocked, services().now())
        record(console, g.unlocked, "referral keys given to leads", clock=services().clock, number=given)
    flash(f"{given} {'key was' if given == 1 else 'keys were'} given to safeguarding leads.", "success")
    return redirect(url_for("safeguarding.queue"), 303)


@blueprint.get("/guidance/safeguarding")
@allow(*ROLES)
def guidance() -> str:
    """What to do when someone is at risk: one page."""
    return render_template("safeguarding/guidance.html", phone=services().settings.duty_phone)
