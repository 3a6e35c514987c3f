"""Looking into files, sealing and what follows, in Chromium at 1,280 and on a tablet: axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect

from handler.cases.listing import open_case
from handler.lifecycle.conflict import confirm
from handler.sealing.acts import Part, seal
from handler.sealing.grounds import IMAGES, PRIVILEGED, SPILLAGE
from tests.handler.export.test_export import Case
from tests.handler.founded import Person
from tests.handler.preview.hostile import REFUSED, pdf, picture
from tests.handler.reporters import Reporter, Site, upload
from tests.handler.sealing.sealed import Scene
from tests.handler.web.casepages import HALF_MINUTE, case_id_of
from tests.handler.web.looking import check, enter
from tests.handler.web.signingin import sign_in
from tests.handler.web.test_accessibility import address, page, site
from tests.support.browser import screenshot

__all__ = ["address", "page", "site"]


def begin(site: Site, person: Person | None = None) -> None:
    desk = site.desk(person)
    open_case(desk, case_id_of(site), "new")
    confirm(desk, case_id_of(site), ticked=True)


def change_person(page: Page, address: str, site: Site, person: Person) -> None:
    site.console.clock.forward(HALF_MINUTE)
    page.context.clear_cookies()
    sign_in(page, address, person, site.console.clock.now)


def test_looking_into_files(page: Page, address: str, site: Site) -> None:
    texts = b"It was on Tuesday.\n" * 30 + b"x" * 400
    files = {"photo of the desk.jpg": picture(size=(1500, 900)), "bomb.png": REFUSED["30,000 by 30,000"]}
    files |= {"papers.pdf": pdf(3), "notes.txt": texts}
    refs = [upload(site, name, content) for name, content in files.items()]
    site.deliver(Reporter.new(site).report("With files.", files=refs))
    begin(site)
    case = f"{address}/cases/{case_id_of(site).hex()}"
    for name in files:
        page.goto(case)
        show = page.get_by_role("button", name="Show it")
        enter(page.get_by_role("link", name=f"Look into it ({name})"), show)
        show.press("Enter")
        expect(show).to_have_count(0)
        page.wait_for_load_state("networkidle")
        check(page)
        screenshot(page, f"preview-{name.rsplit('.', 1)[1]}")
        drawn = page.locator("img.preview-picture")
        if name.endswith(("jpg", "pdf")):
            assert drawn.evaluate("image => image.complete && image.naturalWidth") > 100
        else:
            assert drawn.count() == 0


@pytest.mark.parametrize("ground", [SPILLAGE, PRIVILEGED, IMAGES])
def test_sealing_and_what_follows(page: Page, address: str, site: Site, ground: str) -> None:
    scene = Scene.made(site)
    begin(site)
    case = f"{address}/cases/{scene.case_id.hex()}"
    page.goto(case)
    problem = page.get_by_role("heading", name="There is a problem")
    page.get_by_role("link", name="Seal this message").press("Enter")
    enter(page.get_by_role("button", name="Seal it now"), problem)
    check(page)
    screenshot(page, "seal-form")
    page.locator(f"input[value={ground}]").press("Space")
    page.get_by_role("button", name="Seal it now").press("Enter")
    page.get_by_text("It is sealed.").wait_for()
    check(page)
    screenshot(page, f"sealed-{ground}")
    if ground != SPILLAGE:  # a second one beside it
        seal(scene.desk(), scene.case_id, Part(scene.record_id("report"), 0), ground, {})
    person = {SPILLAGE: scene.officer, PRIVILEGED: scene.counsel, IMAGES: site.console.supervisor}[ground]
    change_person(page, address, site, person)
    page.goto(f"{address}/sealed")
    check(page)
    screenshot(page, f"sealed-for-{ground}")
    if ground == PRIVILEGED:
        page.get_by_role("link", name="Read it").last.press("Enter")
        enter(page.get_by_role("button", name="Answer"), problem)
        check(page)
        screenshot(page, "sealed-counsel")
        return
    begin(site, person)
    page.goto(f"{case}/sealed")
    check(page)
    screenshot(page, f"sealed-next-{ground}")


def test_disclosures(page: Page, address: str, site: Site) -> None:
    case = Case(site, {"a rather long name of a picture.png": picture("png")}).assess()
    desk = site.desk()
    open_case(desk, case.case_id, "new")
    confirm(desk, case.case_id, ticked=True)
    path = f"{address}/cases/{case.case_id.hex()}/disclosures"
    page.goto(path)
    page.get_by_role("button", name="A new disclosure").press("Enter")
    enter(
        page.get_by_role("button", name="Ask a second person"), page.get_by_role("heading", name="There is a problem")
    )
    check(page)
    screenshot(page, "disclosure-form")
    case.ask(case.request(0))
    page.goto(path)
    check(page)
    page.get_by_role("button", name="Approve").press("Enter")
    page.goto(path)
    check(page)
    screenshot(page, "disclosures")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the pack").press("Enter")
    assert saved.value.suggested_filename.startswith("OFFICIAL-SENSITIVE")
