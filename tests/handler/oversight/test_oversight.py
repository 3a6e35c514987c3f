"""Legal hold, destruction by two kinds of people, and an auditor who reads one case for a day."""

import pytest
from sqlalchemy import func, select, update

from handler.approvals.acts import NotYours, SamePerson, count_for_person, for_person
from handler.approvals.acts import refuse as refuse_act
from handler.approvals.carrying import carry
from handler.approvals.tables import Approval
from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.restricting import LockedNow, restrict
from handler.cases.sharing import share, take_away
from handler.cases.tables import Case, CaseRecord, Thread
from handler.errors import NotAllowed, Refused
from handler.identity import rolechange
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.lifecycle.conflict import confirm, recuse
from handler.oversight import breakglass, destruction, hold
from handler.oversight.tables import DestroyedCase
from handler.pickup.alarms import of_case, raise_alarm
from handler.publication.tables import Slot
from tests.handler.cases.test_readers import held, indexed
from tests.handler.cases.test_renewed_access import kept_copy, opens
from tests.handler.founded import Person
from tests.handler.intake.test_kept_from import alarm_texts
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

WHY = "Tribunal 2301234 wants it."
DAY = 86_400


def people_of(site: Site) -> tuple[Person, Person]:
    """Tess, a second supervisor, and Ann, an auditor; and a case of before them."""
    tess, ann = site.console.add_person("Tess", "supervisor"), site.console.add_person("Ann", "auditor")
    site.deliver(Reporter.new(site).report("He takes money."))
    return tess, ann


def in_review(site: Site) -> bytes:
    """The case at the end of its retention review, with nothing on the board."""
    with site.console.databases.console.write() as console:
        console.execute(update(Case).values(state="retention", ended=True))
        console.execute(update(Slot).values(state="ended"))
    return case_id_of(site)


def answer(site: Site, person: Person) -> None:
    """Approves what waits."""
    with site.console.databases.console.read() as console:
        waiting = console.scalars(select(Approval).where(Approval.state == "waiting")).one()
    carry(site.desk(person), waiting)


def acts(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return b"".join(console.scalars(select(AuditEntry.entry).order_by(AuditEntry.number))).decode()


def sides(site: Site) -> str:
    with site.console.databases.console.read() as console:
        return console.scalars(select(Case.sides)).one()


def test_a_hold_is_set_by_one_supervisor_and_lifted_by_two(site: Site) -> None:
    tess, _ = people_of(site)
    case_id = case_id_of(site)
    with pytest.raises(hold.NoHoldReason):
        hold.set_hold(site.desk(), case_id, "  ")
    hold.set_hold(site.desk(), case_id, WHY)
    assert sides(site) == "hold"
    with pytest.raises(hold.HeldAlready):
        hold.set_hold(site.desk(), case_id, WHY)
    hold.ask_lift(site.desk(), case_id, "It has ended.")
    with pytest.raises(SamePerson):
        answer(site, site.console.supervisor)
    assert sides(site) == "hold"
    answer(site, tess)
    assert sides(site) == ""
    with pytest.raises(hold.NotHeld):
        hold.ask_lift(site.desk(), case_id, "Again.")
    assert "legal hold set" in acts(site)
    assert "legal hold lifted" in acts(site)
    assert WHY not in acts(site)


def test_only_supervisors_hold(site: Site) -> None:
    people_of(site)
    hana = site.console.add_person("Hana", "handler")
    with pytest.raises(NotAllowed):
        hold.set_hold(site.desk(hana), case_id_of(site), WHY)


@pytest.mark.parametrize("auditor_asks", [True, False])
def test_a_case_is_destroyed_by_an_auditor_and_a_supervisor(any_site: Site, auditor_asks: bool) -> None:
    site = any_site
    _, ann = people_of(site)
    case_id, sam = in_review(site), site.console.supervisor
    asks, approves = (ann, sam) if auditor_asks else (sam, ann)
    with site.console.databases.console.write() as console:
        raise_alarm(console, "sealed", f"Something in {of_case(case_id)} was sealed.", 1)
        raise_alarm(console, "other", "Of another.", 1)
    destruction.ask(site.desk(asks), case_id, "period-over")
    with pytest.raises(SamePerson):
        answer(site, asks)
    answer(site, approves)
    with site.console.databases.console.read() as console, site.console.databases.keyring.read() as keyring:
        for table in (Case, CaseRecord, Thread):
            assert console.scalar(select(func.count()).select_from(table)) == 0
        assert keyring.scalars(select(Wrap.holder).where(Wrap.purpose.endswith(case_id.hex()))).all() == []
        left = console.scalars(select(DestroyedCase)).one()
        assert console.scalars(select(Approval)).all() == []
    assert (left.number, left.asked_by, left.approved_by) == ("PSU-2026-0001", asks.user_id, approves.user_id)
    assert left.complete == left.destroyed + 7
    assert alarm_texts(site) == ["Of another."]
    assert '"case destroyed"' in acts(site)
    site.deliver(Reporter.new(site).report())
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Case.number)).one() == "PSU-2026-0002"


