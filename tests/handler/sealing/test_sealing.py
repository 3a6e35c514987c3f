"""Sealing: who can open it then, by keys and not by pages; what goes on working; what an older copy still opens."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import sqlalchemy as sa

from crypto.board import Kind
from crypto.errors import BadSeal
from crypto.proof import content_hash, parse_proof
from crypto.secret import ContentKey
from crypto.wrapping import content_open, unwrap
from handler.approvals.tables import Approval
from handler.cases import restricting, sharing
from handler.cases.files import NO_KEY, FileSealed, download
from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.replies import send_message
from handler.cases.tables import CaseReader, CaseRecord
from handler.database import Databases, open_databases
from handler.errors import NotAllowed
from handler.identity import rolechange
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle.acts import Step, move
from handler.lifecycle.conflict import recuse
from handler.lifecycle.states import CaseStopped
from handler.oversight import hold
from handler.pickup.alarms import alarms
from handler.pickup.cycle import piece_store
from handler.pickup.tables import Piece
from handler.sealing import ending, objects, reading
from handler.sealing.acts import AlreadySealed, NobodyToSealFor, NothingToSeal, Part, seal
from handler.sealing.grounds import IMAGES, PRIVILEGED, SPILLAGE, NoGround
from handler.triage import assessment
from tests.handler.founded import Person
from tests.handler.reporters import Site
from tests.handler.sealing.sealed import KEPT, SECRET, Scene
from tests.handler.triage.forms import thrive
from tests.handler.web.casepages import browser_of


@pytest.fixture
def scene(site: Site) -> Scene:
    return Scene.made(site)


def holders(scene: Scene, purpose: str) -> set[bytes]:
    with scene.desk().keyring() as keyring:
        return keyring.holders(purpose)


def seal_follow_up(scene: Scene, ground: str, person: Person | None = None) -> bytes:
    return seal(scene.desk(person), scene.case_id, Part(scene.record_id("follow-up")), ground, {"incident": "SI-1"})


def seal_file(scene: Scene, ground: str, place: int = 0) -> bytes:
    return seal(scene.desk(scene.handler), scene.case_id, Part(scene.record_id("report"), place), ground, {})


def opens(databases: Databases, scene: Scene, people: Iterable[Person], thing: bytes) -> list[str]:
    """Whoever opens a sealed thing by any wrap of a keyring, purposes and roles aside."""
    row = next(one for one in scene.objects() if one.id == thing)
    found = []
    with databases.keyring.read() as wraps:
        for wrap in wraps.scalars(sa.select(Wrap)):
            for person in people:
                unlocked = scene.site.console.unlocked(person)
                try:
                    key = unwrap(unlocked.opener, scene.site.console.services.site, wrap.purpose, wrap.sealed)
                    content_open(ContentKey(key), scene.case_id, thing, objects.CONTENT, row.sealed or b"")
                except (BadSeal, ValueError):
                    continue
                found.append(person.name)
    return found


def test_a_message_is_sealed_out_of_its_case_and_the_rest_goes_on(any_site: Site) -> None:
    scene = Scene.made(any_site)
    thing = seal_follow_up(scene, PRIVILEGED)
    view = read_case(scene.desk(), scene.case_id)
    assert [entry.text for entry in view.entries if not entry.ours] == ["[Sealed: legal privilege]"]
    assert view.report.answers is not None
    assert view.report.answers.answers["what"].text == KEPT
    send_message(scene.desk(scene.handler), scene.case_id, "Thank you.")
    any_site.deliver(scene.reporter.follow_up("And one thing more."))
    assert read_case(scene.desk(), scene.case_id).entries[-1].text == "And one thing more."
    assert scene.case().sides == ""  # not the whole report
    assert holders(scene, objects.purpose(thing)) == {scene.counsel.user_id}
    _, held, _ = reading.read(scene.desk(scene.counsel), thing)
    assert held.post.follow_up is not None
    assert held.post.follow_up.text == SECRET


def test_only_those_whose_business_it_is_open_it_by_any_key(scene: Scene) -> None:
    everyone = [scene.site.console.supervisor, scene.handler, scene.officer, scene.counsel]
    for ground, expected in (
        (PRIVILEGED, ["Lee Counsel"]),
        (IMAGES, [scene.site.console.supervisor.name]),
    ):
        thing = seal_file(scene, ground, place=0 if ground == PRIVILEGED else 1)
        assert opens(scene.site.console.databases, scene, everyone, thing) == expected
        assert RECOVERY_ID not in holders(scene, objects.purpose(thing))
    thing = seal_follow_up(scene, SPILLAGE, scene.handler)
    assert sorted(opens(scene.site.console.databases, scene, everyone, thing)) == ["Hana Handler", "Sef Officer"]


def test_an_older_copy_of_the_database_does_not_open_with_todays_keys(scene: Scene, tmp_path: Path) -> None:
    console = scene.site.console
    shutil.copy(console.settings.home / "console.db", tmp_path / "console.db")
    shutil.copy(console.settings.home / "console.db-wal", tmp_path / "console.db-wal")
    old_key = scene.desk().case_key(scene.case_id)
    seal_follow_up(scene, PRIVILEGED)
    assert scene.desk().case_key(scene.case_id) != old_key
    old = open_databases(console.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/console.db"}))
    query = sa.text("SELECT id, kind, sealed FROM case_records WHERE kind = 'follow-up'")
    with old.console.read() as session:
        row = session.execute(query).one()
    old.close()
    assert SECRET.encode() in content_open(old_key, scene.case_id, row.id, row.kind, row.sealed)
    with pytest.raises(BadSeal):
        content_open(scene.desk().case_key(scene.case_id), scene.case_id, row.id, row.kind, row.sealed)
    with console.databases.keyring.read() as wraps:
        for wrap in wraps.scalars(sa.select(Wrap).where(Wrap.holder == console.supervisor.user_id)):
            opener = console.unlocked(console.supervisor).opener
            assert unwrap(opener, console.services.site, wrap.purpose, wrap.sealed) != old_key.expose()


def test_a_sealed_file_is_neither_saved_nor_opened_by_the_key_the_case_has(scene: Scene) -> None:
    store, record_id = piece_store(scene.site.console.settings), scene.record_id("report")
    assert download(scene.desk(), store, scene.case_id, record_id, 0).content == b"first file"
    seal_file(scene, IMAGES)
    with pytest.raises(FileSealed):
        download(scene.desk(), store, scene.case_id, record_id, 0)
    kept = scene.post("report").files
    assert kept[0].key == NO_KEY
    assert kept[0].name == "[Sealed: possible indecent images]"
    assert scene.files[0].key.expose().hex().encode() not in scene.everything()
    assert download(scene.desk(), store, scene.case_id, record_id, 1).content == b"second file"
    for person in (scene.site.console.supervisor, scene.counsel, scene.officer):
        for place in (None, 0):
            with pytest.raises(NotAllowed):
                reading.save(scene.desk(person), store, scene.objects()[0].id, place)


def test_an_image_alarms_the_supervisors_stops_the_case_and_asks_for_p1(scene: Scene) -> None:
    thing = seal_file(scene, IMAGES)
    assert scene.case().sides == "images"
    with pytest.raises(CaseStopped):
        move(scene.desk(), scene.case_id, Step("assessing", {}, {}))
    with scene.site.console.databases.console.read() as console:
        assert any("possible indecent image" in alarm.text for alarm in alarms(console))
    assert "images" in assessment.read(scene.desk(), scene.case_id).known.overrides
    said = {"unit": "CSA", "reference": "CSA-77", "when": "today, 14:00", "viewed": "Hana Handler, once"}
    with pytest.raises(ending.SayAll):
        ending.hand_over(scene.desk(), thing, {**said, "reference": " "})
    with pytest.raises(NotAllowed):
        ending.hand_over(scene.desk(scene.handler), thing, said)
    with pytest.raises(ending.NotNow):
        ending.destroy(scene.desk(), piece_store(scene.site.console.settings), thing)
    ending.hand_over(scene.desk(), thing, said)
    assert scene.case().sides == ""
    with scene.site.console.databases.console.read() as console:
        assert not any("indecent" in alarm.text for alarm in alarms(console))
    assert b"CSA-77" not in scene.everything()
    ending.destroy(scene.desk(), piece_store(scene.site.console.settings), thing)
    assert holders(scene, objects.purpose(thing)) == set()


def test_the_rest_of_a_case_is_assessed_while_a_part_is_sealed(scene: Scene) -> None:
    seal_file(scene, IMAGES)
    assessment.save(scene.desk(), scene.case_id, "thrive", thrive())


def test_a_spillage_locks_the_case_to_the_opener_and_the_security_officers(scene: Scene) -> None:
    supervisor = scene.site.console.supervisor
    send_message(scene.desk(scene.handler), scene.case_id, "Before.")
    seal_follow_up(scene, SPILLAGE, scene.handler)
    assert scene.case().sides == "spillage"
    locked = {scene.handler.user_id, scene.officer.user_id}
    assert holders(scene, case_purpose(scene.case_id)) - {RECOVERY_ID} == locked
    with scene.site.console.databases.console.read() as console:
        chosen = sa.select(CaseReader.user_id).where(CaseReader.case_id == scene.case_id)
        assert set(console.scalars(chosen)) == locked
    with pytest.raises(NotAllowed):
        read_case(scene.desk(supervisor), scene.case_id)
    assert scene.post("follow-up", scene.officer).follow_up is not None
    with pytest.raises(CaseStopped):
        move(scene.desk(scene.handler), scene.case_id, Step("assessing", {}, {}))


def test_a_spillage_is_moved_then_erased_for_good_and_the_case_comes_back(any_site: Site, tmp_path: Path) -> None:
    scene, console = Scene.made(any_site), any_site.console
    everyone = [console.supervisor, scene.handler, scene.officer, scene.counsel]
    before = holders(scene, case_purpose(scene.case_id))
    thing = seal(scene.desk(scene.handler), scene.case_id, Part(scene.record_id("report")), SPILLAGE, {})
    sealed = scene.objects()[0].sealed
    store = piece_store(console.settings)
    assert reading.save(scene.desk(scene.officer), store, thing, 0).content == b"first file"
    assert KEPT.encode() in reading.save(scene.desk(scene.officer), store, thing, None).content
    with pytest.raises(NotAllowed):
        reading.save(scene.desk(scene.handler), store, thing, None)
    with pytest.raises(ending.NotNow):  # not before a copy was moved
        ending.destroy(scene.desk(scene.officer), store, thing)
    with pytest.raises(NotAllowed):
        ending.moved(scene.desk(scene.handler), thing, {"incident": "SI-9", "route": "by hand"})
    ending.moved(scene.desk(scene.officer), thing, {"incident": "SI-9", "route": "by hand"})
    with console.databases.keyring.read() as wraps:
        wrapped = list(wraps.scalars(sa.select(Wrap.sealed).where(Wrap.purpose == objects.purpose(thing))))
    assert len(wrapped) == 2
    with pytest.raises(NotAllowed):
        ending.destroy(scene.desk(scene.handler), store, thing)
    ending.destroy(scene.desk(scene.officer), store, thing)
    assert holders(scene, objects.purpose(thing)) == set()
    assert opens(console.databases, scene, everyone, thing) == []
    row = scene.objects()[0]
    assert (row.state, row.sealed, scene.case().sides) == ("destroyed", None, "")
    with console.databases.keyring.read() as wraps:  # the copy of the sealed content opens with no wrap that is left
        for wrap in wraps.scalars(sa.select(Wrap)):
            for person in everyone:
                try:
                    key = unwrap(console.unlocked(person).opener, console.services.site, wrap.purpose, wrap.sealed)
                    content_open(ContentKey(key), scene.case_id, thing, objects.CONTENT, sealed or b"")
                except (BadSeal, ValueError):
                    continue
                raise AssertionError(wrap.purpose)
    if console.databases.keyring.engine.dialect.name == "sqlite":
        left = scene.everything()
        assert all(one[100:164] not in left for one in wrapped)
        assert (sealed or b"")[24:88] not in left
    assert holders(scene, case_purpose(scene.case_id)) == before
    with console.databases.console.read() as session:
        assert session.scalars(sa.select(Piece)).all() == []
    assert list(store.folder.rglob("*/*")) == []


def test_who_stepped_out_gets_a_case_neither_locked_nor_back(scene: Scene) -> None:
    other = scene.site.console.add_person("Oda Other", "handler")
    sharing.share(scene.desk(), scene.case_id, other.user_id)
    recuse(scene.desk(other), scene.case_id)
    sharing.share(scene.desk(), scene.case_id, scene.officer.user_id)
    thing = seal_follow_up(scene, SPILLAGE, scene.handler)
    ending.moved(scene.desk(scene.officer), thing, {"incident": "SI-9", "route": "by hand"})
    ending.destroy(scene.desk(scene.officer), piece_store(scene.site.console.settings), thing)
    assert other.user_id not in holders(scene, case_purpose(scene.case_id))
    assert scene.officer.user_id in holders(scene, case_purpose(scene.case_id))


def test_a_case_with_two_spillages_comes_back_after_both(scene: Scene) -> None:
    store = piece_store(scene.site.console.settings)
    things = [
        seal_follow_up(scene, SPILLAGE, scene.handler),
        seal(scene.desk(scene.handler), scene.case_id, Part(scene.record_id("report"), 1), SPILLAGE, {}),
    ]
    for thing in things:
        assert scene.case().sides == "spillage"
        ending.moved(scene.desk(scene.officer), thing, {"incident": "SI-9", "route": "by hand"})
        ending.destroy(scene.desk(scene.officer), store, thing)
    assert scene.case().sides == ""
    assert scene.site.console.supervisor.user_id in holders(scene, case_purpose(scene.case_id))


def test_the_record_of_a_spillage_holds_no_content(scene: Scene) -> None:
    seal_follow_up(scene, SPILLAGE, scene.handler)
    with scene.site.console.databases.console.read() as console:
        entries = b"".join(console.execute(sa.text("SELECT entry FROM audit_entries")).scalars())
    assert SECRET.encode() not in entries
    assert b"SI-1" not in scene.everything()


def test_new_words_get_a_proof_of_the_report_as_it_came(scene: Scene) -> None:
    original = scene.post("report")
    raw = _json(scene)
    seal_file(scene, PRIVILEGED)
    seal(scene.desk(), scene.case_id, Part(scene.record_id("report")), PRIVILEGED, {})
    assert scene.case().sides == "privileged"
    newer = scene.reporter.newer_words()
    scene.site.deliver(scene.reporter.follow_up("new words", successor=newer))
    scene.site.cycle()
    (handover,) = newer.told(Kind.HANDOVER)
    proof = parse_proof(handover.data)
    assert proof.content_hash == content_hash(proof.salt, raw)
    assert scene.post("report").id == original.id
    assert _json(scene) != raw


def _json(scene: Scene) -> bytes:
    box = CaseBox(scene.case_id, scene.desk().case_key(scene.case_id))
    with scene.site.console.databases.console.read() as console:
        return box.open(console.get_one(CaseRecord, scene.record_id("report")))


def test_counsel_returns_what_is_not_privileged_byte_for_byte(any_site: Site) -> None:
    scene = Scene.made(any_site)
    raw = _json(scene)
    thing = seal(scene.desk(scene.handler), scene.case_id, Part(scene.record_id("report")), PRIVILEGED, {})
    assert scene.case().sides == "privileged"
    with pytest.raises(NotAllowed):
        reading.read(scene.desk(scene.handler), thing)
    with pytest.raises(NotAllowed):
        ending.answer(scene.desk(), thing, returns=True, words="I say so.")
    with pytest.raises(ending.SayAll):
        ending.answer(scene.desk(scene.counsel), thing, returns=True, words=" ")
    with pytest.raises(ending.NotNow):
        ending.put_back(scene.desk(scene.handler), thing)
    ending.answer(scene.desk(scene.counsel), thing, returns=True, words="Not legal advice.")
    ending.put_back(scene.desk(scene.handler), thing)
    assert _json(scene) == raw
    assert holders(scene, objects.purpose(thing)) == set()
    assert scene.case().sides == ""


def test_a_report_that_stays_sealed_lets_its_case_go_on(scene: Scene) -> None:
    thing = seal(scene.desk(), scene.case_id, Part(scene.record_id("report")), PRIVILEGED, {})
    ending.answer(scene.desk(scene.counsel), thing, returns=False, words="Advice of counsel to the subject.")
    assert scene.case().sides == ""
    with pytest.raises(NotAllowed):
        reading.read(scene.desk(), thing)
    assert scene.objects()[0].state == "kept"


def test_a_file_that_came_back_stays_when_its_message_comes_back(scene: Scene) -> None:
    file, raw = seal_file(scene, PRIVILEGED), _json(scene)
    message = seal(scene.desk(), scene.case_id, Part(scene.record_id("report")), PRIVILEGED, {})
    for thing in (file, message):
        ending.answer(scene.desk(scene.counsel), thing, returns=True, words="No.")
        ending.put_back(scene.desk(), thing)
    assert scene.post("report").files == scene.files
    assert _json(scene) != raw


def test_what_cannot_be_sealed_is_refused_and_changes_nothing(scene: Scene) -> None:
    report = scene.record_id("report")
    key = scene.desk().case_key(scene.case_id)
    for part, ground, refusal in (
        (Part(report), "boredom", NoGround),
        (Part(bytes(16)), PRIVILEGED, NothingToSeal),
        (Part(report, 2), PRIVILEGED, NothingToSeal),
        (Part(scene.record_id("thread")), PRIVILEGED, NothingToSeal),
    ):
        with pytest.raises(refusal):
            seal(scene.desk(), scene.case_id, part, ground, {})
    with pytest.raises(NotAllowed):
        seal(scene.desk(scene.counsel), scene.case_id, Part(report), PRIVILEGED, {})
    assert (scene.objects(), scene.desk().case_key(scene.case_id)) == ([], key)
    seal_file(scene, IMAGES)
    with pytest.raises(AlreadySealed):
        seal_file(scene, PRIVILEGED)


def test_nothing_is_sealed_for_nobody(site: Site) -> None:
    scene = Scene.made(site)
    with site.console.databases.console.write() as console:
        console.execute(sa.text("UPDATE users SET disabled = 1 WHERE name = 'Lee Counsel'"))
    with pytest.raises(NobodyToSealFor):
        seal_follow_up(scene, PRIVILEGED)


def test_a_spillage_is_not_sealed_for_its_finder_alone_as_nobody_could_end_the_lock(site: Site) -> None:
    scene = Scene.made(site)
    before = holders(scene, case_purpose(scene.case_id))
    rolechange.change(scene.desk(), scene.officer.user_id, ["administrator"])
    with pytest.raises(NobodyToSealFor):
        seal_follow_up(scene, SPILLAGE, scene.handler)
    assert (scene.objects(), scene.case().sides) == ([], "")
    assert holders(scene, case_purpose(scene.case_id)) == before


def test_who_is_given_a_role_gets_the_earlier_sealed_parts_that_the_giver_holds(any_site: Site) -> None:
    scene = Scene.made(any_site)
    console, sam = any_site.console, any_site.console.supervisor
    out = console.add_person("Oda Other", "handler")
    sharing.share(scene.desk(), scene.case_id, out.user_id)
    recuse(scene.desk(out), scene.case_id)
    privileged, image = seal_file(scene, PRIVILEGED), seal_file(scene, IMAGES, place=1)
    spilled = seal_follow_up(scene, SPILLAGE, sam)
    late = console.add_person("Nia New", "security-officer")
    assert holders(scene, objects.purpose(spilled)) == {sam.user_id, scene.officer.user_id, late.user_id}
    assert SECRET.encode() in reading.save(scene.desk(late), piece_store(console.settings), spilled, None).content
    rolechange.change(scene.desk(), late.user_id, ["security-officer", "supervisor", "legal-approver"])
    rolechange.change(scene.desk(), out.user_id, ["handler", "supervisor", "security-officer"])
    assert holders(scene, objects.purpose(image)) == {sam.user_id, late.user_id}
    assert holders(scene, objects.purpose(privileged)) == {scene.counsel.user_id}, "the giver does not hold it"
    assert out.user_id not in holders(scene, objects.purpose(spilled))


def test_a_false_alarm_is_put_back_by_those_whose_business_it_is(scene: Scene) -> None:
    raw, before = _json(scene), holders(scene, case_purpose(scene.case_id))
    report = Part(scene.record_id("report"))
    thing = seal(scene.desk(scene.handler), scene.case_id, report, SPILLAGE, {})
    with pytest.raises(NotAllowed):
        ending.put_back(scene.desk(scene.handler), thing)
    ending.put_back(scene.desk(scene.officer), thing)
    assert (_json(scene), scene.case().sides) == (raw, "")
    assert holders(scene, case_purpose(scene.case_id)) == before
    image = seal(scene.desk(scene.handler), scene.case_id, report, IMAGES, {})
    with pytest.raises(ending.NotNow):  # the authorised unit says so, nobody here
        ending.put_back(scene.desk(), image)
    said = dict.fromkeys(("unit", "reference", "when", "viewed"), "x")
    ending.hand_over(scene.desk(), image, said)
    with pytest.raises(NotAllowed):
        ending.put_back(scene.desk(scene.handler), image)
    ending.put_back(scene.desk(), image)
    assert _json(scene) == raw


def test_the_key_of_a_sealed_part_goes_with_its_case(scene: Scene) -> None:
    thing = seal_follow_up(scene, PRIVILEGED)
    for _ in range(3):
        scene.site.console.clock.forward(86_400)
        scene.site.cycle()
    assert holders(scene, objects.purpose(thing)) == {scene.counsel.user_id}
    with scene.site.console.databases.console.write() as console:
        console.execute(sa.text("DELETE FROM cases"))
    for _ in range(2):
        scene.site.console.clock.forward(86_400)
        scene.site.cycle()
    assert holders(scene, objects.purpose(thing)) == set()


def moved_and_destroyed(scene: Scene, thing: bytes) -> None:
    ending.moved(scene.desk(scene.officer), thing, {"incident": "SI-9", "route": "by hand"})
    ending.destroy(scene.desk(scene.officer), piece_store(scene.site.console.settings), thing)


def test_a_second_lock_ends_with_those_who_held_the_case_before_it_and_not_before_the_first(scene: Scene) -> None:
    other = scene.site.console.add_person("Oda Other", "handler")
    sharing.share(scene.desk(), scene.case_id, other.user_id)
    sharing.share(scene.desk(), scene.case_id, scene.officer.user_id)
    moved_and_destroyed(scene, seal_follow_up(scene, SPILLAGE, scene.handler))
    named = {scene.handler.user_id, scene.officer.user_id}
    restricting.restrict(scene.desk(), scene.case_id, named)
    part = Part(scene.record_id("report"), 1)
    moved_and_destroyed(scene, seal(scene.desk(scene.handler), scene.case_id, part, SPILLAGE, {}))
    assert scene.case().sides == "restricted"
    assert holders(scene, case_purpose(scene.case_id)) - {RECOVERY_ID} == named


def test_who_lost_their_roles_or_the_case_during_a_lock_does_not_get_it_back(scene: Scene) -> None:
    other, third = (scene.site.console.add_person(name, "handler") for name in ("Oda Other", "Tom Third"))
    for person in (other, third):
        sharing.share(scene.desk(), scene.case_id, person.user_id)
    thing = seal_follow_up(scene, SPILLAGE, scene.handler)
    rolechange.change(scene.desk(), other.user_id, ["administrator"])
    sharing.take_away(scene.desk(scene.handler), scene.case_id, third.user_id)
    moved_and_destroyed(scene, thing)
    got = holders(scene, case_purpose(scene.case_id))
    assert got.isdisjoint({other.user_id, third.user_id})
    assert scene.site.console.supervisor.user_id in got


def test_only_a_security_officer_shares_a_case_locked_as_a_spillage_and_anyone_with_a_security_officer(
    scene: Scene,
) -> None:
    supervisor, late = scene.site.console.supervisor, scene.site.console.add_person("Oda Other", "handler")
    sharing.share(scene.desk(), scene.case_id, scene.officer.user_id)
    with pytest.raises(NotAllowed):
        sharing.share(scene.desk(scene.officer), scene.case_id, late.user_id)
    seal_follow_up(scene, SPILLAGE, scene.handler)
    before = holders(scene, case_purpose(scene.case_id))
    for person in (supervisor, late):
        with pytest.raises(sharing.OnlySecurityOfficers):
            sharing.share(scene.desk(scene.handler), scene.case_id, person.user_id)
    assert holders(scene, case_purpose(scene.case_id)) == before
    second = scene.site.console.add_person("Sol Officer", "security-officer")
    sharing.share(scene.desk(scene.handler), scene.case_id, second.user_id)
    officers, path = browser_of(scene.site, scene.officer), f"/cases/{scene.case_id.hex()}/access"
    open_case(scene.desk(scene.officer), scene.case_id, "supervise")
    assert 'name="person"' in officers.get(path).text
    assert officers.post(path, {"person": late.user_id.hex()}, page=path).status_code == 303
    assert holders(scene, case_purpose(scene.case_id)) == before | {second.user_id, late.user_id}


@pytest.mark.parametrize("ground", [SPILLAGE, IMAGES])
def test_a_legal_hold_stops_the_destruction_of_what_is_sealed(scene: Scene, ground: str) -> None:
    store, supervisor = piece_store(scene.site.console.settings), scene.site.console.supervisor
    thing = seal_follow_up(scene, ground, supervisor)
    by = supervisor if ground == IMAGES else scene.officer
    if ground == IMAGES:
        ending.hand_over(scene.desk(by), thing, dict.fromkeys(("unit", "reference", "when", "viewed"), "x"))
    else:
        ending.moved(scene.desk(by), thing, {"incident": "SI-9", "route": "by hand"})
    hold.set_hold(scene.desk(), scene.case_id, "A tribunal wants it.")
    before, sealed = holders(scene, objects.purpose(thing)), scene.objects()[0].sealed
    with pytest.raises(hold.UnderHold):
        ending.destroy(scene.desk(by), store, thing)
    assert holders(scene, objects.purpose(thing)) == before
    assert scene.objects()[0].sealed == sealed is not None
    second = scene.site.console.add_person("Tess", "supervisor")
    giver = scene.desk(by)
    if second.user_id not in holders(scene, case_purpose(scene.case_id)):
        sharing.share(giver, scene.case_id, second.user_id)
    hold.ask_lift(scene.desk(), scene.case_id, "It has ended.")
    with scene.site.console.databases.console.read() as console:
        waits = console.scalars(sa.select(Approval.id)).one()
    hold.approve_lift(scene.desk(second), waits)
    ending.destroy(scene.desk(by), store, thing)
    assert holders(scene, objects.purpose(thing)) == set()


def test_a_locked_case_is_neither_restricted_nor_opened_to_all(scene: Scene) -> None:
    supervisor = scene.site.console.supervisor
    restricting.restrict(scene.desk(), scene.case_id, [supervisor.user_id, scene.handler.user_id])
    seal_follow_up(scene, SPILLAGE, supervisor)
    before = holders(scene, case_purpose(scene.case_id))
    with pytest.raises(restricting.LockedNow):
        restricting.lift(scene.desk(), scene.case_id)
    assert holders(scene, case_purpose(scene.case_id)) == before


def test_who_stepped_out_or_lost_the_case_keeps_no_key_of_its_sealed_parts(any_site: Site) -> None:
    scene = Scene.made(any_site)
    other = scene.site.console.add_person("Sol Officer", "security-officer")
    image, spilled = seal_file(scene, IMAGES), seal_follow_up(scene, SPILLAGE, scene.handler)
    recuse(scene.desk(scene.officer), scene.case_id)
    assert holders(scene, objects.purpose(spilled)) == {scene.handler.user_id, other.user_id}
    with pytest.raises(NotAllowed):
        reading.save(scene.desk(scene.officer), piece_store(scene.site.console.settings), spilled, None)
    sharing.share(scene.desk(other), scene.case_id, scene.site.console.supervisor.user_id)
    sharing.take_away(scene.desk(), scene.case_id, other.user_id)
    assert holders(scene, objects.purpose(spilled)) == {scene.handler.user_id}
    recuse(scene.desk(), scene.case_id)
    assert holders(scene, objects.purpose(image)) == {scene.site.console.supervisor.user_id}, "nobody else has it"


def test_a_part_that_is_not_privileged_goes_to_those_who_can_put_it_back_alone(scene: Scene) -> None:
    ivo = scene.site.console.add_person("Ivo", "intake")
    sharing.share(scene.desk(), scene.case_id, ivo.user_id)
    thing = seal_follow_up(scene, PRIVILEGED)
    ending.answer(scene.desk(scene.counsel), thing, returns=True, words="No.")
    able = {scene.counsel.user_id, scene.handler.user_id, scene.site.console.supervisor.user_id}
    assert holders(scene, objects.purpose(thing)) == able


def test_who_opens_no_cases_any_more_keeps_no_key_of_what_they_sealed(scene: Scene) -> None:
    other = scene.site.console.add_person("Oda Other", "handler")
    sharing.share(scene.desk(), scene.case_id, other.user_id)
    thing = seal_follow_up(scene, SPILLAGE, other)
    sharing.share(scene.desk(scene.officer), scene.case_id, scene.handler.user_id)
    assert holders(scene, objects.purpose(thing)) == {other.user_id, scene.officer.user_id}
    rolechange.change(scene.desk(), other.user_id, ["administrator"])
    assert holders(scene, objects.purpose(thing)) == {scene.officer.user_id}
