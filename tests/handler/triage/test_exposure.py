"""Nothing that could show the source goes ahead: neither the adoption of a case nor a word to the unit."""

import pytest

from handler.cases.tables import Case
from handler.lifecycle.acts import Step, move
from handler.lifecycle.recording import keep_note
from handler.lifecycle.states import TRIAGE
from handler.triage.assessment import save
from handler.triage.sourcerisk import SourceAtRisk, SourceRiskNotAssessed
from tests.handler.lifecycle.test_moving import ADOPT, HANA, LOG, assess, note
from tests.handler.reporters import Reporter, Site
from tests.handler.triage.conftest import made
from tests.handler.triage.forms import PLAIN, form
from tests.handler.triage.test_assessment import case, prompts, recorded

WORD = {"result": "used", "unit": "The unit", "words": "Be careful.", "source": "Said to all.", "why": "It stops it."}
ADOPTED = Step("investigating", ADOPT, LOG)


def flag(site: Site, case_id: bytes, flags: str) -> None:
    """As a merge carries them over."""
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id).flags = flags


def test_a_source_that_may_be_shown_stops_the_acts_even_where_a_flag_came_later(site: Site) -> None:
    hana = site.console.add_person(HANA, "handler")
    case_id, desk = made(site, Reporter.new(site).report("x", {"knowers": "only-me"})), site.desk()
    assess(site, case_id)
    with pytest.raises(SourceRiskNotAssessed):
        keep_note(desk, case_id, "integrity", WORD)
    save(desk, case_id, "source-risk", PLAIN["source-risk"])
    assert "source-risk" not in recorded(site, case_id)
    assert prompts(site, case_id) == ["source-risk"]
    with pytest.raises(SourceAtRisk):
        keep_note(desk, case_id, "integrity", WORD)
    keep_note(desk, case_id, "integrity", {**WORD, "result": "considered"})
    save(desk, case_id, "source-risk", {**PLAIN["source-risk"], "parallel": ["The door log."]})
    assert (prompts(site, case_id), "source-risk" in recorded(site, case_id)) == ([], True)
    keep_note(desk, case_id, "integrity", WORD)

    flag(site, case_id, "")
    save(desk, case_id, "source-risk", PLAIN["source-risk"])
    note(site, case_id, *TRIAGE)
    move(site.desk(hana), case_id, Step("decision", {}, {}))
    flag(site, case_id, "source-exposure")
    with pytest.raises(SourceAtRisk):
        move(desk, case_id, ADOPTED)
    save(desk, case_id, "source-risk", form(could_reveal="no", mitigation="We wait.", accepted="yes"))
    move(desk, case_id, ADOPTED)
    assert case(site, case_id).state == "investigating"
