"""Signing in: what lets a person in, what does not, and what an attempt costs."""

import re
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event, select

from crypto import wrapping
from handler.app import create_app
from handler.audit.tables import AuditEntry
from handler.identity import sessions
from handler.identity.tables import Passkey
from handler.settings import Settings
from tests.handler.founded import Browser, FoundedConsole, Person

STEP = 30


def test_passphrase_and_code_let_a_person_in(any_console: FoundedConsole) -> None:
    browser = Browser(any_console.app())
    answer = browser.sign_in(any_console.supervisor, any_console.clock.now)
    assert answer.status_code == 303
    assert "Sam Supervisor" in browser.get("/sessions").text


def test_wrong_passphrase_wrong_code_and_unknown_name_get_the_same_answer(console: FoundedConsole) -> None:
    person, now = console.supervisor, console.clock.now
    app = console.app()
    changes = ({"passphrase": "not this one at all"}, {"code": "000000"}, {"name": "Nobody"})
    answers = [Browser(app).sign_in(person, now, **changed) for changed in changes]
    assert {answer.status_code for answer in answers} == {403}
    assert all("That name, passphrase or code is not right" in answer.text for answer in answers)
    assert all("candour-psu" not in str(answer.headers.getlist("Set-Cookie")) for answer in answers)


def with_passkey(console: FoundedConsole, person: Person) -> None:
    with console.databases.console.write() as session:
        key = Passkey(id=person.user_id, user_id=person.user_id, name="desk", public=b"", count=0, added=0)
        session.add(key)


