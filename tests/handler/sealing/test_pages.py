"""Sealing by its pages: from the case and from the preview, counsel's page, the officer's, the supervisor's."""

import re

import pytest
from sqlalchemy import select

from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.intake.linking import link
from handler.lifecycle.conflict import confirm
from handler.sealing.acts import Part, seal
from handler.sealing.grounds import IMAGES
from handler.sealing.texts import TOO_SENSITIVE
from tests.handler.founded import Browser, FoundedConsole, Person
from tests.handler.intake.test_linking import LOST, case_ids, look
from tests.handler.reporters import Reporter, Site
from tests.handler.sealing.sealed import KEPT, SECRET, Scene
from tests.handler.web.casepages import browser_of
from tests.handler.web.test_case_walk import CasePages

SEALED_WORDS = {"spillage": "too highly classified", "privileged": "legal privilege", "images": "indecent images"}


@pytest.fixture
def site(console: FoundedConsole) -> Site:
    return Site.published(console)


@pytest.fixture
def scene(site: Site) -> Scene:
    return Scene.made(site)


def case_number(site: Site, case_id: bytes) -> str:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id).number


def pages_of(scene: Scene, person: Person) -> CasePages:
    return CasePages(scene.site, browser_of(scene.site, person)).open()


def address(text: str, path: str) -> str:
    found = re.search(rf'href="({path})"', text)
    assert found is not None, path
    return found.group(1).replace("&amp;", "&")


def press(browser: Browser, page: str, action: str, form: dict[str, str | list[str]] | None = None) -> str:
    """Sends the form of a page whose address matches; the page after it."""
    found = re.search(rf'action="({action})"', browser.get(page).text)
    assert found is not None, action
    answer = browser.post(found.group(1), form or {}, page=page)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def seal_message(pages: CasePages, ground: str) -> str:
    follow_up = re.findall(rf'href="({pages.path}/seal/[0-9a-f]+)"', pages.text())[-1]
    form = pages.browser.get(follow_up)
    assert "What is it?" in form.text
    answer = pages.browser.post(follow_up, {"ground": ground, "incident": "SI-1", "legal": "yes"})
    assert answer.status_code == 303
    return pages.browser.get(answer.location).text


@pytest.mark.parametrize("ground", SEALED_WORDS)
def test_a_message_is_sealed_from_the_case_by_two_presses(scene: Scene, ground: str) -> None:
    pages = pages_of(scene, scene.handler)
    assert SECRET in pages.text()
    seal_message(pages, ground)
    text = pages.text()
    assert SECRET not in text
    assert f"[Sealed: {'possible ' if ground == 'images' else ''}{SEALED_WORDS[ground]}]" in text
    assert KEPT in text


def test_what_stands_in_a_merged_case_too_is_said_and_can_be_sealed_there(site: Site, scene: Scene) -> None:
    other = Reporter.new(site)
    site.deliver(other.report("I wrote before."))
    newer = max(case_ids(site), key=lambda case_id: case_number(site, case_id))
    look(site, newer, scene.case_id)
    link(site.desk(), newer, scene.case_id, LOST)
    pages = pages_of(scene, site.console.supervisor)
    form = pages.browser.get(re.findall(rf'href="({pages.path}/seal/[0-9a-f]+)"', pages.text())[-1])
    assert "stand in PSU-2026-0002 too" in form.text
    merged = f"/cases/{newer.hex()}"
    found = re.search(rf'href="({merged}/seal/[0-9a-f]+)"', pages.browser.get(merged).text)
    assert found is not None
    answer = pages.browser.post(found.group(1), {"ground": "privileged"})
    assert answer.status_code == 303
    assert "I wrote before." not in pages.browser.get(merged).text


def test_the_form_wants_a_ground_and_leads_to_it(scene: Scene) -> None:
    pages = pages_of(scene, scene.handler)
    path = address(pages.text(), rf"{pages.path}/seal/[0-9a-f]+")
    answer = pages.browser.post(path, {})
    assert answer.status_code == 400
    assert 'href="#ground-0"' in answer.text
    assert scene.objects() == []


def test_a_file_is_sealed_from_its_preview_and_gone_from_every_page(scene: Scene) -> None:
    pages = pages_of(scene, scene.handler)
    preview = address(pages.text(), rf"{pages.path}/preview/[0-9a-f]+/0")
    form = address(pages.browser.get(preview).text, rf"{pages.path}/seal/[0-9a-f]+\?place=0")
    pages.browser.post(form, {"ground": "images"})
    text = pages.text()
    assert "one.jpg" not in text
    assert "two.jpg" in text
    assert not re.search(rf"{pages.path}/(preview|files)/[0-9a-f]+/0", text)
    shown = pages.browser.post(preview, {"page": "1"}, page=pages.path)
    assert (shown.status_code, "This file was sealed" in shown.text) == (400, True)
    saved = pages.browser.post(preview.replace("/preview/", "/files/"), {}, page=pages.path)
    assert "This file was sealed" in saved.text
    assert "first file" not in saved.text


