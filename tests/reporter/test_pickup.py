"""The consoles' listener: who may ask, what they get, what a publication must be."""

import os
from dataclasses import replace
from typing import Any

import pytest

from crypto.bulletin import Policy
from crypto.calendar import day_of, epoch_of
from crypto.suite import h
from tests.reporter import founded
from tests.reporter.conftest import NOW, Drop, MakeDrop
from tests.reporter.founded import envelope

POLICY = Policy(1, 1, 60, 2, "keep")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/envelopes?limit=1"),
        ("POST", "/envelopes/ack"),
        ("GET", "/pieces?limit=1"),
        ("GET", "/pieces/" + "0" * 32),
        ("POST", "/pieces/ack"),
        ("POST", "/publication"),
    ],
)
def test_stranger_gets_nothing(drop: Drop, method: str, path: str) -> None:
    drop.post(drop.stamped(envelope()))
    answer = drop.as_console(method, path, "no such certificate")
    assert (answer.status_code, answer.data) == (403, b"stranger".ljust(64))
    bare = drop.pickup_app.test_client().open(f"/pickup{path}", method=method)
    assert (bare.status_code, bare.data) == (403, b"stranger".ljust(64))


def test_public_application_has_no_pickup_and_pickup_nothing_public(drop: Drop) -> None:
    assert drop.public.get("/pickup/envelopes?limit=1").data == b"malformed".ljust(64)
    assert drop.pickup_app.test_client().get("/state").status_code == 400
    assert drop.pickup_app.test_client().get("/").status_code == 404


def test_envelope_stays_until_every_console_has_acknowledged_it(make_drop: MakeDrop) -> None:
    drop = make_drop("independent", "psu")
    drop.publish("psu")
    drop.publish("independent")
    made = envelope()
    drop.post(drop.stamped(made))
    for _ in range(2):  # an acknowledgement that comes twice changes nothing
        drop.as_console("POST", "/envelopes/ack", "psu", data=h(made))
    assert drop.taken("psu") == []
    assert [taken[2] for taken in drop.taken("independent")] == [made]
    drop.as_console("POST", "/envelopes/ack", "independent", data=h(made))
    assert drop.parts.storage.counts() == (0, 0)
    assert _rows(drop) == {"envelopes": 0, "envelope_acks": 0}


def test_acknowledging_what_is_not_there_leaves_nothing_behind(make_drop: MakeDrop) -> None:
    drop = make_drop("independent", "psu")
    drop.publish("psu")
    assert drop.as_console("POST", "/envelopes/ack", data=os.urandom(64)).status_code == 204
    assert _rows(drop) == {"envelopes": 0, "envelope_acks": 0}


def test_limit_is_kept_and_the_order_is_not_that_of_arrival(drop: Drop) -> None:
    sent = [envelope() for _ in range(12)]
    for made in sent:
        drop.post(drop.stamped(made))
    assert len(drop.taken(limit=5)) == 5
    orders = {tuple(taken[0] for taken in drop.taken()) for _ in range(5)}
    assert {frozenset(order) for order in orders} == {frozenset(map(h, sent))}
    assert len(orders) > 1


@pytest.mark.parametrize("query", ["", "?limit=", "?limit=0", "?limit=1001", "?limit=-1", "?limit=x", "?limit=٣"])
def test_bad_limit_is_malformed(drop: Drop, query: str) -> None:
    assert drop.as_console("GET", "/envelopes" + query).status_code == 400


@pytest.mark.parametrize("body", [b"", b"x", bytes(33), bytes(32 * 1001)])
def test_bad_acknowledgement_is_malformed(drop: Drop, body: bytes) -> None:
    assert drop.as_console("POST", "/envelopes/ack", data=body).status_code == 400


def test_piece_and_its_file_go_when_acknowledged(drop: Drop) -> None:
    name = os.urandom(16)
    drop.post_piece(name, bytes(262_144))
    assert drop.as_console("POST", "/pieces/ack", data=name).status_code == 204
    assert drop.as_console("GET", f"/pieces/{name.hex()}").status_code == 404
    assert not drop.parts.files.exists(name)
    assert drop.parts.storage.counts() == (0, 0)


def test_publication_is_shown_to_everybody_with_its_board(drop: Drop) -> None:
    board = os.urandom(2048)
    assert drop.publish(board=board).status_code == 204
    assert drop.public.get("/state").data.endswith(board)


