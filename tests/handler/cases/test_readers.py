"""The index of who holds which case follows the keyring, and is mended when it does not."""

from sqlalchemy import delete, insert, select

from handler.cases import readers
from handler.cases.sharing import share, take_away
from handler.cases.tables import CaseReader
from handler.identity import accounts
from handler.keys.keyring import case_purpose
from handler.keys.unlocked import RECOVERY_ID
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of


def indexed(site: Site) -> set[bytes]:
    with site.console.databases.console.read() as console:
        return set(console.scalars(select(CaseReader.user_id).where(CaseReader.case_id == case_id_of(site))))


def held(site: Site) -> set[bytes]:
    with site.desk().keyring() as keyring:
        return keyring.holders(case_purpose(case_id_of(site))) - {RECOVERY_ID}


def test_the_index_is_as_the_keyring_after_every_change(any_site: Site) -> None:
    site = any_site
    early = site.console.add_person("Early", "handler")
    site.deliver(Reporter.new(site).report())
    late = site.console.add_person("Late", "handler")
    assert early.user_id in indexed(site) == held(site)
    share(site.desk(), case_id_of(site), late.user_id)
    assert late.user_id in indexed(site) == held(site)
    take_away(site.desk(), case_id_of(site), early.user_id)
    assert early.user_id not in indexed(site) == held(site)
    with site.console.databases.write_both() as (console, wraps):
        accounts.close(console, site.console.services.keyring(wraps), late.user_id, site.desk().today())
    assert late.user_id not in indexed(site) == held(site)


def test_the_daily_upkeep_mends_the_index(any_site: Site) -> None:
    site = any_site
    site.deliver(Reporter.new(site).report())
    right = held(site)
    with site.console.databases.console.write() as console:
        console.execute(delete(CaseReader))
        console.execute(insert(CaseReader).values(user_id=bytes(16), case_id=case_id_of(site)))
    site.console.clock.forward(86_400)
    site.cycle()
    assert indexed(site) == right
    with site.console.databases.console.write() as console, site.console.databases.keyring.read() as wraps:
        assert readers.agree(console, site.console.services.keyring(wraps)) == 0
