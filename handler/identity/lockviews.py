"""Locking by hand or by the page's own script, and unlocking. The script asks for JSON and stays on its page."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.errors import Refused
from handler.identity import cookies, locking, sessions
from handler.identity.access import allow, public
from handler.identity.kept import Kept, unlock_page
from handler.identity.roles import ROLES
from handler.identity.tables import SignedIn
from handler.identity.views import after_sign_in
from handler.services import services

blueprint = Blueprint("locking", __name__)

Answer = str | tuple[str, int] | tuple[dict[str, str], int] | Response


def by_script() -> bool:
    """Whether the page's own script asks, which shows what comes of it by itself."""
    return request.accept_mimetypes.best == "application/json"


@blueprint.post("/awake")
@allow(*ROLES)
def awake() -> tuple[str, int]:
    """The person typed or clicked on a page without asking for another: that is use, which `load_current` notes."""
    return "", 204


@blueprint.post("/lock")
@allow(*ROLES)
def lock() -> Answer:
    """By the button, or by the script when the time is up."""
    how = locking.BY_TIME if request.form.get("by") == locking.BY_TIME else locking.BY_PERSON
    with services().databases.console.write() as console:
        locking.lock(console, console.get_one(SignedIn, g.session_id, with_for_update=True), services().clock, how)
    if by_script():
        return "", 204
    return redirect(url_for("locking.unlock", next=request.form.get("next", "")), 303)


@blueprint.get("/unlock")
@public
def unlock() -> Answer:
    if g.locked is None:
        return redirect(after_sign_in(request.args) if g.unlocked else url_for("identity.sign_in"), 303)
    return unlock_page(wanted=request.args.get("next", ""))


@blueprint.post("/unlock")
@public
def submit() -> Answer:
    """The page that was asked for; or, where a form was sent while locked, the form again."""
    form, kept = request.form, Kept.decode(request.form.get("kept", ""))
    if g.locked is None:
        return _not_locked()
    cookie = cookies.session_cookie(services().settings, request) or ""
    try:
        made = locking.unlock(services(), cookie, form.get("passphrase", "")[:1024])
    except locking.SessionOver as error:
        return _ended(str(error))
    except Refused as error:
        if by_script():
            return {"problem": str(error)}, 403
        return unlock_page(wanted=form.get("next", ""), kept=kept, error=str(error)), 403
    g.unlocked = made.unlocked  # for the bar of the page that follows
    answer = _unlocked(kept)
    cookies.set_session(services().settings, answer, made.cookie)
    return answer


def _unlocked(kept: Kept | None) -> Response:
    if by_script():
        return Response(status=204)
    if kept is not None:
        return Response(render_template("identity/kept.html", kept=kept), mimetype="text/html")
    return redirect(after_sign_in(request.form), 303)


def _not_locked() -> Answer:
    """Unlocked in another window already, or over. A page that is kept opens for its own person only."""
    if by_script():
        same = g.unlocked is not None and g.unlocked.user_id.hex() == request.form.get("who")
        return ("", 204) if same else ({"problem": str(locking.SessionOver())}, 401)
    return redirect(after_sign_in(request.form) if g.unlocked else url_for("identity.sign_in"), 303)


def _ended(problem: str) -> Answer:
    if by_script():
        return {"problem": problem}, 401
    page = render_template("identity/sign_in.html", next=request.form.get("next", ""), error=problem, name="")
    return page, 401


@blueprint.post("/unlock/end")
@public
def end() -> Response:
    """Signs out of a locked session instead."""
    if g.locked is not None:
        with services().databases.console.write() as console:
            row = console.get(SignedIn, g.locked.row_id)
            if row is not None:
                sessions.end(console, row.user_id, row.id)
                record(console, row.user_id, "signed out", clock=services().clock)
    answer = redirect(url_for("identity.sign_in"), 303)
    cookies.clear_session(services().settings, answer)
    return answer
