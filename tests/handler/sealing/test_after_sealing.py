"""What holds after something was sealed: who gets a case back, who keeps a key, what a hold and an empty post mean."""

import pytest
import sqlalchemy as sa

from handler.approvals.tables import Approval
from handler.cases import restricting, sharing
from handler.cases.listing import open_case
from handler.errors import NotAllowed
from handler.identity import rolechange
from handler.keys.keyring import case_purpose
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle.conflict import recuse
from handler.oversight import hold
from handler.pickup.cycle import piece_store
from handler.sealing import ending, objects, reading
from handler.sealing.acts import Part, seal
from handler.sealing.grounds import IMAGES, PRIVILEGED, SPILLAGE
from tests.handler.reporters import Site
from tests.handler.sealing.sealed import Scene, holders, post_json, seal_file, seal_follow_up
from tests.handler.web.casepages import browser_of


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


def test_a_false_alarm_is_put_back_by_those_whose_business_it_is(scene: Scene) -> None:
    raw, before = post_json(scene), holders(scene, case_purpose(scene.case_id))
    report = Part(scene.record_id("report"))
    thing = seal(scene.desk(scene.handler), scene.case_id, report, SPILLAGE, {})
    with pytest.raises(NotAllowed):
        ending.put_back(scene.desk(scene.handler), thing)
    ending.put_back(scene.desk(scene.officer), thing)
    assert (post_json(scene), scene.case().sides) == (raw, "")
    assert holders(scene, case_purpose(scene.case_id)) == before
    image = seal(scene.desk(scene.handler), scene.case_id, report, IMAGES, {})
    with pytest.raises(ending.NotNow):  # the authorised unit says so, nobody here
        ending.put_back(scene.desk(), image)
    said = dict.fromkeys(("unit", "reference", "when", "viewed"), "x")
    ending.hand_over(scene.desk(), image, said)
    with pytest.raises(NotAllowed):
        ending.put_back(scene.desk(scene.handler), image)
    ending.put_back(scene.desk(), image)
    assert post_json(scene) == raw


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
