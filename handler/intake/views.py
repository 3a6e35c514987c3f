"""The pages of the sealed inbox."""

from dataclasses import asdict

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.errors import Refused
from handler.identity.access import allow
from handler.identity.roles import INTAKE
from handler.intake.opening import SECONDS, Batch, open_batch, sealed_by_week
from handler.intake.sources import release
from handler.intake.tables import HeldPost, QuarantinedEnvelope
from handler.pickup import alarms
from handler.services import services
from handler.web.addresses import identity

blueprint = Blueprint("intake", __name__)

COUNTED = ("tried", "cases", "filed", "held", "replayed", "quarantined", "not_addressed")
QUARANTINE_SHOWN = 200
BATCH_SECONDS = SECONDS  # for one request


def desk() -> Desk:
    """The signed-in person's."""
    found = services()
    return Desk(found.databases, found.settings, g.unlocked, found.clock)


@blueprint.get("/inbox")
@allow(INTAKE)
def inbox() -> str:
    """What waits sealed."""
    return _page(Batch(left=sum(sealed_by_week(desk()).values())), begun=False)


@blueprint.post("/inbox/open")
@allow(INTAKE)
def open_some() -> str | tuple[str, int]:
    """One bounded batch; the page that answers goes on by itself until nothing is left."""
    try:
        batch = open_batch(desk(), seconds=BATCH_SECONDS)
    except Refused as refusal:
        return _page(Batch(), begun=False, problem=str(refusal)), 400
    done = {name: _before(name) + getattr(batch, name) for name in COUNTED}
    return _page(Batch(**{**asdict(batch), **done}), begun=True, moving=batch.tried > 0)


@blueprint.get("/inbox/quarantine")
@allow(INTAKE)
def quarantine() -> str:
    with services().databases.console.read() as console:
        rows = console.scalars(
            select(QuarantinedEnvelope).order_by(QuarantinedEnvelope.day).limit(QUARANTINE_SHOWN)
        ).all()
    return render_template("intake/quarantine.html", rows=rows, meanings=MEANINGS)


@blueprint.post("/inbox/quarantine/<envelope_id>/again")
@allow(INTAKE)
def again(envelope_id: str) -> Response:
    """Back into the inbox, for instance after a week's key was shared or the program was mended."""
    with services().databases.console.write() as console:
        row = console.get(QuarantinedEnvelope, identity(envelope_id, 32))
        if row is None:
            abort(404)
        release(console, row)
        record(console, g.unlocked, "envelope released from quarantine", clock=services().clock, error=row.error)
    return redirect(url_for("intake.quarantine"), 303)


def _page(batch: Batch, *, begun: bool, moving: bool = False, problem: str = "") -> str:
    with services().databases.console.read() as console:
        held = console.scalar(select(func.count()).select_from(HeldPost)) or 0
        quarantined = console.scalar(select(func.count()).select_from(QuarantinedEnvelope)) or 0
        raised = alarms.shown(console, g.unlocked.user_id)
    return render_template(
        "intake/inbox.html", batch=batch, begun=begun, goes_on=moving and batch.left > 0, held=held,
        quarantined=quarantined, alarms=raised, counted=COUNTED, errors=[{"text": problem}] if problem else [],
    )  # fmt: skip


def _before(name: str) -> int:
    """What earlier batches of the same run came to, as the page carried it along. For show only."""
    value = request.form.get(f"done-{name}", 0, type=int)
    return max(0, min(value, 10_000_000))


MEANINGS = {
    "WrongEpoch": "Sealed for a week of which this console has no key",
    "BadVersion": "Written in a version that this program does not know",
    "BadBox": "Changed after it was sealed",
    "BadSignature": "Not signed by the words that it names",
    "ThreadKnown": "Uses a thread that belongs to other words",
    "BadJson": "Not in the form that posts have",
    "BadField": "Not in the form that posts have",
}
