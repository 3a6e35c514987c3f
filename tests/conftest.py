"""Makes the shared fixtures known to every test, see tests/support; and begins with the tests that take longest."""

import pytest

pytest_plugins = [
    "tests.support.browser",
    "tests.support.postgres",
    "tests.support.processes",
    "tests.support.redis_server",
]

FIRST = ("tests/story/test_kill", "tests/tooling/test_run", "tests/story/", "tests/firefox/", "tests/browser/")
"""Whose files a run begins with, so that at its end no worker waits for the three minutes of one test."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the order of FIRST; all others after them, as they were."""

    def rank(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST))

    items.sort(key=rank)
