"""Default deny: a page answers nobody until it says whom. Every view bears `@allow(roles…)` or `@public`."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from handler.identity.kept import Kept, unlock_page
from handler.identity.roles import ROLES

View = TypeVar("View", bound=Callable[..., Any])
MARK = "candour_roles"
EVERYONE: frozenset[str] = frozenset()


def allow(*roles: str) -> Callable[[View], View]:
    """Only signed-in people with at least one of the roles. `allow(*ROLES)` is anyone signed in."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"allow() needs roles of {ROLES}, not {sorted(unknown)}")

    def mark(view: View) -> View:
        setattr(view, MARK, frozenset(roles))
        return view

    return mark


def public(view: View) -> View:
    """Open to people who are not signed in: the sign-in pages and style sheets, and nothing else."""
    setattr(view, MARK, EVERYONE)
    return view


def declared(view: Callable[..., Any]) -> frozenset[str] | None:
    """The roles of a view; EVERYONE when public; None when it says nothing and so is closed."""
    found: frozenset[str] | None = getattr(view, MARK, None)
    return found


def enforce(app: Flask) -> None:
    """Puts the rule before every request. Call after whatever sets `g.unlocked`."""
    app.before_request(check_access)


def check_access() -> Response | None:
    """Lets the request through, or answers in its place."""
    if request.endpoint is None:
        return None  # no such page: 404 or 405 follows
    roles = declared(current_app.view_functions[request.endpoint])
    if roles == EVERYONE and roles is not None:
        return None
    if g.locked is not None and request.accept_mimetypes.accept_html:
        if request.method == "GET":
            return redirect(url_for("locking.unlock", next=request.full_path.rstrip("?")), 303)
        if request.method == "POST":  # what was typed goes with the page that asks to unlock
            return Response(unlock_page(kept=Kept.of_request()), 401, mimetype="text/html")
    if g.unlocked is None:
        if request.method == "GET" and request.accept_mimetypes.accept_html:
            return redirect(url_for("identity.sign_in", next=request.full_path.rstrip("?")), 303)
        abort(401)
    if roles is None or not g.unlocked.may(*roles):
        abort(403)
    return None
