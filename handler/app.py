"""The console's web application, put together from its collaborators."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFProtect

from crypto.selftest import self_test
from handler import times
from handler.cases import refusals
from handler.database import Databases, open_databases
from handler.errors import NotFounded
from handler.identity.access import enforce, public
from handler.identity.current import load_current
from handler.services import EXTENSION, Clock, Services
from handler.settings import Settings
from handler.web import layout

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
LARGEST_BODY = 2 * 1024 * 1024  # bytes of a form


def create_app(settings: Settings, clock: Clock = time.time, databases: Databases | None = None) -> Flask:
    """The application of the console founded in `settings.home`, whose databases are migrated.

    Raises NotFounded, BadDeadlines.
    """
    self_test()
    app = Flask("handler", static_folder=None)
    app.static_folder = str(Path(layout.WEB) / "static")
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)
    app.config.update(_configuration(settings))
    _ = settings.deadlines  # a file that is not in order is refused now, not with the first case
    app.extensions[EXTENSION] = Services(settings, databases or open_databases(settings), clock)
    CSRFProtect(app)
    layout.install(app, settings.console.name)
    times.install(app)
    app.before_request(load_current)
    _register(app)
    refusals.install(app)
    enforce(app)
    app.after_request(_seal_response)
    return app


@public
def static(filename: str) -> Response:
    """Styles, scripts and the icon."""
    return current_app.send_static_file(filename)


def _configuration(settings: Settings) -> dict[str, Any]:
    if not settings.web_key_path.is_file():
        raise NotFounded(str(settings.home))
    prefix = "__Host-" if settings.secure else ""
    return {
        "SECRET_KEY": settings.web_key_path.read_bytes(),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "SESSION_COOKIE_NAME": f"{prefix}candour-form-{settings.console.name}",  # Flask's own: the form token only
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the cookie it belongs to
        "WTF_CSRF_SSL_STRICT": False,  # it would compare the Referer, which no page here sends
    }


def _register(app: Flask) -> None:
    """The blueprints, each from its own folder."""
    from handler.approvals.views import blueprint as approvals
    from handler.approvals.views import count as count_approvals
    from handler.audit.reviewviews import blueprint as audit
    from handler.cases.restrictingviews import blueprint as restricting
    from handler.cases.sharingviews import blueprint as sharing
    from handler.cases.views import blueprint as cases
    from handler.deconfliction.views import blueprint as alerts
    from handler.deconfliction.views import count as count_alerts
    from handler.drafts.views import blueprint as drafts
    from handler.export.views import blueprint as export
    from handler.identity.leavingviews import blueprint as leaving
    from handler.identity.lockviews import blueprint as locking
    from handler.identity.passkeyviews import blueprint as passkeys
    from handler.identity.secondviews import blueprint as second
    from handler.identity.sessionviews import blueprint as sessions
    from handler.identity.settingviews import blueprint as own_settings
    from handler.identity.userviews import blueprint as users
    from handler.identity.views import blueprint as identity
    from handler.intake.entryviews import blueprint as entry
    from handler.intake.linkviews import blueprint as links
    from handler.intake.relatedviews import blueprint as related
    from handler.intake.views import blueprint as intake
    from handler.lifecycle.conflictviews import blueprint as conflict
    from handler.lifecycle.namedviews import blueprint as named
    from handler.lifecycle.requestviews import blueprint as requests
    from handler.lifecycle.views import blueprint as work
    from handler.oversight.views import blueprint as oversight
    from handler.people.views import blueprint as persons
    from handler.preview.views import blueprint as preview
    from handler.publication.views import blueprint as publication
    from handler.safeguarding.caseviews import blueprint as safeguards
    from handler.safeguarding.hubviews import blueprint as safeguarding
    from handler.safeguarding.hubviews import count as count_safeguarding
    from handler.safeguarding.packviews import blueprint as packs
    from handler.sealing.personviews import blueprint as sealed
    from handler.sealing.views import blueprint as sealing
    from handler.search.views import blueprint as search
    from handler.triage.staviews import blueprint as threat_priorities
    from handler.triage.views import blueprint as triage
    from handler.worklist.views import blueprint as worklist

    for blueprint in (
        identity,
        second,
        passkeys,
        locking,
        sessions,
        users,
        leaving,
        intake,
        entry,
        links,
        related,
        cases,
        worklist,
        sharing,
        restricting,
        triage,
        threat_priorities,
        persons,
        search,
        alerts,
        safeguards,
        safeguarding,
        packs,
        conflict,
        named,
        work,
        requests,
        approvals,
        preview,
        sealing,
        sealed,
        export,
        publication,
        audit,
        drafts,
        oversight,
        own_settings,
    ):
        app.register_blueprint(blueprint)
    app.extensions[layout.COUNTS] = {
        "approvals.listing": count_approvals,
        "alerts.listing": count_alerts,
        "safeguarding.queue": count_safeguarding,
    }


def _seal_response(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
