"""The six-digit code on a page of its own: for who has no passkey, or not at hand."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.errors import Refused
from handler.identity import cookies, sessions, signin, throttle, users
from handler.identity.access import public
from handler.identity.tables import User
from handler.identity.throttle import WaitFirst
from handler.identity.views import signed_in
from handler.services import services

blueprint = Blueprint("second", __name__)


def half_open(cookie: str) -> User | None:
    """Whose passphrase was right with this cookie, their second factor awaited."""
    with services().databases.console.read() as console:
        live = sessions.find(console, cookie, services().now())
        return console.get(User, live.row.user_id) if live is not None and not live.row.open else None


def bucket_of(user: User) -> bytes:
    """Where attempts at this person's second factor count: with those at the passphrase, from the same browser."""
    settings = services().settings
    known = cookies.known_browser(settings, request)
    return throttle.bucket(settings.web_key_path.read_bytes(), users.lookup_name(user.name), user.id, known)


@blueprint.get("/sign-in/code")
@public
def code() -> str | Response:
    wanted = request.args.get("next", "")
    if half_open(cookies.session_cookie(services().settings, request) or "") is None:
        return redirect(url_for("identity.sign_in", next=wanted), 303)
    return render_template("identity/code.html", next=wanted, error=None)


@blueprint.post("/sign-in/code")
@public
def submit() -> tuple[str, int] | Response:
    cookie, form = cookies.session_cookie(services().settings, request) or "", request.form
    user = half_open(cookie)
    if user is None:
        return redirect(url_for("identity.sign_in", next=form.get("next", "")), 303)
    try:
        begun = signin.complete_by_code(services(), cookie, form.get("code", "")[:16], bucket_of(user))
    except signin.NotBegun:
        return redirect(url_for("identity.sign_in", next=form.get("next", "")), 303)
    except Refused as error:
        status = 429 if isinstance(error, WaitFirst) else 403
        return render_template("identity/code.html", next=form.get("next", ""), error=str(error)), status
    return signed_in(begun, form)
