"""What an auditor gets: searches, the chain, samples, the export. And what no auditor gets: a word of any case."""

import json
import re
from itertools import count

import pytest
from sqlalchemy import select, text

from crypto.errors import ProtocolError
from handler.audit import counts
from handler.audit.entries import Filters, page
from handler.audit.log import SYSTEM, current_head, record
from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed
from handler.identity.access import declared
from handler.identity.roles import AUDITOR
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.lifecycle.conflict import confirm
from handler.lifecycle.recording import keep_note
from handler.lifecycle.tables import CaseConflict, CaseMove
from handler.lifecycle.tasks import add
from handler.people.acts import save
from tests.handler.audit.closed import closed_cases, day
from tests.handler.commands.test_commands import handler
from tests.handler.founded import Browser, FoundedConsole
from tests.handler.people.forms import entry
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

CANARY = "Quixwold"
DAY = 24 * 3600
numbers = count(1)


@pytest.fixture
def any_site(any_console: FoundedConsole) -> Site:
    return Site.published(any_console)


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


def worked_case(site: Site) -> bytes:
    """A case with the canary in the report, its files' answers, a reason, a name, a note and a task."""
    site.deliver(Reporter.new(site).report(f"It was {CANARY} who took it.", {"danger": "unsure"}))
    desk, case_id = site.desk(), case_id_of(site)
    open_case(desk, case_id, "other", f"{CANARY} asked me to")
    confirm(desk, case_id, ticked=True)
    person = save(desk, case_id, entry(CANARY)).hex()
    note = {
        "person": person, "grade": "senior", "measure": "restricted", "decider": "supervisor",
        "why": f"Because of {CANARY}", "review": "2027-01-01",
    }  # fmt: skip
    keep_note(desk, case_id, "measures", note)
    add(desk, case_id, f"Ring {CANARY}", "2026-12-01")
    return case_id


def test_an_auditors_keys_open_no_record_of_any_case(any_site: Site) -> None:
    """Directly against both databases: every wrapped secret that there is, tried with the auditor's own key."""
    auditor = any_site.console.add_person("Ada", AUDITOR)
    case_id = worked_case(any_site)
    desk = any_site.desk(auditor)
    with any_site.console.databases.keyring.read() as wraps, any_site.console.databases.console.read() as console:
        keyring = any_site.console.services.keyring(wraps)
        assert keyring.purposes(auditor.user_id) == []
        assert wraps.scalars(select(Wrap.purpose).where(Wrap.holder == auditor.user_id)).all() == []
        everything = wraps.execute(select(Wrap.purpose, Wrap.sealed)).all()
        assert any(row.purpose == case_purpose(case_id) for row in everything)
        for row in everything:
            with pytest.raises(ProtocolError):
                desk.unlocked.opener.open(b"candour/1 wrap\0" + desk.site + row.purpose.encode(), bytes(row.sealed))
        sealed = [bytes(row) for row in console.scalars(select(CaseRecord.sealed))]
    with pytest.raises(NotAllowed):
        desk.case_key(case_id)
    assert len(sealed) >= 5
    assert all(CANARY.encode() not in one for one in sealed)


def test_no_page_open_to_an_auditor_has_a_word_of_a_case(any_site: Site) -> None:
    auditor = any_site.console.add_person("Ada", AUDITOR)
    case_id = worked_case(any_site)
    with any_site.console.databases.console.read() as console:
        assert any(CANARY.encode() in record_of(any_site, row) for row in console.scalars(select(CaseRecord)))
        number = console.get_one(Case, case_id).number
    browser = browser_of(any_site, auditor)
    app = browser.client.application
    seen = 0
    for rule in app.url_map.iter_rules():
        roles = declared(app.view_functions[rule.endpoint])
        if not roles or AUDITOR not in roles or "GET" not in (rule.methods or ()):
            continue
        for filled in (case_id.hex(), "0" * 32):
            built = rule.build(dict.fromkeys(rule.arguments, filled))
            assert built is not None
            answer = browser.get(built[1])
            assert answer.status_code in (200, 303, 404)
            assert CANARY not in answer.text
            seen += 1
    assert seen > 12
    trail = browser.get(f"/audit?case={number}").text
    assert "case opened" in trail
    assert CANARY not in trail
    exported = browser.post("/audit/export", {"since": "0"})
    assert "case opened" in exported.text
    assert CANARY not in exported.text


