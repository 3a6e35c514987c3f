"""The index over real cases: what is found, what is taken out, what stands on the disk, on both databases."""

import re

import pytest
from sqlalchemy import func, select, text

from handler.cases.replies import send_message
from handler.cases.tables import CaseRecord
from handler.errors import NotAllowed
from handler.keys.keyring import search_purpose
from handler.keys.upkeep import certify_when_due
from handler.lifecycle.recording import keep_note
from handler.lifecycle.tasks import add
from handler.people.acts import remove, save
from handler.search import finding
from handler.search.finding import NothingToFind, TooManyTerms
from handler.search.index import Index, forget_case, forget_gone, forget_record
from handler.search.rebuild import NoSearchKey, fill, lacking
from handler.search.tables import SearchSource, SearchToken
from handler.search.tokens import Kind, SearchKey, pack, token
from tests.handler.founded import Person
from tests.handler.people.forms import case_of, entry, new_case
from tests.handler.reporters import Reporter, Site

CANARY = "Canarywharf Oldfieldson"


def index_of(site: Site, person: Person | None = None) -> Index:
    found = Index.of(site.desk(person))
    assert found is not None
    return found


def found(site: Site, words: str, person: Person | None = None) -> list[int]:
    """Sequences of cases, the best first."""
    desk = site.desk(person)
    with desk.databases.console.read() as console:
        hits = finding.find(console, desk.unlocked.user_id, finding.terms(index_of(site).key, words))
    return [hit.case for hit in hits.found]


def values(site: Site) -> int:
    with site.console.databases.console.read() as console:
        return console.scalar(select(func.count()).select_from(SearchToken)) or 0


def test_everything_that_people_wrote_is_found(any_site: Site) -> None:
    desk = any_site.desk()
    reporter = Reporter.new(any_site)
    any_site.deliver(reporter.report("He takes bribes."), Reporter.new(any_site).report("Something else."))
    number = found(any_site, "bribe")
    assert len(number) == 1
    with desk.databases.console.read() as console:
        chosen = select(CaseRecord.case_id).where(CaseRecord.kind == "report")
        case_id = next(c for c in console.scalars(chosen) if case_of(any_site, c).sequence == number[0])
    any_site.deliver(reporter.follow_up("A harbour was mentioned."))
    send_message(desk, case_id, "Was it the lighthouse?")
    keep_note(desk, case_id, "note", {"text": "Ask the quartermaster."})
    add(desk, case_id, "Ring the locksmith.", "2026-12-24")
    save(desk, case_id, entry("Ann Nightingale", staff="N 77-123", notes="Plays the trombone"))
    for words in ("harbour", "lighthouse", "quartermaster", "locksmith", "nightingale", "trombone", "n77123"):
        assert found(any_site, words) == number, words
    assert found(any_site, "received arrived") == [], "what the console says by itself is not indexed"


def test_a_name_is_found_by_its_sound_after_what_is_exact_and_names_before_words(any_site: Site) -> None:
    desk = any_site.desk()
    word = case_of(any_site, new_case(any_site, "The smyth shop sells horseshoes.")).sequence
    sound = case_of(any_site, new_case(any_site, "I work with Jon Smith on nights.")).sequence
    case_id = new_case(any_site, "It is about a colleague.")
    save(desk, case_id, entry("Jane Smyth"))
    name = case_of(any_site, case_id).sequence
    assert found(any_site, "Smyth") == [name, word, sound]


def test_rare_words_count_more_than_common_ones_and_more_words_more_than_one(any_site: Site) -> None:
    sequences = [
        case_of(any_site, new_case(any_site, said)).sequence
        for said in ("payment harbour", "payment", "payment", "harbour lantern", "payment lantern harbour")
    ]
    ranked = found(any_site, "payment lantern")
    assert ranked[0] == sequences[4]
    assert ranked[1] == sequences[3]
    assert set(ranked) == set(sequences)


def test_only_cases_whose_key_one_holds_are_found(any_site: Site) -> None:
    new_case(any_site, "Unusual harbour business.")
    hana = any_site.console.add_person("Hana Handler", "handler")
    assert len(found(any_site, "harbour")) == 1
    assert found(any_site, "harbour", hana) == []


def test_a_search_needs_a_word_that_says_something_and_not_too_many(site: Site) -> None:
    key = index_of(site).key
    for words in ("", "the and of", "  ?! ", "a"):
        with pytest.raises(NothingToFind):
            finding.terms(key, words)
    with pytest.raises(TooManyTerms):
        finding.terms(key, "one two three four five six seven eight nine ten")


def test_a_record_goes_without_what_another_record_says_too(any_site: Site) -> None:
    desk = any_site.desk()
    case_id = new_case(any_site, "The harbour.")
    record_id = keep_note(desk, case_id, "note", {"text": "The harbour and the lantern."})
    with desk.databases.console.write() as console:
        forget_record(console, record_id)
        forget_record(console, b"x" * 16)
    assert found(any_site, "lantern") == []
    assert len(found(any_site, "harbour")) == 1
    fill(desk, anew=True)
    assert found(any_site, "lantern") == [], "it stays out"
    assert len(found(any_site, "harbour")) == 1


def test_a_corrected_or_removed_person_is_not_found_any_more(any_site: Site) -> None:
    desk, case_id = any_site.desk(), new_case(any_site)
    person_id = save(desk, case_id, entry("Ann Nightingale"))
    save(desk, case_id, entry("Ann Goldfinch"), person_id)
    assert found(any_site, "nightingale") == []
    assert len(found(any_site, "goldfinch")) == 1
    remove(desk, case_id, person_id, "Somebody else was meant.")
    fill(desk, anew=True)
    assert found(any_site, "goldfinch") == []


