"""The global limits on a real Redis-compatible server, and without one."""

import json
from pathlib import Path

import pytest
import redis
from flask import Flask

from reporter.limits import Limits
from reporter.settings import Settings
from tests.support.processes import free_port


def within(settings: Settings) -> list[bool]:
    """Five posts at one process, each from another visitor."""
    app = Flask(__name__)
    limits = Limits(app, settings)
    app.add_url_rule("/", view_func=lambda: json.dumps(limits.envelope()))
    client = app.test_client()
    asked = [client.get("/", environ_overrides={"REMOTE_ADDR": f"127.0.0.{n}"}) for n in range(5)]
    return [json.loads(answer.data) for answer in asked]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(candour_data=tmp_path, limit="3/hour")


def test_limit_is_one_for_everybody(settings: Settings) -> None:
    assert within(settings) == [True, True, True, False, False]


def test_processes_without_redis_count_for_themselves(settings: Settings) -> None:
    assert within(settings) == within(settings)


def test_machines_with_redis_count_together(settings: Settings, redis_url: str) -> None:
    shared = settings.model_copy(update={"redis_url": redis_url})
    assert within(shared) == [True, True, True, False, False]
    assert within(shared) == [False] * 5


def test_redis_learns_nothing_of_visitors(settings: Settings, redis_url: str) -> None:
    within(settings.model_copy(update={"redis_url": redis_url}))
    with redis.Redis.from_url(redis_url) as link:
        keys = [key.decode() for key in link.scan_iter()]
    assert len(keys) == 1
    assert "everybody" in keys[0]
    assert "127.0.0" not in keys[0]


def test_without_an_answer_from_redis_the_process_counts_for_itself(settings: Settings) -> None:
    gone = settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}"})
    assert within(gone) == [True, True, True, False, False]
