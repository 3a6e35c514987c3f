"""The list of sessions, and a supervisor who ends those of another person."""

from sqlalchemy import select

from handler.audit.tables import AuditEntry
from handler.identity.tables import SignedIn
from tests.handler.founded import Browser, FoundedConsole


def test_the_list_tells_since_when_with_what_and_which_is_locked(console: FoundedConsole) -> None:
    app = console.app()
    first, second = Browser(app), Browser(app)
    first.sign_in(console.supervisor, console.clock.now)
    first.post("/lock", {}, page="/sessions")
    console.clock.forward(120)
    second.sign_in(console.supervisor, console.clock.now)
    page = second.get("/sessions").text
    assert page.count("Passphrase and code") == 2
    assert "This session" in page
    assert "2 min ago" in page
    assert page.count("Locked</strong>") == 1


def test_a_supervisor_ends_every_session_of_a_person_half_open_ones_too(any_console: FoundedConsole) -> None:
    app, olu = any_console.app(), any_console.add_person("Olu", "handler")
    supervisor, opened, locked, half = (Browser(app) for _ in range(4))
    supervisor.sign_in(any_console.supervisor, any_console.clock.now)
    opened.sign_in(olu, any_console.clock.now)
    any_console.clock.forward(30)
    locked.sign_in(olu, any_console.clock.now)
    locked.post("/lock", {}, page="/sessions")
    half.sign_in(olu, any_console.clock.now, code="")
    person = olu.user_id.hex()
    page = supervisor.get(f"/people/sessions?person={person}").text
    assert page.count("Passphrase and code") == 2
    answer = supervisor.post("/people/sessions", {"person": person}, page="/people")
    assert answer.status_code == 303
    assert opened.get("/sessions").location == "/sign-in?next=/sessions"
    with any_console.databases.console.read() as session:
        assert list(session.scalars(select(SignedIn.user_id))) == [any_console.founded.user_id]
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert newest is not None
    assert newest.act == "sessions of a person ended"
    assert person.encode() in newest.entry
    any_console.clock.forward(30)
    assert opened.sign_in(olu, any_console.clock.now).status_code == 303, "the account stays open"


def test_of_nobody_and_of_closed_accounts_there_is_no_list(console: FoundedConsole) -> None:
    app, olu = console.app(), console.add_person("Olu", "handler")
    supervisor = Browser(app)
    supervisor.sign_in(console.supervisor, console.clock.now)
    supervisor.post("/people/close", {"person": olu.user_id.hex()}, page="/people")
    for person in ("", "zz", "00" * 16, olu.user_id.hex()):
        assert supervisor.get(f"/people/sessions?person={person}").status_code == 404
        assert supervisor.post("/people/sessions", {"person": person}, page="/people").status_code == 404
