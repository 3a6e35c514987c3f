"""What the ACU's liaison does in cases that were shared with it, and that nothing else is theirs to decide."""

import pytest

from handler.cases.listing import open_case
from handler.errors import NotAllowed
from handler.lifecycle.acts import Step, move
from handler.lifecycle.acu import NotForTheAcu, NotTheAcus
from handler.lifecycle.conflict import confirm
from handler.lifecycle.recording import keep_note
from handler.lifecycle.states import TRIAGE
from handler.triage.assessment import save
from tests.handler.lifecycle.test_moving import ADOPT, LOG, assess, case, case_id, hana, note, share
from tests.handler.reporters import Site
from tests.handler.triage.forms import PLAIN
from tests.handler.web.casepages import browser_of

__all__ = ["case_id", "hana"]
BACK = Step("decision", {"reason": "Not for the ACU."}, {})


def test_the_acus_liaison_works_on_a_case_it_holds(site: Site, case_id: bytes) -> None:
    lena = site.console.add_person("Lena Liaison", "acu-liaison")
    desk = site.desk(lena)
    words = {"result": "used", "unit": "Team B", "source": "Forty know it.", "why": "One of three."}
    with pytest.raises(NotAllowed):
        keep_note(desk, case_id, "note", {"text": "Not shared yet."})
    share(site, case_id, lena)
    open_case(desk, case_id, "new")
    confirm(desk, case_id, ticked=True)
    assess(site, case_id)
    keep_note(desk, case_id, "deconfliction", {"result": "none", "looked": "In the ACU's own cases."})
    note(site, case_id, *TRIAGE)
    move(site.desk(), case_id, Step("decision", {}, {}))
    with pytest.raises(NotForTheAcu):
        move(desk, case_id, Step("investigating", ADOPT, LOG))
    with pytest.raises(NotForTheAcu):
        move(desk, case_id, Step("concluding", {**ADOPT, "disposition": "nfa", "end-reason": "not-ours"}, LOG))

    move(desk, case_id, Step("investigating", {**ADOPT, "disposition": "adopt-acu"}, LOG))
    save(site.desk(), case_id, "source-risk", PLAIN["source-risk"])
    keep_note(desk, case_id, "integrity", words)
    with pytest.raises(NotAllowed):
        keep_note(desk, case_id, "measures", {})
    pages = browser_of(site, lena)
    path = f"/cases/{case_id.hex()}"
    assert pages.get(f"{path}/record/strategy").status_code == 200
    assert pages.get(f"{path}/disclosures/new").status_code == 200
    assert f"{path}/disclosures/new" in pages.get(f"{path}/disclosures").text
    move(desk, case_id, BACK)
    assert case(site, case_id).state == "decision"

    move(site.desk(), case_id, Step("investigating", ADOPT, LOG))
    with pytest.raises(NotTheAcus):
        move(desk, case_id, BACK)
