"""Disclosures by their pages: asked for by one person, read and approved by another, saved as one file."""

import io
import re
import zipfile

from handler.triage import assessment
from tests.handler.export.test_export import STORY, TEXT, Case
from tests.handler.preview.hostile import picture
from tests.handler.reporters import Site
from tests.handler.web.casepages import browser_of
from tests.handler.web.test_case_walk import CasePages

GIVEN: dict[str, str | list[str]] = {
    "kind": "dissemination",
    "recipient": "The ACU",
    "purpose": "To assess",
    "basis": "s.7 CCA 2013",
    "text": TEXT,
    "handling": "C",
    "action": "A1",
    "sanitisation": "S2",
    "read": "yes",
}


def pages_of(case: Case, site: Site, *, approver: bool = False) -> CasePages:
    person = site.console.supervisor if approver else case.scene.handler
    made = CasePages(site, browser_of(site, person))
    made.path = f"/cases/{case.case_id.hex()}"
    return made.open()


def test_from_the_form_to_the_saved_pack(site: Site) -> None:
    case = Case(site, {"a.png": picture("png")}).assess()
    pages = pages_of(case, site)
    assert "Nothing has left this case" in pages.text("/disclosures")
    new = f"{pages.path}/disclosures/new"
    chosen = re.findall(r'name="files" type="checkbox" value="([^"]+)"', pages.browser.get(new).text)
    assert len(chosen) == 1
    assert pages.browser.post(new, {**GIVEN, "files": chosen}).status_code == 303
    assert "Waits for a second person" in pages.text("/disclosures")
    assert "Save the pack" not in pages.text("/disclosures")
    second = pages_of(case, site, approver=True)
    assert "Disclose: see Disclosures" in second.text()
    assert TEXT in second.text("/disclosures")
    found = re.search(r'action="(/approvals/[0-9a-f]+/approve)"', second.text("/disclosures"))
    assert found is not None
    assert second.browser.post(found.group(1), {}, page=f"{second.path}/disclosures").status_code == 303
    assert "Ask what came of a dissemination" in pages.text()
    pack = re.search(rf'action="({pages.path}/disclosures/[0-9a-f]+/pack)"', pages.text("/disclosures"))
    assert pack is not None
    saved = pages.browser.post(pack.group(1), {}, page=f"{pages.path}/disclosures")
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="OFFICIAL-SENSITIVE PSU-2026-')
    with zipfile.ZipFile(io.BytesIO(saved.data)) as opened:
        assert "files/file-01.png" in opened.namelist()
    said = pages.browser.post(
        pack.group(1).replace("/pack", "/answer"), {"back": "Yes."}, page=f"{pages.path}/disclosures"
    )
    assert said.status_code == 303
    assert "What they said" in pages.text("/disclosures")


def test_what_is_refused_keeps_what_was_written_and_leads_to_the_field(site: Site) -> None:
    case = Case(site, {}).assess()
    pages = pages_of(case, site)
    new = f"{pages.path}/disclosures/new"
    for changed, said in (
        ({"read": ""}, 'href="#read"'),
        ({"recipient": ""}, 'href="#recipient"'),
        ({"kind": ""}, 'href="#kind-0"'),
        ({"handling": ""}, 'href="#handling-0"'),
        ({"text": STORY}, "repeats the reporter"),
        ({"files": ["zz/0"]}, "no such file"),
        ({"files": ["00" * 16 + "/0"]}, "no such file"),
        ({"files": [case.scene.record_id("report").hex() + "/99"]}, "no such file"),
    ):
        answer = pages.browser.post(new, {**GIVEN, **changed})
        assert (answer.status_code, said in answer.text) == (400, True), changed
        assert "To assess" in answer.text


def test_without_the_cases_key_there_is_no_page(site: Site) -> None:
    case = Case(site, {}).assess()
    assert assessment.read(case.author, case.case_id).known.grades
    late = browser_of(site, site.console.add_person("Lena Late", "handler"))
    assert late.get(f"/cases/{case.case_id.hex()}/disclosures").status_code == 303
