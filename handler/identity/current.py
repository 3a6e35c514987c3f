"""Who sends the present request: `g.unlocked`, from the cookie and the session's row."""

from flask import g, request

from handler.identity import accounts, ownsettings, sessions
from handler.identity.cookies import session_cookie
from handler.identity.tables import User
from handler.services import services
from handler.times import LONDON


def load_current() -> None:
    """Sets `g.unlocked` (None when nobody is signed in), `g.session_id` and `g.zone`. Runs before every request."""
    g.unlocked = None
    g.session_id = b""
    g.zone = LONDON
    g.lapsed = False  # a cookie was shown whose session has ended
    cookie = session_cookie(services().settings, request)
    if request.endpoint == "static" or not cookie:
        return
    now = services().now()
    with services().databases.console.read() as console:
        live = sessions.find(console, cookie, now)
        if live is None or not live.row.open:
            g.lapsed = live is None
            return
        user = console.get(User, live.row.user_id)
        if user is None or user.disabled is not None:
            return
        g.unlocked = accounts.unlocked(console, services().site, user, live.seed)
        g.session_id = live.row.id
        g.zone = ownsettings.zone_of(console, user.id)
        stale = now - live.row.seen >= sessions.SEEN_STEP
    if stale:
        with services().databases.console.write() as console:
            sessions.touch(console, g.session_id, now)
