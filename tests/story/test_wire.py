"""What somebody who sees every byte of a visit can tell from it: nothing about what the visitor did."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from handler.cases.replies import send_message
from tests.browser.pages import ReporterSite
from tests.story.desk import case_ids, desk_of, open_everything
from tests.story.traffic import Crowd
from tests.story.world import World
from tests.support.wire import Exchange, Wire

SEEN_AT_ONCE = 2  # seconds in which a publication reaches the drop's workers
POST = 8 + 20_480


@pytest.fixture
def wire(world: World) -> Iterator[Wire]:
    with Wire(world.drop_port) as wire:
        yield wire


def shape(exchanges: list[Exchange]) -> list[Exchange]:
    """In a fixed order, for a browser opens its connections as it likes."""
    return sorted(exchanges, key=lambda e: (e.method, e.path, e.request_body))


def wait_for_a_post(wire: Wire) -> None:
    """Until one went through and was answered."""
    end = time.monotonic() + 60
    while not posts(wire.exchanges()):
        assert time.monotonic() < end, "no decoy was sent"
        time.sleep(0.2)


def load(exchanges: list[Exchange]) -> list[Exchange]:
    """What every visit begins with."""
    return shape([e for e in exchanges if e.method == "GET"])


def posts(exchanges: list[Exchange]) -> list[Exchange]:
    return [e for e in exchanges if e.method == "POST"]


def answer(world: World, text: str) -> None:
    """The PSU opens what came, answers the newest case, and publishes until nothing waits."""
    world.publish()
    with desk_of(world.psu) as desk:
        open_everything(desk)
        send_message(desk, case_ids(desk)[-1], text)
    for _ in range(3):
        world.publish()
    time.sleep(SEEN_AT_ONCE)


def test_every_act_looks_alike_on_the_wire(world: World, wire: Wire, phone: Page) -> None:
    """Given one visit an act, each through the same wire; then each is the same load and at most the same one post."""
    visits: dict[str, list[Exchange]] = {}

    def visit() -> ReporterSite:
        wire.clear()
        phone.goto("about:blank")
        return ReporterSite(phone, wire.url).open()

    def done(name: str) -> None:
        visits[name] = shape(wire.exchanges())

    words = visit().report("A canary report about a night shift").send()
    done("report")
    visit().check_replies(words).expect_heading("Nothing yet")
    done("check without a reply")

    answer(world, "Thank you. Which month was it?")
    site = visit().check_replies(words)
    assert "Thank you. Which month was it?" in site.messages()
    done("check with a reply")
    site = visit().check_replies(words)
    site.answer("It was in May.")
    site.keep_words()
    done("follow-up")
    site = visit().check_replies(words)
    newer = site.answer("It was a Monday.")
    site.take_new_words(newer)
    done("new words")

    publish_decoy_policy(world, 3600)
    visit()
    wait_for_a_post(wire)
    done("decoy")
    publish_decoy_policy(world, 0)

    first_load = load(visits["check without a reply"])
    sizes = {e.path: e.response_body for e in first_load}
    for name, exchanges in visits.items():
        same_but_state = [replace(e, response_body=sizes.get(e.path, 0)) for e in load(exchanges)]
        assert same_but_state == first_load, f"{name}: another kind of visit"
        for post in posts(exchanges):
            assert (post.path, post.request_body, post.status, post.response_body) == ("/envelopes", POST, 201, 64), (
                name
            )
    one_post = posts(visits["report"])
    assert len(one_post) == 1
    for name in ("follow-up", "new words"):
        assert posts(visits[name]) == one_post, name
    assert posts(visits["decoy"])[0] == one_post[0]
    for name in ("check without a reply", "check with a reply"):
        assert posts(visits[name]) == [], name


def test_a_board_grows_alike_with_a_reply_and_without(world: World) -> None:
    """Given publications with and without a reply in them; then each adds the policy's number of slots."""
    crowd = Crowd(world.drop_url, world.site / "site.json")
    world.publish()
    slots = [board_slots(crowd)]
    assert crowd.post(crowd.seal("77")) == 201
    world.publish()
    with desk_of(world.psu) as desk:
        open_everything(desk)  # queues a proof and an acknowledgement
    slots.append(board_slots(crowd))
    world.publish()
    slots.append(board_slots(crowd))
    assert [after - before for before, after in pairwise(slots)] == [4, 4]


def board_slots(crowd: Crowd) -> int:
    """How many slots the PSU's board has in the state that everyone gets."""
    time.sleep(SEEN_AT_ONCE)
    crowd.refresh()
    bulletin = crowd.state.bulletin("psu")
    assert bulletin is not None
    return bulletin.slots


def publish_decoy_policy(world: World, decoys: int) -> None:
    """The PSU's policy becomes so many decoys an hour, and is published."""
    path = world.psu.home / "console.json"
    console = json.loads(path.read_text())
    console["policy"]["decoys"] = decoys
    path.write_text(json.dumps(console))
    world.publish()
    time.sleep(SEEN_AT_ONCE)
