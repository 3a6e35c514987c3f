"""What tests share: real servers (PostgreSQL, Valkey), processes that never outlive their test, a phone-sized browser.

Fixtures (tests/conftest.py makes them known everywhere):

    postgres_url   a fresh, empty PostgreSQL database      tests.support.postgres
    redis_url      an empty Redis-compatible server        tests.support.redis_server
    processes      starts programs and ends them           tests.support.processes
    chromium       one headless browser a test run         tests.support.browser
    phone          a fresh 390x844 page in it              tests.support.browser
"""