def test_a_record_of_a_destroyed_case_is_in_no_file_of_the_console(site: Site) -> None:
    _, ann = people_of(site)
    with site.console.databases.console.read() as console:
        sealed = bytes(console.scalars(select(CaseRecord.sealed).where(CaseRecord.kind == "report")).one())[40:72]

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in site.console.settings.home.glob("console.db*"))

    case_id = in_review(site)
    assert sealed in files()
    destruction.ask(site.desk(ann), case_id, "period-over")
    answer(site, site.console.supervisor)
    assert sealed not in files()


@pytest.mark.parametrize("auditor_asks", [True, False])
@pytest.mark.parametrize("again", [True, False])
def test_a_destruction_that_the_machine_stopped_half_way_is_finished(
    any_site: Site, auditor_asks: bool, again: bool
) -> None:
    site = any_site
    tess, ann = people_of(site)
    recuse(site.desk(tess), case_id_of(site))
    case_id, sam = in_review(site), site.console.supervisor
    asks, approves = (ann, sam) if auditor_asks else (sam, ann)
    if not again:
        destruction.ask(site.desk(asks), case_id, "period-over")
    with site.console.databases.keyring.write() as wraps:  # commits first; the other did not any more
        site.desk().keyring_in(wraps).destroy(case_purpose(case_id))
    with pytest.raises(NotAllowed):
        read_case(site.desk(), case_id)
    if again:
        with pytest.raises(NotAllowed):
            destruction.ask(site.desk(tess), case_id, "period-over")
        destruction.ask(site.desk(asks), case_id, "period-over")
    with pytest.raises(Refused):
        answer(site, tess)
    browser = browser_of(site, approves)
    act = browser.get("/approvals").text.split('action="/approvals/')[1].split('"')[0]
    assert browser.post(f"/approvals/{act}", {}, page="/approvals").status_code == 303
    with site.console.databases.console.read() as console:
        assert console.scalars(select(Case)).all() == []
        assert console.scalars(select(DestroyedCase.number)).one() == "PSU-2026-0001"


def test_two_supervisors_do_not_destroy_a_case(site: Site) -> None:
    tess, _ = people_of(site)
    destruction.ask(site.desk(), in_review(site), "period-over")
    with pytest.raises(NotYours):
        answer(site, tess)


def test_who_stepped_out_or_is_not_named_has_no_say(site: Site) -> None:
    tess, ann = people_of(site)
    case_id = case_id_of(site)
    recuse(site.desk(tess), case_id)
    restrict(site.desk(), case_id, [site.console.supervisor.user_id])
    in_review(site)
    with pytest.raises(NotAllowed):
        destruction.ask(site.desk(tess), case_id, "period-over")
    destruction.ask(site.desk(ann), case_id, "period-over")
    with pytest.raises(NotAllowed):
        answer(site, tess)
    assert len(held(site)) == 1


def test_a_hold_blocks_destruction_before_it_is_asked_for_and_after(site: Site) -> None:
    tess, ann = people_of(site)
    case_id = in_review(site)
    hold.set_hold(site.desk(), case_id, WHY)
    with pytest.raises(hold.UnderHold):
        destruction.ask(site.desk(ann), case_id, "period-over")
    hold.ask_lift(site.desk(), case_id, "It has ended.")
    answer(site, tess)
    destruction.ask(site.desk(ann), case_id, "period-over")
    hold.set_hold(site.desk(), case_id, WHY)
    with pytest.raises(hold.UnderHold):
        answer(site, site.console.supervisor)
    assert read_case(site.desk(), case_id).report.answers


