"""Who left or lost a role may have copies of the console's keys: what is replaced at once, what is said until it is."""

from sqlalchemy import select

from crypto.calendar import epoch_of
from handler.audit.tables import AuditEntry
from handler.cases.tables import Case
from handler.identity import users
from handler.identity.leaving import leave
from handler.identity.rolechange import change
from handler.keys import lost
from handler.keys.certification import WEEKS_AHEAD
from handler.keys.unlocked import Unlocked
from handler.pickup.alarms import alarms
from handler.publication.rotating import rotate
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of

WEEK = 7 * 86_400


def copies(site: Site) -> list[tuple[str, str]]:
    with site.console.databases.console.read() as console:
        return [(copy.name, copy.kind) for copy in lost.copies(console, site.desk().today())]


def raised(site: Site) -> bool:
    with site.console.databases.console.read() as console:
        return lost.ALARM in {alarm.key for alarm in alarms(console)}


def secrets(site: Site, person: Person | None = None) -> dict[str, bytes]:
    """What somebody can make a copy of, cases aside."""
    who: Unlocked = site.console.unlocked(person or site.console.supervisor)
    with site.desk().keyring() as keyring:
        purposes = [one for one in keyring.purposes(who.user_id) if not one.startswith("case ")]
        return {purpose: keyring.get(purpose, who) for purpose in purposes}


def test_a_leavers_copies_open_no_week_that_no_page_has_shown_and_the_rest_is_said_until_it_is_replaced(
    any_site: Site,
) -> None:
    site = any_site
    ann = site.console.add_person("Ann", "intake", "handler")
    site.deliver(Reporter.new(site).report())
    kept, week = secrets(site, ann), epoch_of(site.desk().today())
    left = leave(site.desk(), ann.user_id)
    now = secrets(site)
    same = {purpose for purpose in kept if kept[purpose] == now.get(purpose)}
    assert {one for one in same if one.startswith("epoch ")} == {f"epoch psu {week + ahead}" for ahead in range(3)}
    assert {f"epoch psu {week + ahead}" for ahead in range(WEEKS_AHEAD + 1)} <= set(now), "every week has a key again"
    assert [copy.kind for copy in left.copies] == ["epoch", "reply", "search"]
    assert raised(site)
    site.cycle()
    assert raised(site), "nobody has done anything yet"
    done = rotate(site.console.services, site.desk().unlocked)
    assert (len(done.revoked), done.weeks) == (1, 0)
    assert not raised(site)
    assert copies(site) == [("Ann", "epoch"), ("Ann", "search")]
    site.console.clock.forward(4 * WEEK)
    site.cycle()
    site.deliver(Reporter.new(site).report("Under a weekly key that was replaced."))
    with site.console.databases.console.read() as console:
        assert len(console.scalars(select(Case.id)).all()) == 2
    assert copies(site) == [("Ann", "search")]


def test_weekly_keys_wait_for_a_rotation_where_the_act_could_not_replace_them(site: Site) -> None:
    ann = site.console.add_person("Ann", "intake")
    today = site.desk().today()
    with site.console.databases.write_both() as (console, wraps):  # as if the machine had stopped after the first part
        keyring = site.console.services.keyring(wraps)
        lost.note(console, ann.user_id, keyring.purposes(ann.user_id), today)
        keyring.revoke_all(ann.user_id)
        users.disable(console, ann.user_id, today)
    assert ("Ann", "ahead") in copies(site)
    site.cycle()
    assert raised(site)
    assert rotate(site.console.services, site.desk().unlocked).weeks == WEEKS_AHEAD - 2
    assert not raised(site)
    assert ("Ann", "ahead") not in copies(site)


def test_a_role_that_is_taken_is_told_on_the_page_until_the_rotation_or_until_it_is_given_back(site: Site) -> None:
    olu = site.console.add_person("Olu", "handler", "supervisor")
    change(site.desk(), olu.user_id, ["auditor"])
    assert copies(site) == [("Olu", "authority"), ("Olu", "reply"), ("Olu", "search")]
    page = browser_of(site, site.console.supervisor).get("/people").text
    assert "Reply key, lost by Olu on" in page
    assert "handler key rotate" in page
    change(site.desk(), olu.user_id, ["handler"])
    assert copies(site) == [("Olu", "authority")]
    assert not raised(site)
    rotate(site.console.services, site.desk().unlocked)
    change(site.desk(), olu.user_id, ["auditor"])
    assert ("Olu", "reply") in copies(site), "of the new key"
    with site.console.databases.console.read() as console:
        assert console.scalars(select(AuditEntry.number).where(AuditEntry.act == "reply key replaced")).all()
