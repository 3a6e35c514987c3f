"""A session that was idle is locked: the server cannot use the seed, and the passphrase alone opens it again."""

import base64

import pytest
from sqlalchemy import select

from crypto.errors import BadSeal
from crypto.wrapping import session_open
from handler.audit.tables import AuditEntry
from handler.identity import locking, sessions
from handler.identity.kept import Kept
from handler.identity.sessions import SessionToken
from handler.identity.tables import SignedIn
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.reporters import Site

HTML = {"Accept": "text/html"}
SCRIPT = {"Accept": "application/json"}


def signed_in(console: FoundedConsole) -> Browser:
    browser = Browser(console.app())
    assert browser.sign_in(console.supervisor, console.clock.now).status_code == 303
    return browser


def idle(console: FoundedConsole) -> Browser:
    browser = signed_in(console)
    console.clock.forward(sessions.IDLE + 1)
    return browser


def token_of(browser: Browser) -> SessionToken:
    cookie = browser.client.get_cookie("candour-psu")
    assert cookie is not None
    return SessionToken(base64.urlsafe_b64decode(cookie.value))


def rows(console: FoundedConsole) -> list[SignedIn]:
    with console.databases.console.read() as session:
        return list(session.scalars(select(SignedIn)))


def acts(console: FoundedConsole) -> list[str]:
    with console.databases.console.read() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def unlock(browser: Browser, console: FoundedConsole, page: str = "/unlock", **changed: str) -> tuple[int, str]:
    form = {"passphrase": console.supervisor.passphrase, "next": "/audit?act=signed+in", **changed}
    answer = browser.post("/unlock", dict(form), page=page)
    return answer.status_code, answer.location or answer.text


def test_an_idle_session_leads_to_the_lock_and_back_to_the_page_that_was_asked_for(any_console: FoundedConsole) -> None:
    browser = idle(any_console)
    asked = browser.get("/audit?act=signed+in")
    assert (asked.status_code, asked.location) == (303, "/unlock?next=/audit?act%3Dsigned%2Bin")
    page = browser.get(asked.location).text
    assert "Passphrase of Sam Supervisor" in page
    assert unlock(browser, any_console) == (303, "/audit?act=signed+in")
    assert browser.get("/audit").status_code == 200
    assert acts(any_console)[-3:] == ["session locked", "session unlocked", "audit read"]


def test_once_locked_neither_the_row_nor_the_cookie_has_the_seed(any_console: FoundedConsole) -> None:
    browser = signed_in(any_console)
    token, before = token_of(browser), rows(any_console)[0].sealed
    session_open(token, before)  # what the server could do until now
    any_console.clock.forward(sessions.IDLE + 1)
    browser.get("/cases")
    row = rows(any_console)[0]
    assert (row.sealed, row.challenge, row.locked) == (b"", None, int(any_console.clock.now))
    with pytest.raises(BadSeal):
        session_open(token, row.sealed)


def test_unlocking_gives_a_new_token_and_the_old_one_is_worth_nothing(console: FoundedConsole) -> None:
    browser = idle(console)
    old = browser.client.get_cookie("candour-psu")
    assert old is not None
    unlock(browser, console)
    assert token_of(browser).expose() != base64.urlsafe_b64decode(old.value)
    copied = Browser(console.app())
    copied.client.set_cookie("candour-psu", old.value)
    assert copied.get("/sessions").location == "/sign-in?next=/sessions"


def test_unlocking_keeps_the_beginning_so_twelve_hours_are_not_prolonged(console: FoundedConsole) -> None:
    browser = signed_in(console)
    started = console.clock.now
    while console.clock.now - started <= sessions.LONGEST - 2 * sessions.IDLE:
        console.clock.forward(2 * sessions.IDLE)
        assert unlock(browser, console)[0] == 303
    console.clock.forward(2 * sessions.IDLE)
    assert browser.get("/sessions").location == "/sign-in?next=/sessions"
    assert unlock(browser, console, page="/sign-in") == (303, "/sign-in")
    assert rows(console)[0].factor == "code"


def test_the_button_locks_at_once(console: FoundedConsole) -> None:
    browser = signed_in(console)
    answer = browser.post("/lock", {"next": "/sessions"}, page="/sessions")
    assert (answer.status_code, answer.location) == (303, "/unlock?next=/sessions")
    assert rows(console)[0].sealed == b""
    assert browser.get("/sessions").status_code == 303
    assert unlock(browser, console, next="/sessions") == (303, "/sessions")


def test_somebody_elses_request_takes_an_idle_seed_away_and_so_does_the_unattended_process(
    any_console: FoundedConsole,
) -> None:
    first, olu = signed_in(any_console), any_console.add_person("Olu", "handler")
    any_console.clock.forward(sessions.IDLE + 1)
    other = Browser(any_console.app())
    other.sign_in(olu, any_console.clock.now)
    any_console.clock.forward(sessions.SEEN_STEP)
    assert other.get("/sessions").status_code == 200
    sealed = {row.user_id: row.sealed for row in rows(any_console)}
    assert sealed[any_console.founded.user_id] == b""
    assert sealed[olu.user_id] != b""
    any_console.clock.forward(sessions.IDLE + 1)
    Site.published(any_console)
    assert all(row.sealed == b"" for row in rows(any_console))
    assert first.get("/sessions").location == "/unlock?next=/sessions"


