"""Who sends the present request: `g.unlocked`, from the cookie and the session's row."""

from dataclasses import dataclass

from flask import g, request

from handler.identity import accounts, locking, ownsettings, sessions
from handler.identity.cookies import session_cookie
from handler.identity.tables import User
from handler.services import services
from handler.times import LONDON


@dataclass(frozen=True)
class Locked:
    """Whose locked session the cookie names: enough to greet them, and nothing to open."""

    name: str
    row_id: bytes


def load_current() -> None:
    """Sets `g.unlocked` (None when nobody is signed in), `g.session_id`, `g.locked`, `g.zone`. Before every request."""
    g.unlocked = None
    g.locked = None
    g.session_id = b""
    g.zone = LONDON
    g.lapsed = False  # a cookie was shown whose session has ended
    cookie = session_cookie(services().settings, request)
    if request.endpoint == "static" or not cookie:
        return
    now = services().now()
    with services().databases.console.read() as console:
        live = sessions.find(console, cookie, now)
        row = live.row if live is not None else sessions.find_locked(console, cookie, now)
        user = console.get(User, row.user_id) if row is not None else None
        g.lapsed = row is None
        if row is None or user is None or user.disabled is not None or not row.open:
            return
        g.zone = ownsettings.zone_of(console, user.id)
        if live is not None:
            g.unlocked = accounts.unlocked(console, services().site, user, live.seed)
            g.session_id = row.id
        else:
            g.locked = Locked(user.name, row.id)
        due = row.locked is None if live is None else now - row.seen >= sessions.SEEN_STEP
    if due:
        with services().databases.console.write() as console:
            sessions.touch(console, g.session_id, now)
            locking.sweep(console, services().clock)
