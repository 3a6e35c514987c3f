"""The audit: who did what, when, in which case, and whether the chain is whole. No text of any report is in it."""

import time
from collections.abc import Callable

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from handler.audit import entries, verify
from handler.audit.entries import Filters
from handler.audit.log import current_head, record
from handler.identity.access import allow
from handler.identity.roles import AUDITOR, SUPERVISOR
from handler.services import services

blueprint = Blueprint("audit", __name__)
PAGE = 100
CHECKPOINTS = 50
PART_SECONDS = 2.0  # of looking at a long chain, before the page shows how far it is
VERIFIED = "chain verified"


@blueprint.get("/audit")
@allow(AUDITOR, SUPERVISOR)
def listing() -> str | tuple[str, int]:
    """A hundred entries, the newest first; `before` continues."""
    before = request.args.get("before", type=int)
    asked = Filters.of(request.args)
    error, lines = "", []
    with services().databases.console.write() as console:
        try:
            lines = entries.page(console, asked, before, PAGE, _holder())
        except entries.NoSuchDay as problem:
            error = str(problem)
        head, acts, actors = current_head(console), entries.acts(console), entries.actors(console)
        trail = entries.case_named(console, asked.case)  # what was typed is not noted; which case it named, is
        record(console, g.unlocked, "audit read", trail, clock=services().clock, by=sorted(asked.given()))
    page = render_template(
        "audit/listing.html", tab="entries", rows=lines, head=head, acts=acts, actors=actors, asked=asked, error=error,
        earlier=lines[-1].number if len(lines) == PAGE and lines[-1].number > 1 else None,
    )  # fmt: skip
    return (page, 400) if error else page


def _holder() -> bytes | None:
    """None for an auditor, who sees the entries of all cases."""
    return None if g.unlocked.may(AUDITOR) else g.unlocked.user_id


@blueprint.get("/audit/chain")
@allow(AUDITOR, SUPERVISOR)
def chain() -> str:
    with services().databases.console.read() as console:
        last = entries.page(console, Filters(act=VERIFIED), None, 1)
        signed = verify.newest_checkpoints(console, CHECKPOINTS)
        head = current_head(console)
    return render_template(
        "audit/chain.html", tab="chain", head=head, last=last[0] if last else None, signed=signed, place=None
    )


@blueprint.post("/audit/chain")
@allow(AUDITOR, SUPERVISOR)
def check_chain() -> str | Response:
    """Looks at the chain for two seconds; where it is longer, the page that follows goes on from there."""
    place = _place(request.form.get("place", ""))
    with services().databases.console.read() as console:
        found = verify.go_on(console, place, _enough(time.monotonic() + PART_SECONDS))
        head = current_head(console)
    if not found.done:
        signed = _signer().dumps([found.place.number, found.place.head.hex()])
        return render_template("audit/chain.html", tab="chain", head=head, place=found.place, goes_on=signed, signed=[])
    problem = str(found.problem) if found.problem is not None else ""
    with services().databases.console.write() as console:
        record(
            console, g.unlocked, VERIFIED, clock=services().clock, whole=not problem, entries=found.entries,
            bulletins=found.bulletins, problem=problem or "none",
        )  # fmt: skip
    if problem:
        flash(
            f"The chain is broken at {problem}. Keep the database as evidence, and tell the head of the unit.", "error"
        )
    else:
        flash(f"The chain is whole: {found.entries:,} entries, {found.bulletins:,} published bulletins.", "success")
    return redirect(url_for("audit.chain"), 303)


def _enough(end: float) -> Callable[[], bool]:
    return lambda: time.monotonic() >= end


def _signer() -> URLSafeSerializer:
    """So that a page cannot be made to begin anywhere but where the console came to."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="audit chain")


def _place(text: str) -> verify.Place:
    """Where the part before ended; the beginning for anything else."""
    try:
        number, head = _signer().loads(text)
        return verify.Place(int(number), bytes.fromhex(head))
    except (BadSignature, ValueError, TypeError):
        return verify.Place()
