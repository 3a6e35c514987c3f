"""The demonstration: forty cases of every kind, and a console that goes on as any other."""

import re

import pytest
from sqlalchemy import func, select

from crypto.code import derive, parse_words
from handler.approvals.tables import Approval
from handler.audit.tables import AuditEntry
from handler.audit.verify import verify
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord, Thread
from handler.conversation.sending import contact
from handler.deconfliction.tables import CaseAlert
from handler.demo.fill import fill
from handler.demo.team import NotFresh
from handler.export import acts as export
from handler.identity.duties import duties
from handler.intake.opening import sealed_by_week
from handler.intake.routing import LABELS
from handler.keys.upkeep import certify_when_due
from handler.lifecycle.conflict import untold
from handler.lifecycle.states import STATES
from handler.lifecycle.tables import RUNNING, CaseClock
from handler.safeguarding.tables import Referral
from handler.sealing.tables import SealedObject
from handler.vocabulary import vocabulary
from handler.worklist.tables import SavedView
from tests.handler.demo.conftest import Filled
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site


def all_cases(console: FoundedConsole) -> list[Case]:
    with console.databases.console.read() as session:
        return list(session.scalars(select(Case).order_by(Case.sequence)))


def test_forty_cases_in_every_state_of_every_priority_and_category(filled: Filled) -> None:
    console, _, told = filled
    cases = all_cases(console)
    assert len(cases) == told.cases == 40
    assert {case.state for case in cases} == set(STATES)
    assert {case.priority for case in cases} == {0, 1, 2, 3, 4}
    assert sum(0 < case.priority < case.liftable for case in cases) >= 3, "raised by the STA priorities"
    assert {case.category for case in cases} - {""} == set(vocabulary("categories").ids)
    raised = {flag for case in cases for flag in case.flags.split()}
    assert raised >= {"danger-now", "at-risk-now", "reprisal", "notice", "grievance", "withdrawn", "source-exposure"}
    assert raised <= set(LABELS)
    assert {case.stream for case in cases} == {"report", "notice", "access-check"}
    assert any("reopened" in case.sides.split() for case in cases)


def test_what_is_late_what_waits_and_who_stepped_out(filled: Filled) -> None:
    console, hana, _ = filled
    site = Site.of(console)
    with console.databases.console.read() as session:
        late = session.scalars(select(CaseClock).where(RUNNING, CaseClock.due < console.clock.now))
        assert {clock.kind for clock in late} >= {"open", "triage", "update"}
        done_late = select(CaseClock).where(CaseClock.done.is_not(None), CaseClock.done > CaseClock.due)
        assert session.scalars(done_late).first() is not None
        open_still = (Approval.state == "waiting") & (Approval.until > console.clock.now)
        waiting = session.scalars(select(Approval.act).where(open_still)).all()
        assert sorted(waiting) == [export.ACT, "move closed", "move concluding"]
        assert [row.user_id for row in untold(session)] == [hana.user_id]
        assert session.scalars(select(Thread).where(Thread.standing == "old")).all() != []
        desk = site.desk()
        due = [contact(session, _box(site, case)).due for case in all_cases(console)]
    assert desk.unlocked.name == console.supervisor.name
    assert due.count(True) == 1, "one reporter has come back for the third time"


def test_the_list_looks_worked_on(filled: Filled) -> None:
    """About a quarter of the open cases is late, senior oversight in two or three; each duty has somebody."""
    console, _, _ = filled
    with console.databases.console.read() as session:
        open_cases = {case.id for case in session.scalars(select(Case).where(Case.ended.is_(False)))}
        running = RUNNING & (CaseClock.due < console.clock.now)
        late = [clock for clock in session.scalars(select(CaseClock).where(running)) if clock.case_id in open_cases]
        assert 6 <= len({clock.case_id for clock in late}) <= len(open_cases) // 3
        assert 2 <= [clock.kind for clock in late].count("oversight") <= 3
        assert [duty.title for duty in duties(session) if not duty.holders] == []


