"""A second report on the same subject raises an alert across teams, and a supervisor answers it."""

from tests.handler.people.forms import entry
from tests.handler.reporters import Reporter
from tests.handler.stories.office import Office


def test_a_second_report_on_the_same_subject_raises_the_alert(at_work: Office) -> None:
    site, (first, second) = at_work.site, ("PSU-2026-0001", "PSU-2026-0002")
    hana = at_work.hire("Hana Handler", "handler", "intake")
    omar = at_work.hire("Omar Handler", "handler")
    supervisor = at_work.supervisor
    for text in ("He comments on her body.", "He stands too close to the trainees."):
        site.drop.take(Reporter.new(site).report(text))
    site.cycle()
    hana.open_inbox()
    for worker, number, name in ((hana, first, "Derek Walsh"), (omar, second, "WALSH, Derek")):
        worker.open_case(number)
        worker.go(f"{worker.case_path}/people/new").fill({**entry(name)})
        worker.page.locator("main form button[type=submit]").first.click()
        worker.sees(name)
    supervisor.go("/alerts").sees(first, second)
    omar.open_case(second).sees("Another case may have the same subject", first)
    supervisor.open_case(second).sees("Another case may have the same subject")
    supervisor.page.get_by_text("Answer it").first.click()
    verdict = supervisor.page.locator('main [name="verdict"]').first
    verdict.check()
    supervisor.page.locator('main [name="line"]').first.fill("The same person, by the rota.")
    supervisor.press("Answer the alert")
    supervisor.sees("The same person, by the rota.")
    omar.open_case(second).step("assessing")
    omar.go(f"{omar.case_path}/assessment/score").sees("second record on the same subject")
