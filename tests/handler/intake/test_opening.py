"""The sealed inbox: what becomes of reports, decoys and everything else that can be in an envelope."""

import os

from sqlalchemy import func, select

from crypto.board import Kind
from crypto.pieces import PART
from crypto.post import Answer, FileRef, FollowUp, Report
from crypto.proof import parse_proof
from crypto.secret import ContentKey
from handler.cases.reading import read_case
from handler.cases.tables import Case
from handler.intake import routing
from handler.intake.opening import open_batch
from handler.intake.tables import HeldPost, QuarantinedEnvelope
from handler.pickup.tables import InboxEnvelope
from reporter import questionnaire
from tests.handler.caselist import page
from tests.handler.reporters import QUESTIONNAIRE, Reporter, Site, noise


def cases(site: Site) -> list[Case]:
    with site.console.databases.console.read() as console:
        return list(page(console).cases)


def count(site: Site, table: type) -> int:
    with site.console.databases.console.read() as console:
        return console.scalar(select(func.count()).select_from(table)) or 0


def quarantined(site: Site) -> list[str]:
    with site.console.databases.console.read() as console:
        return sorted(console.scalars(select(QuarantinedEnvelope.error)))


def test_a_report_becomes_a_case_that_its_handler_can_read(any_site: Site) -> None:
    site = any_site
    batch = site.deliver(Reporter.new(site).report("He takes money."), noise(site))
    assert (batch.cases, batch.not_addressed, batch.left) == (1, 1, 0)
    (case,) = cases(site)
    assert case.number == "PSU-2026-0001"
    view = read_case(site.desk(), case.id)
    assert view.report.answers is not None
    assert view.report.answers.answers["what"].text == "He takes money."
    assert count(site, InboxEnvelope) == 0


