"""The pages of signing in and out, and a person's own sessions and passphrase."""

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.errors import Refused
from handler.identity import accounts, cookies, sessions, signin
from handler.identity.access import allow, public
from handler.identity.roles import ROLES
from handler.identity.sessionlist import shown
from handler.identity.tables import Passkey, User
from handler.identity.throttle import WaitFirst
from handler.keys.upkeep import certify_when_due
from handler.publication.restore import seal_when_due
from handler.services import services
from handler.web import layout
from handler.web.addresses import local_page

blueprint = Blueprint("identity", __name__)


@blueprint.get("/")
@allow(*ROLES)
def home() -> Response:
    """The first page after signing in, by the person's roles."""
    return redirect(url_for(layout.first_page(g.unlocked.roles)), 303)


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    if g.unlocked is not None:
        return redirect(after_sign_in(request.args))
    return render_template(
        "identity/sign_in.html", next=request.args.get("next", ""), error=None, name="", lapsed=g.lapsed
    )


@blueprint.post("/sign-in")
@public
def submit_sign_in() -> tuple[str, int] | Response:
    settings, form = services().settings, request.form
    attempt = signin.Attempt(
        name=form.get("name", "")[:64],
        passphrase=form.get("passphrase", "")[:1024],
        code=form.get("code", "")[:16],
        browser=cookies.known_browser(settings, request),
    )
    try:
        begun = signin.begin(services(), settings.web_key_path.read_bytes(), attempt)
    except Refused as error:
        status = 429 if isinstance(error, WaitFirst) else 403
        page = render_template(
            "identity/sign_in.html", next=form.get("next", ""), error=str(error), name=attempt.name, lapsed=False
        )
        return page, status
    if not begun.opened:
        following = "passkeys.confirm" if begun.has_passkey else "second.code"
        answer = redirect(url_for(following, next=form.get("next", "")), 303)
        cookies.set_session(settings, answer, begun.cookie)
        return answer
    return signed_in(begun, form)


def signed_in(begun: signin.Begun, arguments: Mapping[str, str]) -> Response:
    """The answer to a sign-in that is complete. Who has no passkey is offered one, once, on the page that follows."""
    answer = redirect(after_sign_in(arguments), 303)
    cookies.set_session(services().settings, answer, begun.cookie)
    cookies.remember_browser(services().settings, answer, begun.unlocked.user_id)
    certify_when_due(services(), begun.unlocked)
    seal_when_due(services(), begun.unlocked)
    if not begun.has_passkey:
        flash("Next time, sign in without a code: add a passkey.", "passkey")
    return answer


def after_sign_in(arguments: Mapping[str, str]) -> str:
    """The page that was asked for, if it is one of this console's."""
    return local_page(arguments.get("next", "")) or url_for("identity.home")


@blueprint.post("/sign-out")
@allow(*ROLES)
def sign_out() -> Response:
    with services().databases.console.write() as console:
        signin.sign_out(services(), console, g.unlocked.user_id, g.session_id)
    answer = redirect(url_for("identity.sign_in"), 303)
    cookies.clear_session(services().settings, answer)
    return answer


@blueprint.get("/sessions", endpoint="sessions")
@allow(*ROLES)
def own_sessions() -> str:
    user_id, now = g.unlocked.user_id, services().now()
    with services().databases.console.read() as console:
        live = sessions.of_person(console, user_id, now)
        passkeys = console.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.added)).all()
    rows = [shown(row, now, g.session_id) for row in live]
    keys = [{"id": key.id.hex(), "name": key.name, "added": key.added} for key in passkeys]
    return render_template("identity/sessions.html", rows=rows, passkeys=keys, roles=sorted(g.unlocked.roles))


@blueprint.post("/sessions/end")
@allow(*ROLES)
def end_session() -> Response:
    """One of the person's own sessions, or with `all` every one."""
    wanted = request.form.get("session", "")
    with services().databases.console.write() as console:
        if wanted == "all":
            sessions.end_all(console, g.unlocked.user_id)
        else:
            sessions.end(console, g.unlocked.user_id, bytes_of(wanted))
        record(console, g.unlocked, "session ended", clock=services().clock, all=wanted == "all")
    flash("The session was ended." if wanted != "all" else "You are signed out everywhere.")
    return redirect(url_for("identity.sessions"), 303)


def bytes_of(text: str) -> bytes:
    """Hex from a form; empty for anything else, which names nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


@blueprint.get("/passphrase")
@allow(*ROLES)
def passphrase() -> str:
    return render_template("identity/passphrase.html", error=None)


@blueprint.post("/passphrase")
@allow(*ROLES)
def change_passphrase() -> tuple[str, int] | Response:
    """Locks the person's seed anew, and ends every other session of theirs."""
    form, unlocked = request.form, g.unlocked
    try:
        if form.get("new", "") != form.get("again", ""):
            raise NotTheSame
        with services().databases.console.read() as console:
            user = console.get_one(User, unlocked.user_id)
        with services().databases.keyring.write() as session:
            accounts.change_passphrase(
                services().keyring(session), user, form.get("old", "")[:1024], form.get("new", "")[:1024]
            )
    except Refused as error:
        return render_template("identity/passphrase.html", error=str(error)), 403
    with services().databases.console.write() as console:
        sessions.end_all(console, unlocked.user_id, but=g.session_id)
        record(console, unlocked, "passphrase changed", clock=services().clock)
    flash("Your passphrase was changed. Other sessions of yours were ended.")
    return redirect(url_for("identity.sessions"), 303)


class NotTheSame(Refused):
    """The new passphrase was typed in two different ways. Type it again, twice."""
