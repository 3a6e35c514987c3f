"""A linked case is opened from one that is there: after reprisal, and for nobody who cannot open the first."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.sharing import take_away
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.intake import linking, related
from handler.intake.newcases import Draft, Maker, wrap_keys
from handler.intake.related import MANAGEMENT, Related, open_related
from handler.lifecycle import timing
from handler.lifecycle.conflict import confirm, recuse
from handler.lifecycle.tables import NAMED, RECUSED
from tests.handler.intake.test_kept_from import outcomes
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of


def test_reprisal_in_a_check_in_leads_to_a_linked_case(site: Site) -> None:
    hana, henry = (site.console.add_person(name, "handler") for name in ("Hana Handler", "Henry Handler"))
    site.deliver(Reporter.new(site).report())
    first = case_id_of(site)
    desk = site.desk(hana)
    for person in (hana, henry):
        open_case(site.desk(person), first, "new")
    confirm(desk, first, ticked=True)
    recuse(site.desk(henry), first)

    pages = browser_of(site, hana)
    asked = {"answer": "They moved me to nights.", "reprisal": "yes"}
    led = pages.post(f"/cases/{first.hex()}/record/checkin", asked).location
    assert led == f"/cases/{first.hex()}/related?ground=reprisal"
    form = {"ground": "reprisal", "words": "Moved to nights after the report.", "form": "ab" * 16}
    assert pages.post(f"/cases/{first.hex()}/related", {**form, "words": ""}, led).status_code == 400
    made = bytes.fromhex(pages.post(f"/cases/{first.hex()}/related", form, led).location.rsplit("/", 1)[1])
    assert "already" in pages.post(f"/cases/{first.hex()}/related", form, led).text, "sent twice it is one case"

    open_case(desk, made, "new")
    with desk.databases.console.read() as console:
        row = console.get_one(Case, made)
        due = {clock.kind: clock.due for _, clock in timing.clocks(console, made)}
        (link,) = linking.pointers(console, first)
    assert (row.channel, row.state, row.flags) == ("own", "received", "reprisal reprisal-done")
    assert due["triage"] == desk.deadlines.triage(desk.now(), timing.Priority.P2)
    assert (link.kind, link.case_id, link.earlier, link.merged) == ("related", made, False, False)
    with pytest.raises(NotAllowed):
        site.desk(henry).case_key(made)
    confirm(desk, made, ticked=True)
    assert "Opened from" in pages.get(f"/cases/{made.hex()}").text


def test_a_failure_of_management_is_a_case_of_its_own(site: Site) -> None:
    site.deliver(Reporter.new(site).report())
    first, lena = case_id_of(site), site.console.add_person("Lena Late", "handler")
    asked = Related(bytes(16), MANAGEMENT, "The team leader knew.")
    with pytest.raises(NotAllowed):
        open_related(site.desk(lena), first, asked)
    made = open_related(site.desk(), first, asked)
    assert made.flags == ("manager-knew",)
    with pytest.raises(NotAllowed):
        site.desk(lena).case_key(made.case_id)


def test_whom_it_is_about_and_who_leaves_meanwhile_are_given_no_key(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana, henry, mark = (site.console.add_person(name, "handler") for name in ("Hana Okafor", "Henry Ode", "Mark Utts"))
    site.deliver(Reporter.new(site).report())
    first, tries = case_id_of(site), list[int]()
    open_case(site.desk(), first, "new")
    confirm(site.desk(), first, ticked=True)
    open_case(site.desk(henry), first, "new")
    take_away(site.desk(), first, mark.user_id)

    def wrap_and_leave(maker: Maker, drafts: Sequence[Draft]) -> None:
        wrap_keys(maker, drafts)
        tries.append(len(maker.rows.readers))
        if len(tries) == 1:
            recuse(site.desk(henry), first)

    monkeypatch.setattr(related, "wrap_keys", wrap_and_leave)
    browser = browser_of(site, site.console.supervisor)
    path = f"/cases/{first.hex()}/related"
    words = {"words": "She knew.", "keep_from": "Hana Okafor and Mark Utts"}
    form = {**words, "ground": MANAGEMENT, "form": "cd" * 16}
    assert "too long" in browser.post(path, {**form, "keep_from": "a" * 20_001}, path).text
    shown = browser.post(path, dict(form), path).location
    made = bytes.fromhex(shown.rsplit("/", 1)[1])
    assert tries == [2, 1], "the key was made again without who left"
    for person in (hana, henry, mark):
        with pytest.raises(NotAllowed):
            site.desk(person).case_key(made)
    assert outcomes(site, made) == {hana.user_id: NAMED, henry.user_id: RECUSED, mark.user_id: NAMED}
    with site.console.databases.console.read() as console:
        assert not any(b'"management"' in entry for entry in console.scalars(select(AuditEntry.entry)))
