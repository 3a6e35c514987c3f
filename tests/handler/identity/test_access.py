"""Default deny: every page says whom it answers, and answers nobody else."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

import handler.tables  # noqa: F401
from handler.database import ConsoleBase, KeyringBase
from handler.identity.access import EVERYONE, allow, declared
from handler.identity.roles import ROLES
from handler.identity.tables import UserRole
from tests.handler.founded import Browser, FoundedConsole

ENDS_THE_SESSION = {"identity.sign_out", "identity.end_session", "locking.lock"}
OPEN_TO_ALL = {
    *("static", "identity.sign_in", "identity.submit_sign_in", "passkeys.confirm", "passkeys.submit"),
    *("second.code", "second.submit", "locking.unlock", "locking.submit", "locking.end"),
}
STEP = 30
HTML = {"Accept": "text/html"}


def pages(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path) of every route, with something for each part of a path.

    Where two views share an address, HEAD and OPTIONS belong to the one that the map gives them to.
    """
    found, match = [], app.url_map.bind("").match
    for rule in app.url_map.iter_rules():
        filled = {
            name: "0" * 32 if "int" not in type(rule._converters[name]).__name__.lower() else 1
            for name in rule.arguments
        }
        for method in sorted(rule.methods or set()):  # HEAD and OPTIONS too
            built = rule.build(filled)
            assert built is not None
            found.append((match(built[1], method=method)[0], method, built[1]))
    return found


def test_every_route_declares_its_roles(console: FoundedConsole) -> None:
    views = console.app().view_functions
    assert {endpoint for endpoint, view in views.items() if declared(view) is None} == set()
    assert {endpoint for endpoint, view in views.items() if declared(view) == EVERYONE} == OPEN_TO_ALL


def test_nobody_gets_a_page_without_signing_in(console: FoundedConsole) -> None:
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False  # so that a missing form token does not answer first
    client = app.test_client()
    for endpoint, method, path in pages(app):
        if endpoint in OPEN_TO_ALL:
            continue
        answer = client.open(path, method=method, headers=HTML)
        assert answer.status_code == (303 if method == "GET" else 401), (endpoint, method)
        if method == "GET":
            assert answer.location.startswith("/sign-in?")


def test_a_session_whose_second_factor_is_awaited_opens_no_page(console: FoundedConsole) -> None:
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Browser(app)
    answer = browser.sign_in(console.supervisor, console.clock.now, code="")
    assert answer.location.startswith("/sign-in/code")
    for endpoint, method, path in pages(app):
        if endpoint in OPEN_TO_ALL:
            continue
        answer = browser.client.open(path, method=method, headers=HTML)
        assert answer.status_code == (303 if method == "GET" else 401), (endpoint, method)
        if method == "GET":
            assert answer.location.startswith("/sign-in?")
    assert browser.get("/sign-in/code").status_code == 200, "still half open after all that"


def test_a_locked_session_opens_no_page_and_does_nothing(console: FoundedConsole) -> None:
    """Every page leads to the lock, every act is answered with it; for scripts and for HEAD and OPTIONS it is 401."""
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Browser(app)
    browser.sign_in(console.supervisor, console.clock.now)
    browser.client.post("/lock", headers=HTML)
    before = state_of(console)
    for endpoint, method, path in pages(app):
        if endpoint in OPEN_TO_ALL:
            continue
        answer = browser.client.open(path, method=method, headers=HTML)
        assert answer.status_code == (303 if method == "GET" else 401), (endpoint, method)
        if method == "GET":
            assert answer.location.startswith("/unlock?")
        if method == "POST":
            assert "Locked" in answer.text
        by_script = browser.client.open(path, method=method, headers={"Accept": "application/json"})
        assert by_script.status_code == 401, (endpoint, method)
    assert state_of(console) == before, "no entry, no row, no key"


def state_of(console: FoundedConsole) -> dict[str, int]:
    """How many rows each table of both databases has."""
    counts = {}
    for database, base in ((console.databases.console, ConsoleBase), (console.databases.keyring, KeyringBase)):
        with database.read() as session:
            for table in base.metadata.sorted_tables:
                counts[table.name] = session.scalar(select(func.count()).select_from(table)) or 0
    return counts


