"""Who opens a referral's pack, tried with their own keys against both kinds of database."""

import pytest
from sqlalchemy import insert, text

from crypto.errors import BadSeal
from crypto.secret import ContentKey
from crypto.wrapping import content_open
from handler.cases.sharing import share, take_away
from handler.cases.tables import CaseRecord
from handler.errors import NotAllowed
from handler.identity import accounts
from handler.identity.tables import UserRole
from handler.identity.users import holders_with_role
from handler.keys.keyring import case_purpose
from handler.keys.unlocked import RECOVERY_ID
from handler.lifecycle.conflict import recuse
from handler.safeguarding import advising, packkeys, tracking
from handler.safeguarding.pack import PackBox
from handler.safeguarding.packkeys import pack_purpose
from handler.safeguarding.tables import Referral, ReferralRecord
from tests.handler.founded import Person
from tests.handler.reporters import Site
from tests.handler.safeguarding.referrals import FORM, delivered, made, referred, tell_everyone


def holders(site: Site, purpose: str) -> set[bytes]:
    with site.desk().keyring() as keyring:
        return keyring.holders(purpose)


def reads(site: Site, person: Person, referral_id: bytes) -> bool:
    """Whether somebody's own key opens the pack's rows as they stand in the database."""
    desk = site.desk(person)
    with desk.databases.keyring.read() as wraps, desk.databases.console.read() as console:
        keyring = site.console.services.keyring(wraps)
        try:
            key = ContentKey(keyring.get(pack_purpose(referral_id), desk.unlocked))
        except NotAllowed:
            return False
        rows = console.query(ReferralRecord).filter_by(referral_id=referral_id).all()
        opened = [content_open(key, referral_id, row.id, row.kind, row.sealed) for row in rows]
    return any(str(FORM["who"]).encode() in content for content in opened)


def test_a_lead_opens_the_pack_and_nothing_of_the_case(any_site: Site) -> None:
    site = any_site
    hana = site.console.add_person("Hana Handler", "handler")
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    ina = site.console.add_person("Ina Intake", "intake")
    case_id = delivered(site)
    referral_id = referred(site.desk(hana), case_id)
    assert ina.user_id in holders(site, case_purpose(case_id)), "who files what comes later, and reads no packs"
    everyone = {hana.user_id, lena.user_id, site.console.supervisor.user_id, RECOVERY_ID}
    assert holders(site, pack_purpose(referral_id)) == everyone
    assert reads(site, lena, referral_id)
    assert reads(site, hana, referral_id)
    assert lena.user_id not in holders(site, case_purpose(case_id))
    with pytest.raises(NotAllowed):
        site.desk(lena).case_key(case_id)
    pack_key = PackBox.of(site.desk(lena), referral_id).key
    with site.console.databases.console.read() as console:
        rows = console.query(CaseRecord).filter_by(case_id=case_id).all()
        assert rows
    for row in rows:
        with pytest.raises(BadSeal):
            content_open(pack_key, case_id, row.id, row.kind, row.sealed)


def test_who_stepped_out_of_the_case_before_or_after_holds_no_pack(any_site: Site) -> None:
    site = any_site
    hana, otto = (site.console.add_person(name, "handler") for name in ("Hana", "Otto"))
    both = site.console.add_person("Bo Both", "handler", "safeguarding-lead")
    case_id = delivered(site)
    recuse(site.desk(both), case_id)
    referral_id = referred(site.desk(hana), case_id)
    assert both.user_id not in holders(site, pack_purpose(referral_id)), "though every lead has the packs"
    with site.console.databases.write_both() as (console, wraps):
        assert packkeys.give_leads(console, site.desk().keyring_in(wraps), site.desk().unlocked, 0) == 0
    assert not reads(site, both, referral_id)
    assert reads(site, otto, referral_id)
    recuse(site.desk(otto), case_id)
    assert not reads(site, otto, referral_id)
    with pytest.raises(NotAllowed):
        tracking.make(site.desk(otto), referral_id, 0, made(site.desk(otto)))


