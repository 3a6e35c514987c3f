"""After access was taken away, what a person kept of the keyring opens nothing of the case in the database."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from crypto.errors import BadSeal
from crypto.secret import ContentKey
from crypto.wrapping import content_open, unwrap
from handler.cases.listing import open_case
from handler.cases.reading import read_case
from handler.cases.sharing import TooFew, share, take_away
from handler.cases.tables import CaseRecord
from handler.errors import NotAllowed
from handler.keys.tables import Wrap
from handler.lifecycle.conflict import LastHolder, recuse
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import case_id_of

Kept = list[tuple[str, bytes]]


def kept_copy(site: Site) -> Kept:
    """The whole keyring as it stands: what somebody with the disk in hand could keep."""
    with site.console.databases.keyring.read() as keyring:
        return [(row.purpose, row.sealed) for row in keyring.scalars(select(Wrap))]


def opens(site: Site, person: Person, kept: Kept) -> int:
    """How many records of all cases open with what a person's own key opens of a kept copy."""
    me = site.console.unlocked(person)
    return count_opened(site, [key for row in kept if (key := _key(me.opener, me.site, *row)) is not None])


def count_opened(site: Site, keys: list[ContentKey]) -> int:
    found = 0
    with site.console.databases.console.read() as console:
        rows = console.scalars(select(CaseRecord)).all()
    for row in rows:
        for key in keys:
            try:
                content_open(key, row.case_id, row.id, row.kind, row.sealed)
            except BadSeal:
                continue
            found += 1
    return found


def _key(opener: object, site_id: bytes, purpose: str, sealed: bytes) -> ContentKey | None:
    try:
        secret = unwrap(opener, site_id, purpose, sealed)  # type: ignore[arg-type]
    except BadSeal:
        return None
    return ContentKey(secret) if purpose.startswith("case ") else None


def taken(site: Site, hana: Person) -> None:
    take_away(site.desk(), case_id_of(site), hana.user_id)


def recused(site: Site, hana: Person) -> None:
    recuse(site.desk(hana), case_id_of(site))


WAYS: dict[str, Callable[[Site, Person], None]] = {"taken away": taken, "recused": recused}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_opens_with_a_copy_of_the_keyring_from_before(any_site: Site, way: str) -> None:
    site = any_site
    hana = site.console.add_person("Hana", "handler")
    reporter = Reporter.new(site)
    site.deliver(reporter.report("He takes money."))
    kept = kept_copy(site)
    assert opens(site, hana, kept) >= 4
    WAYS[way](site, hana)
    assert opens(site, hana, kept) == 0
    site.deliver(reporter.follow_up("There is more."))
    assert opens(site, hana, kept) == 0
    with pytest.raises(NotAllowed):
        site.desk(hana).case_key(case_id_of(site))
    assert read_case(site.desk(), case_id_of(site)).entries[-1].text == "There is more."


def test_the_last_who_can_hand_a_case_on_keeps_it(any_site: Site) -> None:
    site = any_site
    olu = site.console.add_person("Olu", "senior-decider")
    site.deliver(Reporter.new(site).report())
    case_id = case_id_of(site)
    share(site.desk(), case_id, olu.user_id)
    with pytest.raises(LastHolder):
        recuse(site.desk(), case_id)
    with pytest.raises(TooFew):
        take_away(site.desk(olu), case_id, site.console.supervisor.user_id)
    open_case(site.desk(), case_id, "new")
