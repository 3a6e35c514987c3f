"""The console's two cookies: the session's, and what tells that a browser was signed in with before."""

import base64
import binascii
import os

from flask import Request
from werkzeug.wrappers import Response

from handler.identity import throttle
from handler.settings import Settings

KNOWN_FOR = 180 * 24 * 3600  # seconds


def _name(settings: Settings, name: str) -> str:
    """With the console's name: two consoles on one host share its cookies, whatever their ports."""
    name = f"{name}-{settings.console.name}"
    return f"__Host-{name}" if settings.secure else name


def session_cookie(settings: Settings, request: Request) -> str | None:
    """The session's token as the browser sent it."""
    return request.cookies.get(_name(settings, "candour"))


def set_session(settings: Settings, response: Response, value: str) -> None:
    """Until the browser is closed; the server ends it sooner."""
    _set(settings, response, "candour", value, None)


def clear_session(settings: Settings, response: Response) -> None:
    response.delete_cookie(
        _name(settings, "candour"), path="/", secure=settings.secure, httponly=True, samesite="Strict"
    )


def known_browser(settings: Settings, request: Request) -> bytes:
    """What the browser shows of an earlier sign-in; empty when nothing."""
    try:
        return base64.urlsafe_b64decode(request.cookies.get(_name(settings, "candour-browser"), ""))
    except (binascii.Error, ValueError):
        return b""


def remember_browser(settings: Settings, response: Response, user_id: bytes) -> None:
    """So that a stranger's failures never delay this person here."""
    token = throttle.browser_token(settings.web_key_path.read_bytes(), user_id, os.urandom(throttle.BROWSER_BYTES))
    _set(settings, response, "candour-browser", base64.urlsafe_b64encode(token).decode(), KNOWN_FOR)


def _set(settings: Settings, response: Response, name: str, value: str, max_age: int | None) -> None:
    response.set_cookie(
        _name(settings, name),
        value,
        max_age=max_age,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="Strict",
    )