def test_before_the_passphrase_is_right_nothing_tells_a_name_or_a_passkey(
    any_console: FoundedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes, the same work: one Argon2id, one entry, as many questions to the databases."""
    console, app = any_console, any_console.app()
    olu = console.add_person("Olu", "handler")
    with_passkey(console, olu)
    hashed: list[int] = []
    real = wrapping.hash_secret_raw

    def counted(*values: Any) -> bytes:
        hashed.append(1)
        return real(*values)

    monkeypatch.setattr(wrapping, "hash_secret_raw", counted)
    asked: list[str] = []
    for database in (console.databases.console, console.databases.keyring):
        event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2].split()[0]))
    seen: list[tuple[str, int, int, Counter[str], list[str]]] = []
    for name in ("Sam Supervisor", "Olu", "Nobody"):
        browser = Browser(app)
        browser.get("/sign-in")
        hashed.clear()
        asked.clear()
        before = console_acts(console)
        asked.clear()
        answer = browser.post("/sign-in", {"name": name, "passphrase": "not this one at all", "code": "", "next": ""})
        asked_then = Counter(asked)
        text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text).replace(f'value="{name}"', "")
        seen.append((text, answer.status_code, len(hashed), asked_then, console_acts(console)[len(before) :]))
    assert seen[0][1:3] == (403, 1)
    assert seen[0][4] == ["sign-in refused"]
    assert seen == [seen[0]] * 3


def console_acts(console: FoundedConsole) -> list[str]:
    with console.databases.console.read() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def test_after_the_passphrase_a_passkey_is_asked_for_where_there_is_one_else_a_code(
    any_console: FoundedConsole,
) -> None:
    app, olu = any_console.app(), any_console.add_person("Olu", "handler")
    with_passkey(any_console, olu)
    leads = {any_console.supervisor.name: "/sign-in/code?next=/audit", "Olu": "/sign-in/passkey?next=/audit"}
    for person in (any_console.supervisor, olu):
        answer = Browser(app).sign_in(person, any_console.clock.now, code="", next="/audit")
        assert (answer.status_code, answer.location) == (303, leads[person.name])


def test_the_code_on_a_page_of_its_own(any_console: FoundedConsole) -> None:
    person, now = any_console.supervisor, any_console.clock.now
    browser = Browser(any_console.app())
    browser.sign_in(person, now, code="")
    before = browser.client.get_cookie("candour-psu")
    wrong = browser.post("/sign-in/code", {"code": "000000", "next": "/sessions"})
    assert wrong.status_code == 403
    assert "That code is not right" in wrong.text
    assert browser.get("/sessions").location == "/sign-in?next=/sessions", "half open opens nothing"
    right = browser.post("/sign-in/code", {"code": person.code(now), "next": "/sessions"})
    assert (right.status_code, right.location) == (303, "/sessions")
    after = browser.client.get_cookie("candour-psu")
    assert before is not None
    assert after is not None
    assert before.value != after.value, "a whole session has a token of its own"
    assert "Passphrase and code" in browser.get("/sessions").text


def test_codes_are_guessed_no_faster_on_the_page_of_their_own(console: FoundedConsole) -> None:
    person = console.supervisor
    browser = Browser(console.app())
    browser.sign_in(person, console.clock.now, code="")
    statuses = [browser.post("/sign-in/code", {"code": f"{guess:06}"}).status_code for guess in range(5)]
    assert statuses == [403, 403, 403, 429, 429], "the passphrase was the first attempt"
    again = Browser(console.app())
    assert again.sign_in(person, console.clock.now, code="").status_code == 429, "nor by starting anew"


def test_without_a_passphrase_no_code_is_taken(console: FoundedConsole) -> None:
    browser = Browser(console.app())
    code = console.supervisor.code(console.clock.now)
    answer = browser.post("/sign-in/code", {"code": code}, page="/sign-in")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=")
    browser.sign_in(console.supervisor, console.clock.now, code="")
    console.clock.forward(sessions.SECOND_FACTOR + 1)
    answer = browser.post("/sign-in/code", {"code": code}, page="/sign-in")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=")


def test_a_passkey_is_offered_once_a_session_to_who_has_none(console: FoundedConsole) -> None:
    app, olu = console.app(), console.add_person("Olu", "handler")
    with_passkey(console, olu)
    for person, offered in ((console.supervisor, True), (olu, False)):
        browser = Browser(app)
        browser.sign_in(person, console.clock.now)
        assert ("Not now" in browser.get("/sessions").text) is offered
        assert "Not now" not in browser.get("/sessions").text


def test_name_is_found_whatever_its_case_and_spacing(console: FoundedConsole) -> None:
    answer = Browser(console.app()).sign_in(console.supervisor, console.clock.now, name="  sam   SUPERVISOR ")
    assert answer.status_code == 303


def test_a_code_serves_once(console: FoundedConsole) -> None:
    app, person, now = console.app(), console.supervisor, console.clock.now
    assert Browser(app).sign_in(person, now).status_code == 303
    assert Browser(app).sign_in(person, now).status_code == 403
    assert Browser(app).sign_in(person, now - STEP).status_code == 403, "an older code after a newer one"
    console.clock.forward(STEP)
    assert Browser(app).sign_in(person, console.clock.now).status_code == 303


def test_codes_of_the_neighbouring_half_minutes_are_taken_and_no_others(console: FoundedConsole) -> None:
    app, person, now = console.app(), console.supervisor, console.clock.now
    assert Browser(app).sign_in(person, now + 2 * STEP).status_code == 403
    assert Browser(app).sign_in(person, now - 2 * STEP).status_code == 403
    assert Browser(app).sign_in(person, now + STEP).status_code == 303


def test_sign_in_leads_to_the_page_that_was_asked_for_but_never_elsewhere(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    wanted = {"/audit?before=3": "/audit?before=3", "//evil.example/": "/", "https://evil.example": "/", "/\\evil": "/"}
    for asked, led in wanted.items():
        answer = Browser(app).sign_in(person, console.clock.now, next=asked)
        assert (answer.status_code, answer.location) == (303, led)
        console.clock.forward(STEP)


def test_failures_slow_further_attempts_down(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    for _ in range(4):
        assert Browser(app).sign_in(person, console.clock.now, passphrase="wrong").status_code == 403
    refused = Browser(app).sign_in(person, console.clock.now)
    assert refused.status_code == 429, "even with everything right"
    assert "Wait a moment" in refused.text
    console.clock.forward(STEP)
    assert Browser(app).sign_in(person, console.clock.now).status_code == 303


def test_unknown_names_are_slowed_down_just_the_same(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    answers = [Browser(app).sign_in(person, console.clock.now, name="Nobody").status_code for _ in range(5)]
    assert answers == [403, 403, 403, 403, 429]


def test_a_strangers_failures_do_not_delay_a_browser_that_was_signed_in_before(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    own = Browser(app)
    own.sign_in(person, console.clock.now)
    own.post("/sign-out", {}, page="/sessions")
    for _ in range(6):
        Browser(app).sign_in(person, console.clock.now, passphrase="guess")
    assert Browser(app).sign_in(person, console.clock.now + STEP).status_code == 429
    assert own.sign_in(person, console.clock.now + STEP).status_code == 303


def test_a_known_browser_that_guesses_is_slowed_down_too(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    own = Browser(app)
    own.sign_in(person, console.clock.now)
    own.post("/sign-out", {}, page="/sessions")
    answers = [own.sign_in(person, console.clock.now, passphrase="guess").status_code for _ in range(5)]
    assert answers[-1] == 429


def test_an_earlier_sign_in_of_one_person_frees_no_guesses_at_another(console: FoundedConsole) -> None:
    app, other = console.app(), console.add_person("Olu", "handler")
    own = Browser(app)
    own.sign_in(other, console.clock.now)
    own.post("/sign-out", {}, page="/sessions")
    for _ in range(5):
        Browser(app).sign_in(console.supervisor, console.clock.now, passphrase="guess")
    assert own.sign_in(console.supervisor, console.clock.now).status_code == 429


def test_the_form_is_refused_without_its_token(console: FoundedConsole) -> None:
    person = console.supervisor
    form = {"name": person.name, "passphrase": person.passphrase, "code": person.code(console.clock.now)}
    assert console.app().test_client().post("/sign-in", data=form).status_code == 400


def test_session_cookie_is_closed_to_scripts_and_other_sites(console: FoundedConsole) -> None:
    answer = Browser(console.app()).sign_in(console.supervisor, console.clock.now)
    cookies = [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("candour-psu=")]
    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Strict" in cookies[0]


def test_session_locks_after_ten_idle_minutes(console: FoundedConsole) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    console.clock.forward(sessions.IDLE)
    assert browser.get("/sessions").status_code == 200
    console.clock.forward(sessions.IDLE + 1)
    answer = browser.get("/sessions")
    assert (answer.status_code, answer.location) == (303, "/unlock?next=/sessions")


def test_session_ends_after_twelve_hours_of_use(console: FoundedConsole) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    for _ in range(sessions.LONGEST // sessions.IDLE):
        console.clock.forward(sessions.IDLE)
        assert browser.get("/sessions").status_code == 200
    console.clock.forward(sessions.IDLE)
    answer = browser.get("/sessions")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/sessions")
    assert "Your session has ended" in browser.get("/sign-in").text


def test_signing_out_ends_the_session_on_the_server(console: FoundedConsole) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    cookie = browser.client.get_cookie("candour-psu")
    assert cookie is not None
    browser.post("/sign-out", {}, page="/sessions")
    browser.client.set_cookie("candour-psu", cookie.value)
    assert browser.get("/sessions").status_code == 303


def test_signing_out_everywhere_ends_every_session(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    first, second = Browser(app), Browser(app)
    first.sign_in(person, console.clock.now)
    console.clock.forward(STEP)
    second.sign_in(person, console.clock.now)
    second.post("/sessions/end", {"session": "all"}, page="/sessions")
    assert [browser.get("/sessions").status_code for browser in (first, second)] == [303, 303]


def test_one_session_can_be_ended_from_another_but_not_someone_elses(console: FoundedConsole) -> None:
    app, other = console.app(), console.add_person("Olu", "handler")
    first, second, third = Browser(app), Browser(app), Browser(app)
    first.sign_in(console.supervisor, console.clock.now)
    third.sign_in(other, console.clock.now)
    console.clock.forward(STEP)
    second.sign_in(console.supervisor, console.clock.now)
    with console.databases.console.read() as session:
        ids = {row.user_id: row.id for row in sessions.of_person(session, other.user_id, int(console.clock.now))}
        own = sessions.of_person(session, console.founded.user_id, int(console.clock.now))
    second.post("/sessions/end", {"session": ids[other.user_id].hex()}, page="/sessions")
    assert third.get("/sessions").status_code == 200
    second.post("/sessions/end", {"session": own[-1].id.hex()}, page="/sessions")
    assert first.get("/sessions").status_code == 303


def test_changed_passphrase_opens_and_the_old_one_does_not(console: FoundedConsole) -> None:
    app, person = console.app(), console.supervisor
    browser = Browser(app)
    browser.sign_in(person, console.clock.now)
    new = "another four quite long words"
    form: dict[str, str | list[str]] = {"old": person.passphrase, "new": new, "again": new}
    assert browser.post("/passphrase", {**form, "old": "wrong"}).status_code == 403
    assert browser.post("/passphrase", {**form, "again": "other"}).status_code == 403
    assert browser.post("/passphrase", {**form, "new": "short", "again": "short"}).status_code == 403
    assert browser.post("/passphrase", form).status_code == 303
    console.clock.forward(STEP)
    assert Browser(app).sign_in(person, console.clock.now).status_code == 403
    assert Browser(app).sign_in(person, console.clock.now, passphrase=new).status_code == 303


def test_behind_tls_every_cookie_is_bound_to_the_host_and_secure(console: FoundedConsole) -> None:
    settings = Settings(home=console.settings.home, origin="https://console.example")
    app = create_app(settings, console.clock, console.databases)
    client = app.test_client()
    at = {"base_url": "https://console.example"}
    token = client.get("/sign-in", **at).text.split('name="csrf_token" value="')[1].split('"')[0]
    person = console.supervisor
    form = {"name": person.name, "passphrase": person.passphrase, "code": person.code(console.clock.now)}
    answer = client.post("/sign-in", data={**form, "csrf_token": token}, **at)
    assert answer.status_code == 303
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} >= {"__Host-candour-psu", "__Host-candour-browser-psu"}
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert all(mark in cookie for mark in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))


def test_guesses_at_unknown_names_leave_the_same_trace_without_the_name(console: FoundedConsole) -> None:
    app = console.app()
    Browser(app).sign_in(console.supervisor, console.clock.now, name="typed-by-mistake")
    with console.databases.console.read() as session:
        entries = [bytes(row) for row in session.scalars(select(AuditEntry.entry).order_by(AuditEntry.number))]
    assert b"sign-in refused" in entries[-1]
    assert b"typed-by-mistake" not in b"".join(entries)


def test_a_right_passphrase_leaves_a_trace_even_if_the_passkey_never_comes(console: FoundedConsole) -> None:
    with console.databases.console.write() as session:
        person = console.unlocked(console.supervisor).user_id
        session.add(Passkey(id=b"key", user_id=person, name="desk", public=b"", count=0, added=0))
    answer = Browser(console.app()).sign_in(console.supervisor, console.clock.now, code="")
    assert answer.location.startswith("/sign-in/passkey")
    with console.databases.console.read() as session:
        newest = session.scalars(select(AuditEntry.entry).order_by(AuditEntry.number.desc())).first() or b""
    assert b"second factor awaited" in newest
    assert person.hex().encode() in newest
