"""The pages on which a passkey is added, used as second factor, and removed."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import delete
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.errors import Refused
from handler.identity import cookies, passkeys, sessions, signin
from handler.identity.access import allow, public
from handler.identity.roles import ROLES
from handler.identity.secondviews import bucket_of
from handler.identity.tables import Passkey, SignedIn, User
from handler.identity.views import bytes_of, signed_in
from handler.services import services

blueprint = Blueprint("passkeys", __name__)


def origin() -> passkeys.Origin:
    """The address of this console: as configured, or on this machine as the browser asked for it."""
    url = services().settings.origin or request.host_url
    parts = urlsplit(url)
    return passkeys.Origin(f"{parts.scheme}://{parts.netloc}", parts.hostname or "")


@blueprint.get("/passkeys/new")
@allow(*ROLES)
def new() -> str:
    with services().databases.console.write() as console:
        row, user = console.get_one(SignedIn, g.session_id), console.get_one(User, g.unlocked.user_id)
        options = passkeys.registration_options(console, row, user, origin())
    return render_template("identity/passkey_new.html", options=options, error=None)


@blueprint.post("/passkeys/new")
@allow(*ROLES)
def add() -> tuple[str, int] | Response:
    form = request.form
    try:
        with services().databases.console.write() as console:
            row = console.get_one(SignedIn, g.session_id)
            passkeys.register(
                console,
                row,
                origin(),
                form.get("credential", ""),
                name=form.get("name", ""),
                today=services().today(),
            )
            record(console, g.unlocked, "passkey added", clock=services().clock)
    except passkeys.PasskeyRefused as error:
        return render_template("identity/passkey_new.html", options="", error=str(error)), 403
    flash("The passkey was added. You can use it in place of the code from now on.", "success")
    return redirect(url_for("identity.sessions"), 303)


@blueprint.post("/passkeys/remove")
@allow(*ROLES)
def remove() -> Response:
    with services().databases.console.write() as console:
        console.execute(
            delete(Passkey).where(
                Passkey.id == bytes_of(request.form.get("passkey", "")), Passkey.user_id == g.unlocked.user_id
            )
        )
        record(console, g.unlocked, "passkey removed", clock=services().clock)
    flash("The passkey was removed.")
    return redirect(url_for("identity.sessions"), 303)


@blueprint.get("/sign-in/passkey")
@public
def confirm() -> str | Response:
    """The second step of a sign-in whose passphrase was right."""
    cookie = cookies.session_cookie(services().settings, request)
    with services().databases.console.write() as console:
        live = sessions.find(console, cookie or "", services().now())
        if live is None or live.row.open:
            return redirect(url_for("identity.sign_in", next=request.args.get("next", "")))
        options = passkeys.sign_in_options(console, live.row, origin())
    return render_template("identity/passkey_confirm.html", options=options, next=request.args.get("next", ""))


@blueprint.post("/sign-in/passkey")
@public
def submit() -> tuple[str, int] | Response:
    settings = services().settings
    cookie = cookies.session_cookie(settings, request)
    with services().databases.console.write() as console:
        live = sessions.find(console, cookie or "", services().now())
        if live is None or live.row.open:
            return redirect(url_for("identity.sign_in"), 303)
        user = console.get_one(User, live.row.user_id)
        where = bucket_of(user)
        try:
            passkeys.check(console, live.row, origin(), request.form.get("credential", ""))
        except Refused as error:
            sessions.end(console, user.id, live.row.id)
            record(console, user.id, "sign-in refused", clock=services().clock)
            refusal = str(error)
            begun = None
        else:
            begun = signin.complete(services(), console, live, where)
    if begun is not None:
        return signed_in(begun, request.form)
    return render_template("identity/sign_in.html", next="", error=refusal, name="", lapsed=False), 403