@pytest.mark.parametrize("role", ["chief", "", "Handler", "handler supervisor", "*"])
def test_a_role_that_there_is_not_opens_nothing(console: FoundedConsole, role: str) -> None:
    """As somebody who can write to the database might invent."""
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False
    olu = console.add_person("Olu", "handler")
    with console.databases.console.write() as session:
        session.execute(update(UserRole).where(UserRole.user_id == olu.user_id).values(role=role))
    browser = Browser(app)
    assert browser.sign_in(olu, console.clock.now).status_code == 303
    for endpoint, method, path in pages(app):
        if endpoint not in OPEN_TO_ALL:
            assert browser.client.open(path, method=method, headers=HTML).status_code == 403, (endpoint, method)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_only_the_pages_and_acts_declared_for_it(console: FoundedConsole, role: str) -> None:
    """Every route by every method; whoever may, gets an answer that the page means: never a fault of the program."""
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False  # so that a missing form token does not answer first
    browser = Browser(app)
    browser.sign_in(console.add_person("Olu", role), console.clock.now)
    for endpoint, method, path in pages(app):
        roles = declared(app.view_functions[endpoint])
        if roles is None or roles == EVERYONE or (role in roles and endpoint in ENDS_THE_SESSION):
            continue
        status = browser.client.open(path, method=method, headers=HTML).status_code
        if role not in roles:
            assert status == 403, (endpoint, method, status)
        elif method in ("GET", "HEAD", "OPTIONS"):
            assert status in (200, 302, 303, 400, 404), (endpoint, status)
        else:
            assert status in (200, 204, 302, 303, 400, 403, 404), (endpoint, method, status)


def test_a_forgotten_declaration_closes_the_page_to_everyone(console: FoundedConsole) -> None:
    app = console.app()
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    browser = Browser(app)
    browser.sign_in(console.supervisor, console.clock.now)
    assert browser.get("/forgotten").status_code == 403


def test_allowing_no_role_or_an_unknown_one_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="allow"):
        allow()
    with pytest.raises(ValueError, match="chief"):
        allow("chief")


def test_every_answer_forbids_foreign_scripts_frames_and_caches(console: FoundedConsole) -> None:
    browser = Browser(console.app())
    for path in ("/sign-in", "/nowhere", "/sessions"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_closed_account_is_out_at_once(console: FoundedConsole) -> None:
    app, other = console.app(), console.add_person("Olu", "handler")
    supervisor, theirs = Browser(app), Browser(app)
    supervisor.sign_in(console.supervisor, console.clock.now)
    theirs.sign_in(other, console.clock.now)
    assert theirs.get("/sessions").status_code == 200
    asked = supervisor.get(f"/people/close?person={other.user_id.hex()}")
    assert "Close the account of Olu?" in asked.text
    assert supervisor.post("/people/close", {"person": other.user_id.hex()}, page="/people").status_code == 200
    assert theirs.get("/sessions").status_code == 303
    assert theirs.sign_in(other, console.clock.now + STEP).status_code == 403
    with console.databases.keyring.read() as session:
        assert console.services.keyring(session).purposes(other.user_id) == []


def test_the_last_supervisor_cannot_be_closed(console: FoundedConsole) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    answer = browser.post("/people/close", {"person": console.founded.user_id.hex()}, page="/people")
    assert answer.status_code == 403
    assert "Only this person has this role" in answer.text


def test_a_supervisor_adds_a_person_who_can_then_sign_in(console: FoundedConsole) -> None:
    from tests.handler.founded import Person

    app = console.app()
    browser = Browser(app)
    browser.sign_in(console.supervisor, console.clock.now)
    form: dict[str, str | list[str]] = {"name": "Olu", "passphrase": "a long enough one", "role": ["handler", "intake"]}
    assert browser.post("/people", {**form, "passphrase": "short"}).status_code == 403
    page = browser.post("/people", form)
    assert page.status_code == 200
    secret = page.text.split("<code>")[1].split("</code>")[0]
    added = Person("Olu", "a long enough one", secret)
    assert Browser(app).sign_in(added, console.clock.now).status_code == 303
    assert browser.post("/people", form).status_code == 403, "the name is taken"