def record_of(site: Site, row: CaseRecord) -> bytes:
    from handler.cases.records import CaseBox

    return CaseBox(row.case_id, site.desk().case_key(row.case_id)).open(row)


def test_an_auditor_opens_no_case_page(site: Site) -> None:
    case_id = worked_case(site)
    browser = browser_of(site, site.console.add_person("Ada", AUDITOR))
    assert browser.get(f"/cases/{case_id.hex()}").status_code == 403
    assert browser.get("/cases").status_code == 403


# --- searches --------------------------------------------------------------------------------------------------------


def test_entries_are_found_by_person_act_case_and_days(any_site: Site) -> None:
    case_id, clock = worked_case(any_site), any_site.console.clock
    olu = any_site.console.add_person("Olu", "handler")
    clock.forward(2 * DAY)
    with any_site.console.databases.console.write() as console:
        record(console, olu.user_id, "case read", case_id, clock=clock)
        record(console, SYSTEM, "board published", clock=clock)
        number = console.get_one(Case, case_id).number
    with any_site.console.databases.console.read() as console:

        def found(**asked: str) -> list[tuple[str, str]]:
            return [(line.actor, line.act) for line in page(console, Filters(**asked), None, 100)]

        assert found(person=olu.user_id.hex()) == [("Olu", "case read")]
        assert {act for _, act in found(case=number.lower())} >= {"case made", "case opened", "no conflict"}
        assert found(case=number)[0] == ("Olu", "case read")
        assert found(case="PSU-1999-0001") == []
        assert found(act="case read", case=number, person=any_site.console.founded.user_id.hex()) == []
        today = day(any_site.console).isoformat()
        assert found(first=today) == [("console", "board published"), ("Olu", "case read")]
        assert ("Olu", "case read") not in found(last=day(any_site.console, 1).isoformat())
        assert found(first=today, act="case read") == [("Olu", "case read")]


def test_pages_follow_each_other_by_number_and_keep_the_filters(console: FoundedConsole) -> None:
    with console.databases.console.write() as session:
        for _ in range(250):
            record(session, SYSTEM, "counted", clock=console.clock)
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    path, seen = "/audit?act=counted", []
    for _ in range(3):
        text_of_page = browser.get(path).text
        seen += [int(number) for number in re.findall(r'data-label="Entry">(\d+)<', text_of_page)]
        if 'rel="next"' in text_of_page:
            path = text_of_page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert len(seen) == 250
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize("query", ["first=yesterday", "last=9999-99-99", "first=0001-01-01", "last=2026"])
def test_a_day_that_is_none_is_told(console: FoundedConsole, query: str) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    answer = browser.get(f"/audit?{query}")
    assert answer.status_code == 400
    assert "Write a day as 2026-11-30" in answer.text


@pytest.mark.parametrize("query", ["before=-1", "before=99999999999999999999", "before=x", "person=%00", "case=%25"])
def test_odd_searches_find_nothing_and_break_nothing(any_console: FoundedConsole, query: str) -> None:
    browser = Browser(any_console.app())
    browser.sign_in(any_console.supervisor, any_console.clock.now)
    assert browser.get(f"/audit?{query}").status_code in (200, 400)


def test_an_entry_that_somebody_spoilt_is_still_shown(console: FoundedConsole) -> None:
    with console.databases.console.write() as session:
        session.execute(text("DROP TRIGGER audit_entries_UPDATE"))
        session.execute(text("UPDATE audit_entries SET entry = head WHERE number = 1"))
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    assert "spoilt: yes" in browser.get("/audit").text


