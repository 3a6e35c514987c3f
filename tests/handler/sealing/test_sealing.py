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
from handler.cases import sharing
from handler.cases.files import NO_KEY, FileSealed, download
from handler.cases.reading import read_case
from handler.cases.replies import send_message
from handler.cases.tables import CaseReader
from handler.database import Databases, open_databases
from handler.errors import NotAllowed
from handler.identity import rolechange
from handler.keys.keyring import case_purpose
from handler.keys.tables import Wrap
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle.acts import Step, move
from handler.lifecycle.conflict import recuse
from handler.lifecycle.states import CaseStopped
from handler.pickup.alarms import alarms
from handler.pickup.cycle import piece_store
from handler.pickup.tables import Piece
from handler.sealing import ending, objects, reading
from handler.sealing.acts import AlreadySealed, NobodyToSealFor, NothingToSeal, Part, seal
from handler.sealing.grounds import IMAGES, PRIVILEGED, SPILLAGE, NoGround
from handler.triage import assessment
from tests.handler.founded import Person
from tests.handler.reporters import Site
from tests.handler.sealing.sealed import KEPT, SECRET, Scene, holders, post_json, seal_file, seal_follow_up
from tests.handler.triage.forms import thrive


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
    raw = post_json(scene)
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
    assert post_json(scene) != raw


def test_counsel_returns_what_is_not_privileged_byte_for_byte(any_site: Site) -> None:
    scene = Scene.made(any_site)
    raw = post_json(scene)
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
    assert post_json(scene) == raw
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
    file, raw = seal_file(scene, PRIVILEGED), post_json(scene)
    message = seal(scene.desk(), scene.case_id, Part(scene.record_id("report")), PRIVILEGED, {})
    for thing in (file, message):
        ending.answer(scene.desk(scene.counsel), thing, returns=True, words="No.")
        ending.put_back(scene.desk(), thing)
    assert scene.post("report").files == scene.files
    assert post_json(scene) != raw


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
