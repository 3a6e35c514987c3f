"""A linked case is opened from one that is there: after reprisal, and for nobody who cannot open the first."""

import pytest

from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.intake import linking
from handler.intake.related import MANAGEMENT, Related, open_related
from handler.lifecycle import timing
from handler.lifecycle.conflict import confirm, recuse
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
    related = Related(bytes(16), MANAGEMENT, "The team leader knew.")
    with pytest.raises(NotAllowed):
        open_related(site.desk(lena), first, related)
    made = open_related(site.desk(), first, related)
    assert made.flags == ("manager-knew",)
    with pytest.raises(NotAllowed):
        site.desk(lena).case_key(made.case_id)