def test_a_case_leaves_nothing_in_the_index(any_site: Site) -> None:
    case_id = new_case(any_site, "The harbour.")
    save(any_site.desk(), case_id, entry())
    before = values(any_site)
    other = new_case(any_site, "The harbour and the lantern.")
    with any_site.console.databases.console.write() as console:
        forget_case(console, case_of(any_site, other).sequence)
    assert values(any_site) == before
    with any_site.console.databases.console.write() as console:
        console.execute(text("DELETE FROM case_records WHERE kind IN ('report', 'person')"))
        assert forget_gone(console) >= 2
    assert values(any_site) == 0


def test_the_index_is_filled_again_from_what_a_person_can_open(any_site: Site) -> None:
    desk = any_site.desk()
    case_id = new_case(any_site, "The harbour.")
    keep_note(desk, case_id, "note", {"text": "The lantern."})
    send_message(desk, case_id, "The lighthouse.")
    with desk.databases.console.write() as console:
        console.execute(text("DELETE FROM search_tokens"))
        console.execute(text("DELETE FROM search_sources"))
    assert lacking(desk) == 1
    done = fill(desk)
    assert (done.cases, done.records, done.left) == (1, 3, 0)
    assert [len(found(any_site, words)) for words in ("harbour", "lantern", "lighthouse")] == [1, 1, 1]
    assert (lacking(desk), fill(desk).cases) == (0, 0)


def test_filling_stops_when_it_is_time_and_says_what_is_left(site: Site) -> None:
    new_case(site)
    done = fill(site.desk(), anew=True, over=lambda: True)
    assert (done.cases, done.left) == (0, 1)


def test_the_key_is_held_by_those_who_search_or_fill_and_by_nobody_else(any_site: Site) -> None:
    console = any_site.console
    purpose = search_purpose("psu")
    for role, holds in (
        ("handler", True), ("senior-decider", True), ("acu-liaison", True), ("intake", True), ("auditor", False),
        ("safeguarding-lead", False), ("security-officer", False), ("legal-approver", False), ("administrator", False),
    ):  # fmt: skip
        person = console.add_person(f"{role} person", role)
        with console.databases.keyring.read() as wraps:
            assert (person.user_id in console.services.keyring(wraps).holders(purpose)) is holds, role
        desk = any_site.desk(person)
        assert (Index.of(desk) is not None) is holds
        if not holds:
            with pytest.raises(NoSearchKey):
                fill(desk)


def test_a_console_from_before_the_search_gets_its_key_when_a_supervisor_signs_in(any_site: Site) -> None:
    console, purpose = any_site.console, search_purpose("psu")
    hana = console.add_person("Hana Handler", "handler")
    with console.databases.keyring.write() as wraps:
        console.services.keyring(wraps).destroy(purpose)
    new_case(any_site, "Before the harbour.")
    certify_when_due(console.services, console.unlocked(hana))
    assert Index.of(any_site.desk(hana)) is None, "a handler makes none"
    certify_when_due(console.services, console.unlocked(console.supervisor))
    assert index_of(any_site, hana).key == index_of(any_site).key
    with console.databases.keyring.write() as wraps:
        console.services.keyring(wraps).revoke(purpose, hana.user_id)
    key = index_of(any_site).key
    certify_when_due(console.services, console.unlocked(console.supervisor))
    assert index_of(any_site, hana).key == key, "shared, not made anew"
    with console.databases.keyring.read() as wraps, pytest.raises(NotAllowed):
        stranger = console.unlocked(console.add_person("Aud", "auditor"))
        console.services.keyring(wraps).get(purpose, stranger)
    assert found(any_site, "harbour") == []
    fill(any_site.desk())
    assert len(found(any_site, "harbour")) == 1


def test_the_database_has_no_word_and_without_the_key_no_word_can_be_tried(site: Site) -> None:
    case_id = new_case(site, f"It is about {CANARY} and the zeppelin.")
    save(site.desk(), case_id, entry(CANARY, staff="N7731554"))
    key = index_of(site).key
    guess = token(key, Kind.WORD, "zeppelin")
    with site.console.databases.console.read() as console:
        held = set(console.scalars(select(SearchToken.token)))
        packed = b"".join(console.scalars(select(SearchSource.tokens)))
    assert guess in held, "who has the key can try words"
    assert pack([guess]) in packed
    wrong = (SearchKey(bytes(32)), SearchKey(site.console.settings.console.site_id * 2))
    for other in wrong:
        for kind in Kind:
            assert token(other, kind, "zeppelin") not in held
    site.console.databases.close()
    for path in site.console.settings.home.glob("console.db*"):
        raw = path.read_bytes()
        for word in (b"zeppelin", b"canarywharf", b"oldfieldson", b"n7731554", b"7731554", key.expose()):
            assert word not in raw and word not in raw.lower(), (path, word)
        assert re.search(rb"OLTFLTSN|KNRHRF", raw) is None, "nor how it sounds"


def test_the_same_word_has_other_values_in_another_console(any_site: Site) -> None:
    """Two consoles of the same founding differ by their key; here the key is made anew as at a founding."""
    console, words = any_site.console, {"harbour", "lantern", "Smith"}
    before = index_of(any_site).key
    with console.databases.keyring.write() as wraps:
        console.services.keyring(wraps).destroy(search_purpose("psu"))
    certify_when_due(console.services, console.unlocked(console.supervisor))
    after = index_of(any_site).key
    assert before != after
    for kind in Kind:
        assert {token(before, kind, word) for word in words}.isdisjoint(token(after, kind, word) for word in words)
