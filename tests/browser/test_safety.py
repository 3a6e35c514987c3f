"""Leaving at once, a browser without scripts, and a state that cannot be trusted."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from crypto.code import new_code
from crypto.code import words as words_of
from crypto.opening import ed25519_public, signer
from crypto.roster import Roster, encode_roster, parse_roster
from crypto.state import encode_state, split_state
from reporter import rendering
from tests.browser.pages import CODE, DANGER, WHAT, ReporterSite
from tests.browser.photos import photo
from tests.browser.site import LiveSite

ELSEWHERE = rendering.exit_url()
DAY = 86_400


def _elsewhere(page: Page) -> None:
    """Another site, without a network."""
    page.route(f"{ELSEWHERE}*", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))


def test_exit_works_on_the_code_page_and_while_sending(phone: Page, live: LiveSite) -> None:
    _elsewhere(phone)
    site = ReporterSite(phone, live.url).open().report("x")
    site.send()
    site.expect_heading(CODE).leave()
    phone.wait_for_url(f"{ELSEWHERE}*")

    site = ReporterSite(phone, live.url).open().report("y")
    phone.route("**/envelopes", lambda _route: None)
    site.press("Seal and send").expect_heading("Sending").leave()
    phone.wait_for_url(f"{ELSEWHERE}*")


def test_sending_can_be_stopped_and_nothing_is_lost(phone: Page, live: LiveSite, tmp_path: Path) -> None:
    site = ReporterSite(phone, live.url).open().report("Kept", files=[photo(tmp_path / "photo.jpg")])
    phone.route("**/pieces/*", lambda _route: None)
    site.press("Seal and send").expect_heading("Sending").press("Stop and go back")
    site.expect_heading("Check your answers")
    assert site.answers()[WHAT] == "Kept"
    phone.unroute("**/pieces/*")
    site.send()


def _with_roster(live: LiveSite, change: Callable[[Roster], Roster], key: str = "root") -> Callable[[Route], None]:
    """An answer to GET /state with another roster."""
    d, _, bulletins, _, boards = split_state(live.state())
    roster = change(parse_roster(live.founding.roster, _roots(live)))
    seed = live.founding.root if key == "root" else live.founding.consoles["psu"].authority
    raw = encode_state(d, encode_roster(roster, signer(seed)), bulletins, [boards])
    return lambda route: route.fulfill(body=raw, content_type="application/octet-stream")


def _roots(live: LiveSite) -> list[bytes]:
    return [ed25519_public(live.founding.root)]


REFUSED = {
    "forged": ("Do not use this page now", "BadSignature", lambda roster: roster, "authority"),
    "expired": (
        "This site is out of date",
        "Expired",
        lambda roster: replace(roster, issued=roster.issued - 40, expires=roster.issued - 1),
        "root",
    ),
    "another site": ("Do not use this page now", "WrongSite", lambda roster: replace(roster, site=bytes(16)), "root"),
    "audience changed": (
        "Do not use this page now",
        "AudienceChanged",
        lambda roster: replace(roster, audiences=roster.audiences[:1]),
        "root",
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_roster_that_cannot_be_trusted_stops_sealing_before_a_word_is_written(
    case: tuple[str, str, Callable[[Roster], Roster], str], phone: Page, live: LiveSite
) -> None:
    heading, name, change, key = case
    phone.route("**/state", _with_roster(live, change, key))
    site = ReporterSite(phone, live.url).open().press("Start now").press("Continue").expect_heading(heading)
    assert name in site.text()
    assert "Nothing you wrote was sent." in site.text()
    assert not [request for request in site.requests if request.startswith("POST")]
    phone.unroute("**/state")
    site.press("Try again").expect_heading(DANGER)


def test_an_older_roster_than_the_page_was_built_with_is_refused(phone: Page, live: LiveSite) -> None:
    def newer_pins(route: Route) -> None:
        page = route.fetch()
        route.fulfill(response=page, body=page.text().replace('"serial":1', '"serial":2'))

    phone.route(f"{live.url}/", newer_pins)
    site = ReporterSite(phone, live.url).open().press("Start now").press("Continue")
    site.expect_heading("Do not use this page now")
    assert "RolledBack" in site.text()


def test_a_wrong_date_on_the_phone_is_named_as_such(phone: Page, live: LiveSite) -> None:
    phone.clock.set_system_time(time.time() + 400 * DAY)
    site = ReporterSite(phone, live.url).open().press("Start now").press("Continue")
    site.expect_heading("The date on your phone looks wrong")


def test_a_silent_console_is_named_and_nothing_yet_is_not_said(phone: Page, live: LiveSite) -> None:
    d, roster, bulletins, _, _ = split_state(live.state())
    psu = next(raw for raw in bulletins if b'"console":"psu"' in raw)
    board = b"".join(live.psu.board)
    only_psu = encode_state(d, roster, [psu], [board])
    phone.route("**/state", lambda route: route.fulfill(body=only_psu, content_type="application/octet-stream"))
    site = ReporterSite(phone, live.url).open()
    expect(
        phone.get_by_text(re.compile("We have heard nothing for two days or more from: the independent"))
    ).to_be_visible()
    site.check_replies(words_of(new_code(2))).expect_heading("We could not check your replies")
    assert "Your words look right." in site.text()


def test_no_one_to_take_a_report_about_professional_standards_is_said_plainly(phone: Page, live: LiveSite) -> None:
    def without_independent(route: Route) -> None:
        page = route.fetch()
        other = re.sub(r',\{"groups":\["independent"\],"number":2\}', "", page.text())
        route.fulfill(response=page, body=other)

    phone.route(f"{live.url}/", without_independent)
    only_psu = _with_roster(live, lambda roster: replace(roster, audiences=roster.audiences[:1]))
    phone.route("**/state", only_psu)
    site = ReporterSite(phone, live.url).open()
    site.report("x", involves=["The Director General"]).press("Seal and send")
    site.expect_heading("We cannot take this report here")
    assert not [request for request in site.requests if request.startswith("POST")]


def test_decoys_look_like_reports_on_the_wire(phone: Page, live: LiveSite) -> None:
    phone.add_init_script("Math.log = () => -0.0002")
    live.psu.policy = live.independent.policy = type(live.psu.policy)(
        decoys=3600, decoy_limit=2, publication=21_600, hold=6, words="new"
    )
    live.publish()
    sizes: list[tuple[int, dict[str, str]]] = []
    phone.on(
        "request",
        lambda request: (
            sizes.append((len(request.post_data_buffer or b""), request.all_headers()))
            if request.method == "POST"
            else None
        ),
    )
    site = ReporterSite(phone, live.url).open()
    phone.wait_for_timeout(3000)
    site.report("A real one").send()
    assert len(sizes) == 3
    assert {size for size, _ in sizes} == {20_488}
    assert len({tuple(sorted(headers.items())) for _, headers in sizes}) == 1