def test_the_parts_beside_the_cases_are_seen_in_use(filled: Filled) -> None:
    console, _, _ = filled
    with console.databases.console.read() as session:
        sides = {side for case in all_cases(console) for side in case.sides.split()}
        assert sides >= {"aside", "hold", "reopened", "restricted"}
        assert {case.pinned for case in all_cases(console)} == {-1, 0, 1}
        assert {case.channel for case in all_cases(console)} >= {"site", "phone"}
        assert sorted(alert.verdict for alert in session.scalars(select(CaseAlert))) == ["", "same"]
        referrals = session.scalars(select(Referral).order_by(Referral.at)).all()
        assert [row.state for row in referrals] == ["acknowledged", "acknowledged", "open"]
        in_time = [row.made is not None and row.made <= row.due for row in referrals]
        assert in_time == [False, True, False], "one was late, one is written down only"
        assert [row.ground for row in session.scalars(select(SealedObject))] == ["privileged"]
        assert session.scalar(select(func.count()).select_from(SavedView)) == 1
        kinds = session.execute(select(CaseRecord.kind, func.count()).group_by(CaseRecord.kind)).all()
        assert {row.kind: row[1] for row in kinds}["person"] >= 15


def _box(site: Site, case: Case) -> CaseBox:
    return CaseBox(case.id, site.desk().case_key(case.id))


def test_the_audit_is_whole_and_says_which_times_are_invented(filled: Filled) -> None:
    console, _, _ = filled
    with console.databases.console.read() as session:
        assert verify(session).problem is None
        entries = [bytes(raw) for raw in session.scalars(select(AuditEntry.entry).order_by(AuditEntry.number))]
    times = [int(re.search(rb'"time":(\d+)', raw).group(1)) for raw in entries]  # type: ignore[union-attr]
    begun = next(n for n, raw in enumerate(entries) if b"demonstration begun" in raw)
    ended = next(n for n, raw in enumerate(entries) if b"demonstration ended" in raw)
    assert ended - begun > 1_000
    assert times[begun] == times[ended] == int(console.clock.now)
    assert times[begun + 1] < times[begun] - 99 * 86_400
    assert times[begun + 1 : ended] == sorted(times[begun + 1 : ended])


def test_the_pickup_goes_on_and_reporters_with_it(filled: Filled) -> None:
    console, _, told = filled
    site = Site.of(console)
    with console.databases.console.read() as session:
        before = {row.state for row in session.scalars(select(Case))}
    done = site.cycle()
    assert done.problems == ()
    assert done.publication == told.publications + 1
    number, words = next(iter(told.words.items()))
    keys = derive(parse_words(words), console.settings.console.site_id, ["psu"])
    assert [one for one in Reporter(keys, site).texts() if "look into it yourself" in one], number
    assert sum(sealed_by_week(site.desk()).values()) == told.sealed == 2
    reporter = Reporter.new(site)
    batch = site.deliver(reporter.report("Something new."))
    assert (batch.cases, batch.left) == (3, 0), "the two that waited sealed, and the new one"
    for _ in range(6):
        console.clock.forward(8 * 86_400)
        certify_when_due(console.services, console.unlocked(console.supervisor))
        assert site.cycle().problems == ()
    assert before <= {row.state for row in all_cases(console)}
    with console.databases.console.read() as session:
        assert verify(session).problem is None


def test_a_console_with_cases_is_refused(filled: Filled) -> None:
    console, _, _ = filled
    entries = _entries(console)
    with pytest.raises(NotFresh):
        fill(console.settings, console.databases, [console.unlocked(console.supervisor)], console.clock)
    assert _entries(console) == entries


def _entries(console: FoundedConsole) -> int:
    with console.databases.console.read() as session:
        return len(session.scalars(select(AuditEntry.number)).all())
