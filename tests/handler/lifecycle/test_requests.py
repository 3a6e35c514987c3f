"""A request from another body: who asks is hidden until the score, and nothing else is declined."""

import pytest
from sqlalchemy import select

from handler.audit.tables import AuditEntry
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord, Thread
from handler.errors import NotAllowed
from handler.lifecycle import facts, requests
from handler.lifecycle.acts import Step, move
from handler.lifecycle.notes import NotFilledIn
from handler.lifecycle.outcomes import NotARequest
from handler.lifecycle.recording import keep_note, notes_of
from handler.lifecycle.states import TRIAGE, NotYetRecorded
from handler.search.contents import of_record
from tests.handler.lifecycle.test_moving import ADOPT, LOG, assess, case_id, hana, note
from tests.handler.reporters import Site

__all__ = ["case_id", "hana"]
ASKED = {"asked": "To look for a phone.", "body": "Kent Police", "related": "yes", "relation": "Hana was there."}
DECLINED = Step("concluding", {**ADOPT, "disposition": "declined", "end-reason": "not-ours"}, LOG)


def test_who_asks_is_hidden_until_the_score_and_shown_with_an_entry(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    with pytest.raises(NotFilledIn):
        keep_note(desk, case_id, "request", {**ASKED, "relation": ""})
    record_id = keep_note(desk, case_id, "request", ASKED)
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.read() as console:
        (kept,) = notes_of(console, box)
        raw = box.open(console.get_one(CaseRecord, record_id))
    assert [text for _, text in kept.lines] == ["To look for a phone."]
    assert of_record("note", raw).texts == ("To look for a phone.",), "nor is it found by a search"
    with pytest.raises(requests.HiddenUntilScored):
        requests.shown(desk, case_id, record_id)
    assert "requester shown" not in events(site)

    note(site, case_id, "score")
    shown = requests.shown(desk, case_id, record_id)
    assert [text for _, text in shown.masked_lines] == ["Kent Police", "Yes", "Hana was there."]
    assert events(site).count("requester shown") == 1
    other = keep_note(desk, case_id, "note", {"text": "Nothing is hidden here."})
    with pytest.raises(NotAllowed):
        requests.shown(desk, case_id, other)


def test_only_a_request_is_declined_and_only_with_its_record(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    assess(site, case_id)
    note(site, case_id, *(name for name in TRIAGE if name != "request"))
    move(desk, case_id, Step("decision", {}, {}))
    with pytest.raises(NotARequest):
        move(desk, case_id, DECLINED)
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id).stream = "request"
    with pytest.raises(NotYetRecorded) as refusal:
        move(desk, case_id, DECLINED)
    assert refusal.value.missing == ("request",)
    keep_note(desk, case_id, "request", ASKED)
    assert move(desk, case_id, DECLINED).waits is not None


def test_care_is_asked_only_where_the_reporter_can_be_reached(site: Site, case_id: bytes) -> None:
    desk = site.desk()
    with desk.databases.console.write() as console:
        assert "care" not in facts.recorded(console, case_id, desk.now(), desk.deadlines)
        for thread in console.scalars(select(Thread).where(Thread.case_id == case_id)):
            thread.standing = "lost"
        console.flush()
        assert "care" in facts.recorded(console, case_id, desk.now(), desk.deadlines)


def events(site: Site) -> list[str]:
    with site.console.databases.console.read() as console:
        return list(console.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))
