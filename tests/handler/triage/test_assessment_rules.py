"""THRIVE, protected disclosures, jurisdiction, mandatory referral and the risk to the source."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from handler.lifecycle.workdays import Calendar
from handler.triage.jurisdiction import appropriate_authority, oversight_body, referral_test
from handler.triage.protected import Protection, ProtectionNotAssessed, cautions
from handler.triage.scoring import Priority
from handler.triage.sourcerisk import SourceAtRisk, SourceRisk, SourceRiskNotAssessed, check_disclosure
from handler.triage.thrive import Element, Thrive, ThriveNotComplete, due_again
from handler.vocabulary import vocabulary

DAY = 86_400


def elements(**levels: str) -> dict[str, Element]:
    return {name: Element(levels.get(name, "none"), "Nothing is known of any.") for name in vocabulary("thrive").ids}


def unix(year: int, month: int, day: int, hour: int) -> int:
    return int(datetime(year, month, day, hour, tzinfo=ZoneInfo("Europe/London")).timestamp())


def test_thrive_has_six_elements_even_where_there_is_no_risk() -> None:
    assert Thrive(elements()).highest == "none"
    assert Thrive(elements(harm="medium", vulnerability="immediate")).highest == "immediate"
    without = elements()
    del without["engagement"]
    with pytest.raises(ThriveNotComplete):
        Thrive(without)
    with pytest.raises(ThriveNotComplete):
        Thrive({**elements(), "harm": Element("low", "  ")})
    with pytest.raises(ThriveNotComplete):
        Thrive({**elements(), "harm": Element("terrible", "why")})


@pytest.mark.parametrize(("priority", "days"), [(Priority.P1, 1), (Priority.P2, 7), (Priority.P3, 28)])
def test_thrive_is_due_again(priority: Priority, days: int) -> None:
    assert due_again(priority, 1_000) == 1_000 + days * DAY
    assert due_again(Priority.P4, 1_000) is None


def test_a_protected_disclosure_names_its_limb_and_reason() -> None:
    assert Protection("likely", ("a", "da"), "A crime, and harassment.").limbs == ("a", "da")
    Protection("not", (), "A wish about the rota.")
    for finding, limbs, why in [("likely", (), "x"), ("likely", ("z",), "x"), ("perhaps", ("a",), "x"),
                                ("possible", ("a",), " ")]:  # fmt: skip
        with pytest.raises(ProtectionNotAssessed):
            Protection(finding, limbs, why)


def test_the_assessor_is_told_what_the_law_says_beside_the_finding() -> None:
    assert cautions(["a"], False, "england") == []
    said = " ".join(cautions(["da"], True, "northern-ireland"))
    assert "s.43B(3)" in said and "1998" in said and "6 April 2026" in said
    assert "s.43B(2)" in cautions([], False, "overseas")[0]


@pytest.mark.parametrize(
    ("employment", "authority"),
    [
        ("officer", "Director General"),
        ("probationer", "Director General"),
        ("director-general", "Permanent Secretary, Home Office"),
        ("police-secondee", "The secondee’s own appropriate authority under the 2002 Act"),
        ("other-secondee", "Whoever otherwise directs the secondee"),
    ],
)
def test_the_appropriate_authority_follows_the_employment(employment: str, authority: str) -> None:
    assert appropriate_authority(employment) == authority


@pytest.mark.parametrize(
    ("place", "body"), [("england-wales", "IOPC"), ("scotland", "PIRC"), ("northern-ireland", "PONI")]
)
def test_the_oversight_body_follows_the_jurisdiction(place: str, body: str) -> None:
    assert oversight_body(place).endswith(f"({body})")


def test_a_mandatory_referral_is_due_at_the_end_of_the_next_working_day() -> None:
    calendar = Calendar(frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
    thursday = unix(2026, 12, 24, 15)
    found = referral_test(["corruption"], "england-wales", thursday, calendar)
    assert found.mandatory and found.body.endswith("(IOPC)")
    assert found.due == unix(2026, 12, 29, 17)
    assert referral_test([], "england-wales", thursday, calendar).due is None


def test_nothing_that_could_show_the_source_goes_ahead_unthought_of() -> None:
    with pytest.raises(SourceRiskNotAssessed):
        check_disclosure([], None)
    with pytest.raises(SourceRiskNotAssessed):
        check_disclosure([], SourceRisk(False, " "))
    check_disclosure([], SourceRisk(False, "Ten people know it."))
    with pytest.raises(SourceAtRisk):
        check_disclosure(["source-exposure"], SourceRisk(False, "None found."))
    with pytest.raises(SourceAtRisk):
        check_disclosure([], SourceRisk(True, "None found."))
    check_disclosure(["source-exposure"], SourceRisk(True, "Wait.", parallel_source="The door log."))
    check_disclosure(["reporter-unsafe"], SourceRisk(True, "Agreed.", accepted_by="A supervisor"))