def test_the_packs_follow_the_case_when_it_is_shared_and_taken_away(any_site: Site) -> None:
    site = any_site
    case_id = delivered(site)
    referral_id = referred(site.desk(), case_id)
    late = site.console.add_person("Late", "handler")
    decider = site.console.add_person("Dee", "senior-decider")
    assert not reads(site, late, referral_id)
    for person in (late, decider):
        share(site.desk(), case_id, person.user_id)
    assert reads(site, late, referral_id)
    assert not reads(site, decider, referral_id), "the case without its referral packs"
    take_away(site.desk(), case_id, late.user_id)
    assert not reads(site, late, referral_id)


def test_a_new_lead_gets_the_keys_that_the_supervisor_who_adds_them_holds(any_site: Site) -> None:
    site = any_site
    referral_id = referred(site.desk(), delivered(site))
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    assert reads(site, lena, referral_id)
    ada = site.console.add_person("Ada", "auditor")
    with site.console.databases.console.write() as console:
        console.execute(insert(UserRole).values(user_id=ada.user_id, role="safeguarding-lead"))
    assert not reads(site, ada, referral_id)
    with site.console.databases.write_both() as (console, wraps):
        keyring = site.console.services.keyring(wraps)
        leads = holders_with_role(console, "safeguarding-lead")
        assert packkeys.lacking(console, keyring, leads) == 1
        assert packkeys.give_leads(console, keyring, site.desk().unlocked, 0) == 1
        assert packkeys.lacking(console, keyring, leads) == 0
    assert reads(site, ada, referral_id)


def test_a_lead_with_a_conflict_steps_out_and_the_supervisors_are_told(any_site: Site) -> None:
    site = any_site
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    case_id = delivered(site)
    first, second = referred(site.desk(), case_id), referred(site.desk(), case_id)
    advising.step_out(site.desk(lena), case_id)
    assert not reads(site, lena, first)
    assert not reads(site, lena, second)
    third = referred(site.desk(), case_id)
    assert not reads(site, lena, third)
    with site.console.databases.console.read() as console:
        assert [row.outcome for row in console.execute(text("SELECT outcome FROM case_conflicts"))] == ["recused"]


def test_a_closed_account_has_no_pack_and_a_destroyed_case_leaves_none(any_site: Site) -> None:
    site = any_site
    lena = site.console.add_person("Lena Lead", "safeguarding-lead")
    case_id = delivered(site)
    referral_id = referred(site.desk(), case_id)
    with site.console.databases.write_both() as (console, wraps):
        keyring = site.console.services.keyring(wraps)
        accounts.close(console, keyring, lena.user_id, site.desk().today())
        assert lena.user_id not in keyring.holders(pack_purpose(referral_id))
        packkeys.destroy(console, keyring, case_id)
    assert holders(site, pack_purpose(referral_id)) == set()


def test_a_pack_key_without_its_referral_is_destroyed_on_a_later_day(any_site: Site) -> None:
    site = any_site
    referral_id = referred(site.desk(), delivered(site))
    with site.console.databases.keyring.write() as wraps:
        site.console.services.keyring(wraps).put(pack_purpose(b"o" * 16), bytes(32), [])
    for _ in range(2):
        site.console.clock.forward(86_400)
        site.cycle()
    assert holders(site, pack_purpose(b"o" * 16)) == set()
    assert holders(site, pack_purpose(referral_id)) != set()


def test_nothing_of_whom_or_where_stands_in_clear(any_site: Site) -> None:
    site = any_site
    desk = site.desk()
    referral_id = referred(desk, delivered(site, "Nothing that a form repeats."), lines={"harm": "Bruises seen."})
    tell_everyone(desk, referral_id)
    tracking.acknowledge(desk, referral_id, 0, "They visit at noon.")
    advising.advise(desk, referral_id, {"role": "LADO", "advice": "Speak to the school.", "followed": "yes"})
    tables = ("referrals", "referral_recipients", "referral_records", "safeguarding_marks", "audit_entries", "alarms")
    with desk.databases.console.read() as console:
        stored = [bytes(str(row), "utf-8") + b"".join(bytes(v) for v in row if isinstance(v, (bytes, memoryview)))
                  for table in tables for row in console.execute(text(f"SELECT * FROM {table}"))]  # fmt: skip
        assert console.query(Referral).count() == 1
    everything = b"\n".join(stored)
    for words in ("boy", "police", "hit", "childrens-england", "Bruises", "noon", "school", "LADO", "MASH", "Bloggs"):
        assert words.encode() not in everything, words