def test_counsel_reads_and_returns_and_the_handler_puts_it_back(scene: Scene) -> None:
    pages = pages_of(scene, scene.handler)
    seal_message(pages, "privileged")
    counsel = browser_of(scene.site, scene.counsel)
    thing = address(counsel.get("/sealed").text, "/sealed/[0-9a-f]+")
    assert SECRET in counsel.get(thing).text
    wrong = counsel.post(f"{thing}/answer", {"answer": "return", "words": ""}, page=thing)
    assert wrong.status_code == 400
    assert counsel.get(pages.path).status_code == 403  # opens no cases
    assert pages.browser.get(thing).status_code == 403
    press(counsel, thing, f"{thing}/answer", {"answer": "return", "words": "No advice in it."})
    after = press(pages.browser, f"{pages.path}/sealed", rf"{pages.path}/sealed/[0-9a-f]+/back")
    assert "No advice in it." in after
    assert SECRET in pages.text()


def test_a_spillage_from_the_lock_to_its_end(scene: Scene) -> None:
    supervisor = pages_of(scene, scene.site.console.supervisor)
    pages = pages_of(scene, scene.handler)
    text = seal_message(pages, "spillage")
    assert "Copies elsewhere" in text
    assert "disclosing it may be an offence" in text
    assert "Not yet" in text
    assert TOO_SENSITIVE[:60] in text
    assert supervisor.browser.get(supervisor.path).status_code == 404
    press(pages.browser, f"{pages.path}/sealed", f"{pages.path}/sealed/tell")
    scene.site.cycle()
    assert scene.reporter.texts() == [TOO_SENSITIVE]
    officer = pages_of(scene, scene.officer)
    save = re.search(r'action="(/sealed/[0-9a-f]+/save)"', officer.browser.get("/sealed").text)
    assert save is not None
    assert officer.browser.post(save.group(1), {}, page="/sealed").data == SECRET.encode()
    assert pages.browser.client.post(save.group(1)).status_code in (400, 403)
    sealed = f"{officer.path}/sealed"
    press(officer.browser, sealed, rf"{sealed}/[0-9a-f]+/moved", {"incident": "SI-2", "route": "By courier."})
    ended = press(officer.browser, sealed, rf"{sealed}/[0-9a-f]+/destroy")
    assert "Destroyed: its key is gone" in ended
    assert officer.browser.get(sealed).status_code == 404  # the case went back to its holders
    again = pages_of(scene, scene.site.console.supervisor)
    assert "[Sealed: too highly classified]" in again.text()
    assert "Destroyed" in again.text("/sealed")


def test_an_image_is_handed_over_by_a_supervisor(scene: Scene) -> None:
    pages = pages_of(scene, scene.handler)
    seal_message(pages, "images")
    supervisor = pages_of(scene, scene.site.console.supervisor)
    assert "possible indecent image" in supervisor.browser.get("/cases").text
    assert "/save" not in supervisor.browser.get("/sealed").text
    sealed = f"{supervisor.path}/sealed"
    incomplete = re.search(rf'action="({sealed}/[0-9a-f]+/hand-over)"', supervisor.browser.get(sealed).text)
    assert incomplete is not None
    refused = supervisor.browser.post(incomplete.group(1), {"unit": "CSA"}, page=sealed)
    assert (refused.status_code, "Fill in every field" in refused.text) == (400, True)
    form = {"unit": "CSA", "reference": "CSA-77", "when": "today", "viewed": "Hana, once"}
    text = press(supervisor.browser, sealed, rf"{sealed}/[0-9a-f]+/hand-over", dict(form))
    assert "CSA-77" in text
    assert "Destroyed" in press(supervisor.browser, sealed, rf"{sealed}/[0-9a-f]+/destroy")


def test_a_case_without_sealed_parts_says_what_the_page_is_for(scene: Scene) -> None:
    assert "Nothing is sealed" in pages_of(scene, scene.handler).text("/sealed")
    assert "Nothing is sealed for you" in browser_of(scene.site, scene.officer).get("/sealed").text


def test_a_sealed_part_is_changed_on_the_page_of_its_own_case_only(scene: Scene) -> None:
    supervisor = scene.site.console.supervisor
    thing = seal(scene.desk(), scene.case_id, Part(scene.record_id("report"), 0), IMAGES, {})
    scene.site.deliver(Reporter.new(scene.site).report("Another."))
    with scene.site.console.databases.console.read() as console:
        other = console.scalars(select(Case.id).where(Case.id != scene.case_id)).one()
    open_case(scene.desk(), other, "supervise")
    confirm(scene.desk(), other, ticked=True)
    path = f"/cases/{other.hex()}"
    form: dict[str, str | list[str]] = {"unit": "CSA", "reference": "CSA-77", "when": "today", "viewed": "Hana, once"}
    browser = browser_of(scene.site, supervisor)
    assert browser.post(f"{path}/sealed/{thing.hex()}/hand-over", form, page=path).status_code == 404
    assert scene.objects()[0].state == "sealed"
