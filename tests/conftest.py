"""Makes the shared fixtures known to every test; see tests/support."""

pytest_plugins = [
    "tests.support.browser",
    "tests.support.postgres",
    "tests.support.processes",
    "tests.support.redis_server",
]