@pytest.mark.parametrize(
    ("state", "slot", "reason", "refusal"),
    [
        ("closed", "ended", "period-over", destruction.NotInReview),
        ("retention", "ended", "", destruction.NoDestroyReason),
        ("retention", "live", "period-over", destruction.StillOnBoard),
        ("retention", "held", "period-over", destruction.StillOnBoard),
    ],
)
def test_what_is_not_destroyed(site: Site, state: str, slot: str, reason: str, refusal: type[Refused]) -> None:
    _, ann = people_of(site)
    case_id = in_review(site)
    with site.console.databases.console.write() as console:
        console.execute(update(Case).values(state=state))
        console.execute(update(Slot).values(state=slot))
    with pytest.raises(refusal):
        destruction.ask(site.desk(ann), case_id, reason)
        answer(site, site.console.supervisor)
    assert len(held(site)) > 0


def test_an_auditor_reads_one_case_for_a_day_and_then_nothing_opens_with_what_they_kept(any_site: Site) -> None:
    site = any_site
    _, ann = people_of(site)
    site.deliver(Reporter.new(site).report("Another."))
    case_id = case_id_of(site)
    with pytest.raises(NotAllowed):
        site.desk(ann).case_key(case_id)
    breakglass.ask(site.desk(ann), "psu-2026-0001", "complaint")
    with site.console.databases.console.read() as console:
        assert for_person(console, site.desk(ann)) == []
    answer(site, site.console.supervisor)
    assert ann.user_id in indexed(site) == held(site)
    assert read_case(site.desk(ann), case_id, marks=False).report.answers
    kept = kept_copy(site)
    assert opens(site, ann, kept) >= 4
    site.console.clock.forward(DAY - 120)
    site.cycle()
    assert ann.user_id in held(site)
    site.console.clock.forward(61)
    site.cycle()
    assert ann.user_id not in indexed(site) == held(site)
    assert opens(site, ann, kept) > 0, "until somebody who holds the case opens it"
    open_case(site.desk(), case_id, "supervise")
    assert opens(site, ann, kept) == 0
    for words in ("case opened to an auditor", "auditor’s reading ended", "case key renewed"):
        assert words in acts(site)


def test_a_case_does_not_say_that_an_auditor_reads_it_when_they_cannot_any_more(site: Site) -> None:
    _, ann = people_of(site)
    case_id = case_id_of(site)
    breakglass.ask(site.desk(ann), "PSU-2026-0001", "sample")
    answer(site, site.console.supervisor)
    take_away(site.desk(), case_id, ann.user_id)
    with site.console.databases.console.read() as console:
        assert breakglass.visits(console, case_id, site.desk().now()) == []
    assert browser_of(site, ann).get(f"/oversight/{case_id.hex()}").status_code == 404


def test_who_may_not_ask_to_read_and_what_is_refused(site: Site) -> None:
    tess, ann = people_of(site)
    both = site.console.add_person("Bo", "auditor", "handler")
    with pytest.raises(NotAllowed):
        breakglass.ask(site.desk(tess), "PSU-2026-0001", "sample")
    with pytest.raises(breakglass.NotForCaseRoles):
        breakglass.ask(site.desk(both), "PSU-2026-0001", "sample")
    with pytest.raises(breakglass.NoSuchCase):
        breakglass.ask(site.desk(ann), "PSU-2026-0009", "sample")
    with pytest.raises(breakglass.NoVisitReason):
        breakglass.ask(site.desk(ann), "PSU-2026-0001", "curious")
    recuse(site.desk(tess), case_id_of(site))
    breakglass.ask(site.desk(ann), "PSU-2026-0001", "sample")
    with pytest.raises(NotAllowed):
        answer(site, tess)


def test_an_auditor_reads_by_the_pages_changes_nothing_and_everybody_sees_it(site: Site) -> None:
    _, ann = people_of(site)
    case_id = case_id_of(site)
    path = f"/cases/{case_id.hex()}"
    anns = browser_of(site, ann)
    reads = f"/oversight/{case_id.hex()}"
    assert anns.get(reads).status_code == 404
    form: dict[str, str | list[str]] = {"number": "PSU-2026-0001"}
    assert anns.post("/oversight/read", form, page="/oversight").status_code == 400
    assert anns.post("/oversight/read", {**form, "reason": "sample"}, page="/oversight").status_code == 303
    open_case(site.desk(), case_id, "supervise")
    confirm(site.desk(), case_id, ticked=True)
    sams = browser_of(site, site.console.supervisor)
    case_page = sams.get(path).text
    assert "Let the auditor who asks read the case for 24 hours: Sample check" in case_page
    approve = case_page.split('action="/approvals/')[1].split('"')[0]
    assert sams.post(f"/approvals/{approve}", {}, page=path).status_code == 303
    assert "Ann, an auditor, can read this case until" in sams.get(path).text
    text = anns.get(reads).text
    assert "He takes money." in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]
    assert anns.get(path).status_code == 403
    site.console.clock.forward(DAY + 1)
    assert browser_of(site, ann).get(reads).status_code == 404, "before the unattended process took the key away"