def test_an_append_is_one_row_and_one_update(console: FoundedConsole) -> None:
    from sqlalchemy import event

    said: list[str] = []
    engine = console.databases.console.engine
    event.listen(engine, "before_cursor_execute", lambda *call: said.append(call[2].split()[0]))
    with console.databases.console.write() as session:
        session.execute(text("SELECT 1"))  # the transaction begins
        said.clear()
        record(session, SYSTEM, "act", clock=console.clock)
    assert sorted(said) == ["INSERT", "SELECT", "UPDATE"]


# --- the chain -------------------------------------------------------------------------------------------------------


def test_verify_now_tells_the_result_keeps_it_and_lists_the_checkpoints(any_site: Site) -> None:
    browser = browser_of(any_site, any_site.console.add_person("Ada", AUDITOR))
    assert "Never" in browser.get("/audit/chain").text
    assert browser.post("/audit/chain", {}).status_code == 303
    shown = browser.get("/audit/chain").text
    assert "The chain is whole: " in shown
    assert "by Ada" in shown
    assert "whole: yes" in shown
    assert "Not in the chain" not in shown
    with any_site.console.databases.console.write() as session:
        session.execute(text("UPDATE publications SET bulletin = audit_head.head FROM audit_head"))
    browser.post("/audit/chain", {})
    shown = browser.get("/audit/chain").text
    assert "The chain is broken at bulletin 1" in shown
    assert "whole: no" in shown
    assert "Not in the chain" in shown


def test_a_long_chain_is_verified_in_parts_that_nobody_can_skip(
    console: FoundedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handler.audit.verify.AT_ONCE", 2)
    monkeypatch.setattr("handler.audit.views.PART_SECONDS", 0.0)
    with console.databases.console.write() as session:
        for _ in range(5):
            record(session, SYSTEM, "act", clock=console.clock)
    browser = Browser(console.app())
    browser.sign_in(console.supervisor, console.clock.now)
    answer = browser.post("/audit/chain", {})
    told = []
    while answer.status_code == 200:
        assert "data-goes-on" in answer.text
        told.append(answer.text.split("entries are whole so far")[0].rpartition(">")[2].strip())
        place = answer.text.split('name="place" value="')[1].split('"')[0]
        answer = browser.post("/audit/chain", {"place": place}, page="/audit/chain")
    assert told == ["2 of 7", "4 of 7", "6 of 7"]
    assert "The chain is whole: 7 entries" in browser.get("/audit/chain").text
    again = browser.post("/audit/chain", {"place": "WzYsImFiIl0.forged"}, page="/audit/chain")
    assert "2 of " in again.text, "from the beginning"


# --- samples ---------------------------------------------------------------------------------------------------------


def test_rates_come_from_moves_conflict_checks_and_the_audit(any_console: FoundedConsole) -> None:
    olu, now = any_console.add_person("Olu", "supervisor", "handler"), int(any_console.clock.now)
    ids = closed_cases(any_console, 25)
    with any_console.databases.console.write() as session:
        for place, case_id in enumerate(ids):
            end = "concluding" if place < 10 else "investigating"
            session.add(
                CaseMove(
                    case_id=case_id, position=2, at=now, by=olu.user_id, role="supervisor", start="decision", end=end,
                    record_id=None,
                )
            )  # fmt: skip
            outcome = "recused" if place < 2 else "none"
            session.add(CaseConflict(case_id=case_id, user_id=olu.user_id, outcome=outcome, at=now, seen=True))
        record(session, olu.user_id, "priority overridden", ids[0], clock=any_console.clock, was=3, priority=1)
    with any_console.databases.console.read() as session:
        found = counts.rates(session)
    assert found == [counts.Rates("Olu", decided=25, without_action=10, checks=25, recused=2, overrides=1)]
    assert found[0].share == 40
    assert counts.Rates("Few", 19, 19, 0, 0, 0).share is None


def test_acts_are_counted_by_day(any_console: FoundedConsole) -> None:
    for _ in range(2):
        with any_console.databases.console.write() as session:
            for _ in range(3):
                record(session, SYSTEM, "act", clock=any_console.clock)
        any_console.clock.forward(DAY)
    with any_console.databases.console.read() as session:
        found = counts.days(session, int(any_console.clock.now), 5)
    assert [one.total for one in found[:2]] == [0, 3]
    assert found[1].kinds == [("act", 3)]
    assert ("act", 3) in found[2].kinds
    assert len(found) == 5


# --- export ----------------------------------------------------------------------------------------------------------


def test_the_export_is_one_entry_a_line_resumed_by_number_and_an_entry_itself(any_site: Site) -> None:
    ada, case_id = any_site.console.add_person("Ada", AUDITOR), worked_case(any_site)
    browser = browser_of(any_site, ada)
    answer = browser.post("/audit/export", {"since": "0"})
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-psu-1-')
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert [*lines[0]] == ["number", "time", "actor", "actor_id", "act", "case", "facts", "head"]
    with any_site.console.databases.console.read() as session:
        case_number = session.get_one(Case, case_id).number
        heads = [head.hex() for head in session.scalars(select(AuditEntry.head).order_by(AuditEntry.number))]
        now = current_head(session)
    opened = next(line for line in lines if line["act"] == "case opened")
    assert (opened["actor"], opened["case"]) == ("Sam Supervisor", case_number)
    assert opened["facts"] == {"reason": "other"}
    assert opened["time"].endswith("Z")
    assert [line["head"] for line in lines] == heads[: len(lines)]
    assert now.number == len(lines) + 1, "the export's own entry comes with the next"
    more = [json.loads(line) for line in browser.post("/audit/export", {"since": str(len(lines))}).text.splitlines()]
    assert [(line["number"], line["act"]) for line in more] == [(now.number, "audit exported")]
    assert more[0]["actor"] == "Ada"
    assert more[0]["facts"] == {"since": 0, "until": len(lines), "how": "page"}


@pytest.mark.parametrize("since", ["-1", "x", "99999999999999", "1.5"])
def test_a_number_that_is_none_exports_nothing(console: FoundedConsole, since: str) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.add_person("Ada", AUDITOR), console.clock.now)
    answer = browser.post("/audit/export", {"since": since})
    assert answer.status_code == 400
    assert "Write the number of an entry" in answer.text