def test_the_reporter_gets_the_proof_and_an_acknowledgement_with_the_next_publication(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    assert reporter.told() == []
    site.cycle()
    proof, acknowledgement = reporter.told()
    assert (proof.kind, acknowledgement.kind) == (Kind.PROOF, Kind.ACKNOWLEDGEMENT)
    assert parse_proof(proof.data).sign_public == reporter.keys.sign_public
    assert "arrived" in acknowledgement.text


def test_danger_stands_above_everything_else(site: Site) -> None:
    site.deliver(Reporter.new(site).report("one"))
    site.deliver(Reporter.new(site).report("two", {"danger": "yes"}))
    site.deliver(Reporter.new(site).report("three", {"at-risk": "maybe"}))
    assert [case.flags for case in cases(site)] == ["danger-now", "at-risk-maybe", ""]


def test_what_calls_for_care_is_flagged_and_danger_for_the_reporter_comes_before_the_rest(site: Site) -> None:
    site.deliver(Reporter.new(site).report("one", {"knowers": "only-me", "worried": "punished"}))
    reporter = Reporter.new(site)
    named = {"keep-from": Answer((), "The head of the unit"), "danger": Answer(("no",))}
    told = {"what": Answer((), "two"), "worried": Answer(("safety",))}
    site.deliver(reporter.seal(Report(QUESTIONNAIRE, named, told)))
    assert [case.flags for case in cases(site)] == ["reporter-unsafe keep-from", "reprisal source-exposure"]


def test_a_managers_notice_is_flagged_as_one_and_its_answers_as_those_of_a_report(site: Site) -> None:
    version = questionnaire.load_forms()["notice"].version
    about = {"notice-about": Answer(("child-adult-unsafe",)), "notice-kind": Answer(("grievance",))}
    conflict = {"notice-involves": Answer(("director-general",))}
    site.deliver(
        Reporter.new(site).seal(Report(version, conflict, {**about, "notice-what": Answer((), "It was upheld.")}))
    )
    assert [case.flags for case in cases(site)] == ["at-risk-maybe conflict grievance notice"]


def test_a_question_left_empty_raises_no_flag() -> None:
    assert routing.flags({"keep-from": Answer((), "  "), "knowers": Answer(("few",))}) == []


def test_every_flag_that_the_questions_promise_is_raised_has_a_label_and_a_meaning() -> None:
    promised, raised = set(), set(routing.flags({}, questionnaire.load_forms()["notice"].version))
    assert raised == {routing.NOTICE}
    for question in (question for form in questionnaire.load_forms().values() for question in form.questions):
        promised |= set(question.flags)
        raised |= set(routing.flags({question.id: Answer((), "words")}))
        for answer in question.answers:
            promised |= set(answer.flags)
            assert set(routing.flags({question.id: Answer((answer.id,))})) == set(answer.flags), answer.id
    assert promised | {routing.NOTICE} == raised | set(routing.FLAGS.values()) == set(routing.TEXTS) - routing.HANDLERS
    assert promised <= set(routing.LABELS)


def test_numbers_rise_within_the_year(site: Site) -> None:
    site.deliver(*(Reporter.new(site).report() for _ in range(3)))
    assert sorted(case.number for case in cases(site)) == ["PSU-2026-0001", "PSU-2026-0002", "PSU-2026-0003"]


def test_a_follow_up_goes_into_its_case_and_confirms_what_was_read(any_site: Site) -> None:
    site = any_site
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.cycle()
    batch = site.deliver(reporter.follow_up("One thing more."))
    assert batch.filed == 1
    (case,) = cases(site)
    view = read_case(site.desk(), case.id)
    assert [entry.text for entry in view.entries if not entry.ours] == ["One thing more."]
    assert all(entry.delivery and entry.delivery.confirmed for entry in view.entries if entry.ours)


def test_a_clear_bit_denies_nothing_and_confirms_nothing(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.cycle()
    site.deliver(reporter.follow_up("More.", seen=False))
    view = read_case(site.desk(), cases(site)[0].id)
    assert not any(entry.delivery and entry.delivery.confirmed for entry in view.entries if entry.ours)


def test_a_second_report_under_the_same_words_is_read_as_a_follow_up(site: Site) -> None:
    reporter = Reporter.new(site)
    batch = site.deliver(reporter.report("first"), reporter.report("second"))
    assert (batch.cases, batch.filed, len(cases(site))) == (1, 1, 1)


def test_a_post_from_an_envelope_of_another_seal_is_taken_once(site: Site) -> None:
    reporter = Reporter.new(site)
    envelope = reporter.report()
    site.deliver(envelope)
    batch = site.deliver(envelope)  # the drop forgot and offers it again
    assert (batch.tried, len(cases(site))) == (0, 1)


def test_a_follow_up_before_its_report_waits_for_it(any_site: Site) -> None:
    site = any_site
    reporter = Reporter.new(site)
    report = reporter.report("first")
    assert site.deliver(reporter.follow_up("then")).held == 1
    assert (count(site, HeldPost), cases(site)) == (1, [])
    batch = site.deliver(report)
    assert (batch.cases, batch.filed, count(site, HeldPost)) == (1, 1, 0)
    view = read_case(site.desk(), cases(site)[0].id)
    assert [entry.text for entry in view.entries if not entry.ours] == ["then"]


def test_withdrawal_is_recorded_and_the_case_stays(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    site.deliver(reporter.withdraw())
    assert [case.flags for case in cases(site)] == ["withdrawn"]


def test_hostile_envelopes_are_quarantined_by_name_and_the_batch_goes_on(any_site: Site) -> None:
    site = any_site
    reporter, other = Reporter.new(site), Reporter.new(site)
    good = reporter.report()
    broken_box = good[:-1] + bytes([good[-1] ^ 1])
    wrong_week = good[:1] + (9999).to_bytes(2, "big") + good[3:]
    wrong_version = b"\x02" + good[1:]
    batch = site.deliver(broken_box, wrong_week, wrong_version, os.urandom(20_480), other.report())
    assert batch.cases == 1
    assert set(quarantined(site)) >= {"BadBox", "WrongEpoch"}
    assert count(site, InboxEnvelope) == 0


def test_a_follow_up_with_another_reader_key_is_quarantined(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report())
    batch = site.deliver(reporter.seal(FollowUp("x"), reader=Reporter.new(site).keys.reader_public))
    assert (batch.quarantined, quarantined(site)) == (1, ["BadField"])


def test_a_report_on_the_thread_of_another_author_is_quarantined(site: Site) -> None:
    first, thief = Reporter.new(site), Reporter.new(site)
    site.deliver(first.report())
    thief.keys.secrets["psu"] = first.keys.secrets["psu"]
    batch = site.deliver(thief.report())
    assert (batch.cases, quarantined(site)) == (0, ["ThreadKnown"])


def test_someone_without_intake_opens_nothing(site: Site) -> None:
    person = site.console.add_person("Hana Handler", "handler")
    site.drop.take(Reporter.new(site).report())
    site.cycle()
    batch = site.open(person)
    assert (batch.tried, batch.shut) == (0, 1)
    assert cases(site) == []


def test_the_proof_stands_for_the_words_and_the_content(site: Site) -> None:
    reporter = Reporter.new(site)
    site.deliver(reporter.report("x"))
    site.cycle()
    proof = parse_proof(reporter.told(Kind.PROOF)[0].data)
    assert proof.group == "psu"
    assert proof.thread_id == reporter.keys.thread("psu").id


def test_a_chunk_ends_where_its_posts_name_very_many_pieces(site: Site) -> None:
    def large() -> FileRef:
        return FileRef("film.mp4", "video/mp4", 512 * PART, 512, ContentKey(os.urandom(32)), bytes(32), True)

    for _ in range(3):
        site.drop.take(Reporter.new(site).report(files=[large() for _ in range(4)]))
    site.cycle()
    batches = [open_batch(site.desk(), seconds=0) for _ in range(2)]  # one chunk each
    assert [(batch.tried, batch.cases, batch.left) for batch in batches] == [(2, 2, 1), (1, 1, 0)]
