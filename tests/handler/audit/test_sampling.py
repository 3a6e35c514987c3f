"""What an auditor draws for review: which cases, how often, who had a part in them, and what is found."""

from itertools import count

import pytest
from sqlalchemy import insert, select, update

from handler.audit import sampling
from handler.audit.sampling import Candidate, Wanted, choose
from handler.audit.tables import AuditEntry, AuditSample, AuditSampleCase
from handler.cases.tables import Case
from handler.identity.roles import AUDITOR
from handler.lifecycle.tables import CaseConflict, CaseMove
from tests.handler.audit.closed import closed_cases, day
from tests.handler.founded import Browser, FoundedConsole, Person

CANARY = "Quixwold"
DAY = 24 * 3600
numbers = count(1)


def test_the_same_seed_draws_the_same_cases_and_every_flagged_one() -> None:
    candidates = [Candidate(bytes([n]) * 16, f"N-{n}", 0, n % 10 == 0) for n in range(100)]
    drawn = choose(candidates, b"seed", 15)
    assert drawn == choose(candidates[::-1], b"seed", 15)
    assert sum(one.safeguarding for one in drawn) == 10
    assert len(drawn) == 25
    assert len(set(drawn)) == 25
    assert choose(candidates, b"other", 15) != drawn
    assert len(choose(candidates, b"seed", 500)) == 100


def test_every_case_is_drawn_equally_often() -> None:
    candidates = [Candidate(bytes([n]) * 16, "", 0, False) for n in range(20)]
    times = dict.fromkeys((one.id for one in candidates), 0)
    for seed in range(2000):
        for one in choose(candidates, seed.to_bytes(32), 5):
            times[one.id] += 1
    assert all(400 < often < 600 for often in times.values())  # 500 expected, 19 the standard deviation


def test_a_draw_takes_closed_cases_of_the_period_that_the_reviewer_had_no_part_in(any_console: FoundedConsole) -> None:
    ada = any_console.add_person("Ada", AUDITOR, "handler")
    inside, before = closed_cases(any_console, 6), closed_cases(any_console, 3, days_ago=40)
    flagged = closed_cases(any_console, 2, flags="protected at-risk-now")
    now = int(any_console.clock.now)
    with any_console.databases.console.write() as session:
        session.execute(update(Case).where(Case.id == inside[0]).values(assigned=ada.user_id))
        session.execute(update(CaseMove).where(CaseMove.case_id == inside[1]).values(by=ada.user_id))
        session.execute(
            insert(CaseConflict).values(case_id=inside[2], user_id=ada.user_id, outcome="recused", at=now, seen=False)
        )
        session.execute(update(Case).where(Case.id == inside[3]).values(ended=False, state="assessing"))
    wanted = Wanted(day(any_console, 20), day(any_console), 10)
    with any_console.databases.console.write() as session:
        sample_id = sampling.draw(session, any_console.unlocked(ada), wanted, any_console.clock)
    with any_console.databases.console.read() as session:
        drawn = sampling.cases_of(session, sample_id)
        sample = session.get_one(AuditSample, sample_id)
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        again = choose(sampling.candidates(session, wanted, ada.user_id), sample.seed, sample.wanted)
    assert {one.case_id for one in drawn} == {*inside[4:], *flagged}
    assert {one.case_id for one in drawn if one.safeguarding} == set(flagged)
    assert not {one.case_id for one in drawn} & set(before)
    assert [one.id for one in again] == [one.case_id for one in drawn], "repeated from what was kept"
    assert newest is not None
    assert newest.act == "review sample drawn"
    assert sample.seed.hex().encode() in newest.entry


def auditor_with_sample(console: FoundedConsole) -> tuple[Browser, Person, str]:
    ada = console.add_person("Ada", AUDITOR)
    closed_cases(console, 4)
    browser = Browser(console.app())
    browser.sign_in(ada, console.clock.now)
    form: dict[str, str | list[str]] = {
        "first": day(console, 20).isoformat(),
        "last": day(console).isoformat(),
        "size": "3",
    }
    answer = browser.post("/audit/samples", form)
    assert answer.status_code == 303
    return browser, ada, answer.location


def test_a_case_is_marked_reviewed_with_a_word_and_only_by_who_drew_it(console: FoundedConsole) -> None:
    browser, _, path = auditor_with_sample(console)
    case = browser.get(path).text.split('name="case" value="')[1].split('"')[0]
    assert "0 of 3 reviewed" in browser.get(path).text
    browser.post(path, {"case": case, "finding": "my own words"})
    assert "Choose what the review found" in browser.get(path).text
    browser.post(path, {"case": case, "finding": "late"})
    shown = browser.get(path).text
    assert "1 of 3 reviewed" in shown
    assert "<strong>Something was done too late</strong>" in shown
    other = Browser(console.app())
    other.sign_in(console.add_person("Aoife", AUDITOR), console.clock.now)
    assert "Choose" not in other.get(path).text
    other.post(path, {"case": case, "finding": "in-order"}, page="/audit/samples")
    assert "Another auditor drew this sample" in other.get(path).text
    with console.databases.console.read() as session:
        assert set(session.scalars(select(AuditSampleCase.finding))) == {"", "late"}
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.case_id == case)).all()
    assert acts == ["case reviewed"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"first": "2026-12-01", "last": "2026-11-01"}, "before its first"),
        ({"first": ""}, "Write a day"),
        ({"size": "501"}, "between 0 and 500"),
        ({"size": "-1"}, "between 0 and 500"),
        ({"size": "many"}, "between 0 and 500"),
    ],
)
def test_a_draw_that_cannot_be_is_told_and_not_made(
    console: FoundedConsole, changed: dict[str, str], told: str
) -> None:
    browser = Browser(console.app())
    browser.sign_in(console.add_person("Ada", AUDITOR), console.clock.now)
    answer = browser.post("/audit/samples", {"first": "2026-10-01", "last": "2026-11-01", "size": "5", **changed})
    assert answer.status_code == 400
    assert told in answer.text
    with console.databases.console.read() as session:
        assert sampling.samples(session) == []


# --- counts ----------------------------------------------------------------------------------------------------------
