"""GET /state, and what stands in it when."""

from crypto.calendar import day_of
from crypto.pins import Pins
from crypto.state import parse_state, split_state
from tests.reporter import founded
from tests.reporter.conftest import NOW, D, Drop, MakeDrop

PINS = Pins(founded.SITE, (founded.public("root"), founded.public("spare")), 1, {1: ("psu",)})


def test_client_takes_the_state(drop: Drop) -> None:
    board = bytes(range(256)) * 8
    drop.publish(board=board)
    answer = drop.public.get("/state", headers={"Accept-Encoding": "br, gzip"})
    state = parse_state(answer.data, PINS)
    assert (state.d, state.set_id, len(state.bulletins)) == (D, drop.set_id, 1)
    assert answer.data.endswith(board)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not {"ETag", "Last-Modified", "Set-Cookie", "Content-Encoding", "Vary"} & set(answer.headers.keys())


def test_bulletins_stand_in_the_order_of_their_consoles_whoever_published_first(make_drop: MakeDrop) -> None:
    names = ("a-b", "a0", "ab")  # a database's own order may be another
    drop = make_drop(*names)
    for name in reversed(names):
        drop.publish(name)
    state = parse_state(drop.public.get("/state").data, pins_of(names))
    assert tuple(bulletin.console for bulletin in state.bulletins) == names


def test_roster_of_the_founding_is_shown_before_anything_is_published(make_drop: MakeDrop) -> None:
    drop = make_drop()
    assert drop.public.get("/state").data == b"busy".ljust(64)
    founded.write_site(drop.settings.candour_site, drop.consoles, founded.roster(day=day_of(NOW)))
    drop.look_again()
    d, roster, bulletins, _, boards = split_state(drop.public.get("/state").data)
    assert (d, roster, bulletins, boards) == (D, founded.roster(day=day_of(NOW)), [], b"")


def test_roster_that_no_root_signed_is_not_shown(make_drop: MakeDrop) -> None:
    drop = make_drop()
    founded.write_site(drop.settings.candour_site, drop.consoles, founded.roster(root="stranger"))
    drop.look_again()
    assert drop.public.get("/state").status_code == 503


def test_state_is_looked_up_once_a_second_and_not_for_each_visitor(drop: Drop) -> None:
    from sqlalchemy import event

    seen: list[str] = []
    event.listen(drop.parts.storage.database.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    for _ in range(10):
        drop.public.get("/state")
    assert len(seen) <= 5  # the look-up and, once, the whole
    drop.clock.forward(1)
    seen.clear()
    for _ in range(10):
        drop.public.get("/state")
    assert len(seen) == 1


def pins_of(names: tuple[str, ...]) -> Pins:
    return Pins(PINS.site, PINS.roots, 1, {number: (name,) for number, name in enumerate(names, 1)})
