"""Builds the drop's two applications out of their parts; nothing is shared between two that are built."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request

from reporter import frozen, pickup, public, sealed
from reporter.answers import BUSY, MALFORMED
from reporter.database import Database
from reporter.failures import Failures
from reporter.limits import Limits
from reporter.load import Counter, Load
from reporter.pieces import PieceFiles, Room
from reporter.published import Published
from reporter.retention import Retention
from reporter.settings import Settings
from reporter.sitefiles import SiteFiles
from reporter.statecache import StateCache
from reporter.storage import Storage

Clock = Callable[[], float]
API = ("/envelopes", "/pieces/", "/state", "/pickup/")


@dataclass(frozen=True)
class Parts:
    """What both applications are built of."""

    storage: Storage
    files: PieceFiles
    published: Published
    site: SiteFiles
    state: StateCache
    retention: Retention


def create_parts(settings: Settings, clock: Clock = time.time, steady: Clock = time.monotonic) -> Parts:
    """Opens the database, which must be migrated, and the folders. `steady` counts seconds and never goes back."""
    database = Database(settings.database)
    storage, published = Storage(database), Published(database)
    files, site = PieceFiles(settings.pieces), SiteFiles(settings.candour_site, steady)
    state = StateCache(published, site, steady)
    retention = Retention(
        storage=storage,
        files=files,
        published=published,
        state=state,
        clock=clock,
        steady=steady,
        every=settings.purge_seconds,
    )
    return Parts(storage, files, published, site, state, retention)


def create_public_app(
    settings: Settings, clock: Clock = time.time, steady: Clock = time.monotonic, counter: Counter | None = None
) -> Flask:
    """The site that everybody may see. Workers that are to announce one d share a `counter`."""
    app = _create_app()
    parts = create_parts(settings, clock, steady)
    failures = Failures(steady)
    drop = public.Drop(
        storage=parts.storage,
        files=parts.files,
        room=Room(settings, parts.storage, steady),
        state=parts.state,
        load=Load(counter or Counter(), settings.d_base, settings.d_load, steady),
        limits=Limits(app, settings),
        failures=failures,
        clock=clock,
    )
    app.register_blueprint(public.create_blueprint(drop))
    app.register_blueprint(sealed.create_blueprint(drop))
    app.register_blueprint(frozen.create_blueprint(frozen.load(settings.candour_site / "site")))
    _answer_errors(app, failures)
    _tell_https_only(app, settings.transport)
    app.extensions["candour"] = parts
    return app


def create_pickup_app(settings: Settings, clock: Clock = time.time, steady: Clock = time.monotonic) -> Flask:
    """What consoles alone may ask, on a listener that wants their certificates."""
    app = _create_app()
    parts = create_parts(settings, clock, steady)
    app.register_blueprint(
        pickup.create_blueprint(
            pickup.Collection(
                parts.storage, parts.files, parts.published, parts.state, parts.site, parts.retention, clock
            )
        )
    )
    _answer_errors(app, Failures(steady))
    app.extensions["candour"] = parts
    return app


def _create_app() -> Flask:
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.logger.disabled = True  # it would show what was asked; reporter.failures tells what an operator may know
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    return app


def _answer_errors(app: Flask, failures: Failures) -> None:
    """No page of Flask's own: the drop's 64 bytes where posts go, the one constant page elsewhere."""

    def is_api() -> bool:
        return request.path.startswith(API)

    def no_route(_error: Exception) -> Response:
        return MALFORMED.response() if is_api() else frozen.nothing_here()

    for status in (400, 404, 405, 413, 414):
        app.register_error_handler(status, no_route)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        failures.note(error)
        return BUSY.response()


def _tell_https_only(app: Flask, transport: str) -> None:
    """Strict-Transport-Security with every answer (RFC 6797), where there is one."""
    if not transport:
        return

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["Strict-Transport-Security"] = transport
        return response