def test_an_auditor_approves_a_destruction_by_the_pages_without_opening_the_case(site: Site) -> None:
    _, ann = people_of(site)
    case_id = in_review(site)
    sams = browser_of(site, site.console.supervisor)
    refused = sams.post(f"/oversight/{case_id.hex()}/destroy", {}, page="/oversight")
    assert refused.status_code == 400
    assert f'href="#reason-{case_id.hex()}"' in refused.text
    path = f"/oversight/{case_id.hex()}/destroy"
    assert sams.post(path, {"reason": "period-over"}, page="/oversight").status_code == 303
    anns = browser_of(site, ann)
    waits = anns.get("/approvals").text
    assert "Destroy the case: Its retention period is over" in waits
    approve = waits.split('action="/approvals/')[1].split('"')[0]
    assert anns.post(f"/approvals/{approve}", {}, page="/approvals").status_code == 303
    page = anns.get("/oversight").text
    assert "PSU-2026-0001" in page
    assert "when the last backup with its key has expired" in page
    site.console.clock.forward(8 * DAY)
    assert "when the last backup" not in browser_of(site, ann).get("/oversight").text


def test_the_hold_by_the_pages(site: Site) -> None:
    people_of(site)
    case_id = case_id_of(site)
    open_case(site.desk(), case_id, "supervise")
    confirm(site.desk(), case_id, ticked=True)
    browser, path = browser_of(site, site.console.supervisor), f"/cases/{case_id.hex()}"
    assert browser.post(f"{path}/hold", {"words": ""}).status_code == 400
    assert browser.post(f"{path}/hold", {"words": WHY}).status_code == 303
    assert "Legal hold" in browser.get(path).text
    assert WHY in browser.get(f"{path}/hold").text
    assert browser.post(f"{path}/hold", {"words": "It has ended."}).status_code == 303
    page = browser.get(path).text
    assert "Waits for a second person: Lift the legal hold" in page
    assert "It has ended." in page
    with site.console.databases.keyring.read() as keyring:
        assert site.console.services.keyring(keyring).holders(case_purpose(case_id))


def test_who_is_no_auditor_any_more_gets_no_key_by_what_they_asked_before(site: Site) -> None:
    tess, ann = people_of(site)
    breakglass.ask(site.desk(ann), "PSU-2026-0001", "sample")
    rolechange.change(site.desk(), ann.user_id, ["administrator"])
    with pytest.raises(breakglass.NoAuditor):
        answer(site, tess)
    assert ann.user_id not in held(site)


def test_a_case_that_a_spillage_has_locked_is_opened_to_no_auditor(site: Site) -> None:
    tess, ann = people_of(site)
    breakglass.ask(site.desk(ann), "PSU-2026-0001", "sample")
    with site.console.databases.console.write() as console:
        console.get_one(Case, case_id_of(site)).sides = "spillage"
    with pytest.raises(LockedNow):
        answer(site, tess)
    assert ann.user_id not in held(site)


def test_who_stepped_out_or_cannot_open_a_case_neither_sees_nor_refuses_what_is_asked_for_there(site: Site) -> None:
    tess, ann = people_of(site)
    breakglass.ask(site.desk(ann), "PSU-2026-0001", "complaint")
    with site.console.databases.console.read() as console:
        (waiting,) = for_person(console, site.desk(tess))
    take_away(site.desk(), case_id_of(site), tess.user_id)
    browser = browser_of(site, tess)
    refuse = f"/approvals/{waiting.id.hex()}/refuse"
    assert browser.post(refuse, {}, page="/approvals").status_code == 404
    share(site.desk(), case_id_of(site), tess.user_id)
    recuse(site.desk(tess), case_id_of(site))
    with site.console.databases.console.read() as console:
        assert for_person(console, site.desk(tess)) == []
        assert count_for_person(console, site.desk(tess)) == 0
        assert count_for_person(console, site.desk()) == 1
    with site.console.databases.console.write() as console, pytest.raises(NotYours):
        refuse_act(console, site.desk(tess), waiting.id)
    assert browser.post(refuse, {}, page="/approvals").status_code == 404
    assert browser_of(site, site.console.supervisor).post(refuse, {}, page="/approvals").status_code == 303
