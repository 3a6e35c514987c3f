"""Puts the shared templates, the static files and the error pages into an application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, render_template, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.exceptions import HTTPException

from handler.identity.roles import ACU_LIAISON, CASE_ROLES, HANDLER, SENIOR_DECIDER, SUPERVISOR

WEB = Path(__file__).parent
COUNTS = "candour-counts"
"""The extension that holds, by endpoint, how many things wait behind an item of the bar."""

EXPLANATIONS = {
    400: (
        "That did not work",
        "The form was too old or not complete. Go back, load the page again, and try once more.",
    ),
    401: ("Sign in first", "You are not signed in, or your session ended after a time without use."),
    403: ("Not for your role", "Your role does not include this page. Ask a supervisor if you think it should."),
    404: (
        "Page not found",
        "There is nothing here, or it is not open to you. Check the address, or start from the first page.",
    ),
    413: ("Too much at once", "What was sent is larger than this page takes. Shorten it and try again."),
}
BROKEN = (
    "Something went wrong here",
    "Nothing you saved before is lost. Try again; if it goes on, tell an administrator.",
)


@dataclass(frozen=True)
class NavigationItem:
    """A link of the bar at the top, for people with one of the roles; without roles, for everyone signed in."""

    text: str
    endpoint: str
    roles: frozenset[str] = frozenset()


CASES = "cases.listing"
AT_CASES = frozenset({HANDLER, SUPERVISOR, SENIOR_DECIDER, ACU_LIAISON})
"""Whose work begins at the list of cases."""

NAVIGATION = (
    NavigationItem("Sealed inbox", "intake.inbox", frozenset({"intake"})),
    NavigationItem("Cases", CASES, frozenset(CASE_ROLES)),
    NavigationItem("Search", "search.page", frozenset({"handler", "supervisor", "senior-decider", "acu-liaison"})),
    NavigationItem("Alerts", "alerts.listing", frozenset({"supervisor"})),
    NavigationItem("Safeguarding", "safeguarding.queue", frozenset({"handler", "supervisor", "safeguarding-lead"})),
    NavigationItem("Approvals", "approvals.listing", frozenset({"handler", "supervisor", "senior-decider", "auditor"})),
    NavigationItem(
        "Board", "publication.board", frozenset({"handler", "supervisor", "intake", "auditor", "administrator"})
    ),
    NavigationItem("Sealed", "sealed.listing", frozenset({"legal-approver", "security-officer", "supervisor"})),
    NavigationItem("Audit", "audit.listing", frozenset({"auditor", "supervisor"})),
    NavigationItem("Oversight", "oversight.overview", frozenset({"auditor", "supervisor"})),
    NavigationItem("People", "people.listing", frozenset({"supervisor"})),
)


def install(app: Flask, console_name: str) -> None:
    """Shared templates and GOV.UK macros, `/static`, what base.html needs, and a page for each refusal."""
    own = FileSystemLoader([WEB / "templates", *sorted(WEB.parent.glob("*/templates"))])
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([own, govuk])
    app.static_folder = str(WEB / "static")
    if "static" not in app.view_functions:
        app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: _shared(console_name))
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(Exception, _broken)


def _shared(console_name: str) -> dict[str, Any]:
    user = g.get("unlocked")
    known = current_app.view_functions
    return {
        "console_name": console_name,
        "signed_in": user,
        "navigation": _navigation(frozenset(user.roles)) if user is not None else [],
        "sign_out_url": url_for("identity.sign_out") if "identity.sign_out" in known else None,
        "own_url": url_for("identity.sessions") if "identity.sessions" in known else None,
        "home_url": lambda: "/",
    }


def first_page(roles: frozenset[str]) -> str:
    """The endpoint that people with these roles begin at: the cases, or else the first of the bar that is theirs.

    Safeguarding leads and security officers have a list of their own; of cases only what was shared with them.
    """
    if roles & AT_CASES:
        return CASES
    return next(item.endpoint for item in _items(roles) if item.endpoint != CASES)


def _items(roles: frozenset[str]) -> list[NavigationItem]:
    known = current_app.view_functions
    return [item for item in NAVIGATION if item.endpoint in known and (not item.roles or item.roles & roles)]


def _navigation(roles: frozenset[str]) -> list[dict[str, Any]]:
    counts: Mapping[str, Callable[[], int]] = current_app.extensions.get(COUNTS, {})
    return [
        {
            "text": item.text,
            "url": url_for(item.endpoint),
            "current": f"{request.path}/".startswith(f"{url_for(item.endpoint)}/"),
            "count": counts[item.endpoint]() if item.endpoint in counts else 0,
        }
        for item in _items(roles)
    ]


def _refusal(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:  # a redirect is no refusal
        return error
    heading, text = EXPLANATIONS.get(code, BROKEN)
    return render_template("error.html", heading=heading, text=text), code


def _broken(error: Exception) -> tuple[str, int]:
    """The log gets the kind of error and where it was, never the values: they can be a reporter's words."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"
    current_app.logger.error("%s at %s", type(error).__name__, where)
    return render_template("error.html", heading=BROKEN[0], text=BROKEN[1]), 500