def test_same_publication_again_is_taken_again(drop: Drop) -> None:
    body = founded.publication(drop.roster(), founded.bulletin(NOW, number=2))
    answers = [drop.as_console("POST", "/publication", data=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert drop.parts.published.revision() == 2


def _refusal(drop: Drop, roster: bytes | None = None, board: bytes = b"", **changes: Any) -> str:
    name, number = changes.pop("name", "psu"), changes.pop("number", 2)
    now = changes.pop("now", drop.clock.now)
    made = founded.bulletin(now, name, number, changes.pop("signed_board", board), **changes)
    body = founded.publication(roster or drop.roster(), made, board)
    answer = drop.as_console("POST", "/publication", data=body)
    assert len(answer.data) == 64
    return f"{answer.status_code} {answer.data.decode().strip()}"


def test_publication_that_is_not_right_is_refused_by_name(make_drop: MakeDrop) -> None:
    drop = make_drop("independent", "psu")
    drop.publish()
    drop.publish("independent")
    before = drop.public.get("/state").data
    today = day_of(NOW)
    names = ("independent", "psu")
    assert _refusal(drop, founded.roster(names, 1, today, root="stranger")) == "409 BadSignature"
    assert _refusal(drop, founded.roster(names, 1, today - 1)) == "409 RolledBack"  # the same serial, another roster
    assert _refusal(drop, number=1) == "409 RolledBack"
    assert _refusal(drop, roster=b"\1") == "409 BadLength"
    assert _refusal(drop, name="independent") == "409 BadField"  # psu's certificate
    assert _refusal(drop, certificates=()) == "409 BadField"
    assert _refusal(drop, now=NOW + 4000) == "409 BadTime"
    assert _refusal(drop, now=NOW - 4000) == "409 BadTime"
    assert _refusal(drop, board=bytes(1024), signed_board=bytes(1023) + b"x") == "409 BadHash"
    assert _refusal(drop, roster=None, site=bytes(16)) == "409 WrongSite"
    answer = drop.as_console("POST", "/publication", data=b"\0\0\0\x09short")
    assert (answer.status_code, answer.data) == (409, b"BadLength".ljust(64))
    assert drop.public.get("/state").data == before


def test_roster_of_a_lower_serial_is_refused(drop: Drop) -> None:
    body = founded.publication(drop.roster(2), founded.bulletin(NOW, number=2))
    assert drop.as_console("POST", "/publication", data=body).status_code == 204
    assert _refusal(drop, drop.roster(1), number=3) == "409 RolledBack"


def test_second_root_may_sign(drop: Drop) -> None:
    spare = founded.roster(("psu",), 2, day_of(NOW), root="spare")
    body = founded.publication(spare, founded.bulletin(NOW, number=2))
    assert drop.as_console("POST", "/publication", data=body).status_code == 204


def test_bulletins_of_a_console_that_a_new_roster_drops_are_no_longer_shown(make_drop: MakeDrop) -> None:
    from crypto.state import split_state

    drop = make_drop("independent", "psu")
    drop.publish()
    drop.publish("independent")
    assert len(split_state(drop.public.get("/state").data)[2]) == 2
    alone = founded.roster(("psu",), 2, day_of(NOW))
    body = founded.publication(alone, founded.bulletin(NOW, number=2))
    assert drop.as_console("POST", "/publication", data=body).status_code == 204
    drop.look_again()
    _, roster, bulletins, _, _ = split_state(drop.public.get("/state").data)
    assert (roster, bulletins) == (alone, [founded.bulletin(NOW, number=2)])


def test_console_that_joins_is_known_a_second_after_site_json_changed(make_drop: MakeDrop) -> None:
    drop = make_drop("psu")
    assert drop.as_console("GET", "/envelopes?limit=1", "independent").status_code == 403
    drop.consoles["independent"] = b"certificate of independent"
    founded.write_site(drop.settings.candour_site, drop.consoles)
    drop.look_again()
    assert drop.as_console("GET", "/envelopes?limit=1", "independent").status_code == 200


def test_before_the_site_is_founded_consoles_are_told_to_wait(make_drop: MakeDrop) -> None:
    drop = make_drop()
    (drop.settings.candour_site / "site.json").unlink()
    drop.look_again()
    assert drop.as_console("GET", "/envelopes?limit=1").status_code == 503


def test_bulletin_helper_makes_what_clients_take() -> None:
    """The other tests' bulletins are whole: only the one thing that a test changes is wrong."""
    from crypto.bulletin import parse_bulletin
    from crypto.roster import parse_roster

    roster = parse_roster(founded.roster(day=day_of(NOW)), [founded.public("root")])
    parsed = parse_bulletin(founded.bulletin(NOW, policy=POLICY), roster)
    assert replace(parsed, raw=b"").policy == POLICY
    assert parsed.epoch_key("psu", epoch_of(day_of(NOW)) + 2)


def _rows(drop: Drop) -> dict[str, int]:
    from sqlalchemy import func, select

    from reporter.tables import envelope_acks, envelopes

    with drop.parts.storage.database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (envelopes, envelope_acks)
        }