def test_a_wrong_passphrase_is_refused_and_five_end_the_session(any_console: FoundedConsole) -> None:
    browser = idle(any_console)
    for _ in range(locking.GUESSES):
        status, page = unlock(browser, any_console, passphrase="not this one at all")
        assert status == 403
        assert "That passphrase is not right" in page
    status, page = unlock(browser, any_console)
    assert status == 401, "even with everything right"
    assert "This session has ended" in page
    assert rows(any_console) == []
    assert acts(any_console)[-6:] == [*["unlocking refused"] * 5, "session ended"]


def test_guesses_at_a_lock_delay_nobody_who_signs_in(console: FoundedConsole) -> None:
    browser = idle(console)
    for _ in range(locking.GUESSES + 1):
        unlock(browser, console, passphrase="not this one at all")
    assert Browser(console.app()).sign_in(console.supervisor, console.clock.now).status_code == 303


def test_without_the_cookie_nobody_can_try_or_end_anything(console: FoundedConsole) -> None:
    idle(console)
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False
    before = len(acts(console))
    for cookie in ("", base64.urlsafe_b64encode(bytes(32)).decode(), "nonsense"):
        stranger = app.test_client()
        stranger.set_cookie("candour-psu", cookie)
        for path in ("/unlock", "/unlock/end"):
            answer = stranger.post(path, data={"passphrase": console.supervisor.passphrase}, headers=HTML)
            assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert (len(rows(console)), len(acts(console))) == (1, before)


def test_a_form_that_arrives_locked_is_not_done_and_not_lost(console: FoundedConsole) -> None:
    browser = signed_in(console)
    token = browser.get("/people").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"name": "Olu <b>Adeyemi</b> of the desk", "passphrase": "a long enough one", "role": ["handler", "intake"]}
    console.clock.forward(sessions.IDLE + 1)
    answer = browser.client.post("/people", data={**form, "csrf_token": token}, headers=HTML)
    assert answer.status_code == 401
    assert "What you just sent was not done" in answer.text
    assert "a long enough one" not in answer.text, "a passphrase is not written into a page"
    kept = answer.text.split('name="kept" value="')[1].split('"')[0]
    kept = kept.replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    wrong = browser.post("/unlock", {"passphrase": "wrong", "kept": kept})
    assert 'name="kept"' in wrong.text, "not lost by a mistyped passphrase"
    page = browser.post("/unlock", {"passphrase": console.supervisor.passphrase, "kept": kept})
    assert page.status_code == 200
    assert "This was not sent yet" in page.text
    assert '<form method="post" action="/people">' in page.text
    assert "Olu &lt;b&gt;Adeyemi&lt;/b&gt; of the desk" in page.text
    for role in ("handler", "intake"):
        assert f'name="role" value="{role}"' in page.text
    assert "person added" not in acts(console)


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", '["//evil.example",[],false]', '["https://evil.example/",[],false]', '["/a",[1],0]']
)
def test_what_the_lock_did_not_keep_itself_is_not_shown(text: str) -> None:
    assert Kept.decode(text) is None


def test_a_locked_session_can_be_signed_out_of(console: FoundedConsole) -> None:
    browser = idle(console)
    browser.post("/unlock/end", {}, page="/unlock")
    assert rows(console) == []
    assert acts(console)[-1] == "signed out"


def test_the_pages_script_gets_short_answers(console: FoundedConsole) -> None:
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Browser(app)
    browser.sign_in(console.supervisor, console.clock.now)
    post = browser.client.post
    assert post("/awake", headers=SCRIPT).status_code == 204
    assert post("/lock", data={"by": "time"}, headers=SCRIPT).status_code == 204
    assert post("/awake", headers=SCRIPT).status_code == 401
    refused = post("/unlock", data={"passphrase": "wrong"}, headers=SCRIPT)
    assert (refused.status_code, refused.json) == (403, {"problem": "That passphrase is not right. Type it again."})
    who = console.founded.user_id.hex()
    form = {"passphrase": console.supervisor.passphrase, "who": who}
    assert post("/unlock", data=form, headers=SCRIPT).status_code == 204
    assert post("/unlock", data={"who": who}, headers=SCRIPT).status_code == 204, "unlocked in another window"
    assert post("/unlock", data={"who": "ab" * 16}, headers=SCRIPT).status_code == 401, "somebody else's page"


def test_use_without_a_new_page_keeps_the_session_awake(console: FoundedConsole) -> None:
    app = console.app()
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Browser(app)
    browser.sign_in(console.supervisor, console.clock.now)
    for _ in range(3):
        console.clock.forward(sessions.IDLE - 1)
        assert browser.client.post("/awake", headers=SCRIPT).status_code == 204
    assert browser.get("/sessions").status_code == 200


def test_a_closed_accounts_lock_does_not_open(console: FoundedConsole) -> None:
    app, olu = console.app(), console.add_person("Olu", "handler")
    supervisor, theirs = Browser(app), Browser(app)
    theirs.sign_in(olu, console.clock.now)
    theirs.post("/lock", {}, page="/sessions")
    supervisor.sign_in(console.supervisor, console.clock.now)
    supervisor.post("/people/close", {"person": olu.user_id.hex()}, page="/people")
    assert [row.user_id for row in rows(console)] == [console.founded.user_id]
    answer = theirs.post("/unlock", {"passphrase": olu.passphrase}, page="/sign-in")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_a_changed_passphrase_ends_locked_sessions_too(console: FoundedConsole) -> None:
    locked = signed_in(console)
    locked.post("/lock", {}, page="/sessions")
    console.clock.forward(30)
    other = signed_in(console)
    new = "another four quite long words"
    other.post("/passphrase", {"old": console.supervisor.passphrase, "new": new, "again": new})
    assert len(rows(console)) == 1
    assert unlock(locked, console, page="/sign-in", passphrase=new) == (303, "/sign-in")