def test_the_command_exports_the_same_and_says_so_in_the_audit(
    any_console: FoundedConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", any_console.settings.console_database)
    monkeypatch.setenv("KEYRING_URL", any_console.settings.keyring_database)
    monkeypatch.setattr("handler.audit.export.AT_ONCE", 2)
    with any_console.databases.console.write() as session:
        for _ in range(4):
            record(session, SYSTEM, "act", clock=any_console.clock)
    home = ("--home", any_console.settings.home)
    first = handler("audit", "export", *home)
    assert (first.code, first.err) == (0, "")
    assert [json.loads(line)["number"] for line in first.out.splitlines()] == [1, 2, 3, 4, 5]
    second = handler("audit", "export", *home, "--since", "3")
    found = [json.loads(line) for line in second.out.splitlines()]
    assert [line["number"] for line in found] == [4, 5, 6]
    assert (found[-1]["act"], found[-1]["actor"], found[-1]["actor_id"]) == ("audit exported", "console", "")
    newest = f"{found[-1]['number']}:{found[-1]['head']}"
    assert handler("audit", "verify", *home, "--expect", newest).code == 0


def test_a_supervisor_reads_of_no_case_that_they_are_kept_out_of(site: Site) -> None:
    sue = site.console.add_person("Sue Second", "supervisor")
    ada = site.console.add_person("Ada", AUDITOR)
    site.deliver(Reporter.new(site).naming("keep-from", "Sue Second"))
    browser = browser_of(site, sue)
    page = browser.get("/audit").text
    assert "named by the reporter" not in page
    assert "PSU-2026-0001" not in page
    assert "No entry is like that" in browser.get("/audit?case=PSU-2026-0001").text
    assert "PSU-2026-0001" in browser_of(site, ada).get("/audit").text
