"""The two global limits. Their only key is a constant: none knows an address (SPEC 6)."""

from collections.abc import Callable

from flask import Flask
from flask_limiter import Limiter, RateLimitExceeded

from reporter.settings import Settings

EVERYBODY = "everybody"


class Limits:
    """`envelope()` and `piece()` count one, within a request, and say whether that is still within the limit.

    In memory by default, so each process counts for itself; with REDIS_URL all machines count together. While Redis
    cannot be reached each process counts for itself.
    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        limiter = Limiter(
            key_func=lambda: EVERYBODY,
            app=app,
            strategy="fixed-window",
            storage_uri=settings.redis_url or "memory://",
            storage_options={"socket_connect_timeout": 1, "socket_timeout": 1} if settings.redis_url else {},
            in_memory_fallback_enabled=bool(settings.redis_url),
            headers_enabled=False,
            key_prefix="candour",
        )
        self.envelope = _counted(limiter, settings.limit, "envelopes")
        self.piece = _counted(limiter, settings.piece_limit, "pieces")


def _counted(limiter: Limiter, limit: str, scope: str) -> Callable[[], bool]:
    def passes() -> bool:
        return True

    passes.__qualname__ = f"passes_{scope}"  # the limiter tells limits apart by the name of what they guard
    passes.__name__ = passes.__qualname__
    guarded = limiter.shared_limit(limit, scope=scope)(passes)

    def within() -> bool:
        try:
            return guarded()
        except RateLimitExceeded:
            return False

    return within
