"""Views that a person saved are theirs alone."""

import pytest

from handler.worklist.filters import parse
from handler.worklist.saved import MOST, NoViewName, TooManyViews, remove, save, views
from tests.handler.founded import FoundedConsole, Person
from tests.handler.reporters import Site

QUERY = "state=received&priority=1&flag=reprisal"


def names(site: Site, person: Person | None = None) -> list[tuple[str, str]]:
    with site.console.databases.console.read() as console:
        return [(view.name, view.filters.query()) for view in views(console, site.desk(person))]


def test_a_view_is_kept_by_name_for_one_person(any_console: FoundedConsole) -> None:
    site = Site.of(any_console)
    hana = any_console.add_person("Hana", "handler")
    save(site.desk(), "  zulu   night ", parse(QUERY))
    kept = save(site.desk(), "Alpha", parse("unread=yes"))
    assert names(site) == [("Alpha", "unread=yes"), ("zulu night", QUERY)]
    assert names(site, hana) == []
    remove(site.desk(hana), kept)
    assert len(names(site)) == 2, "nobody deletes another's"
    remove(site.desk(), kept)
    assert names(site) == [("zulu night", QUERY)]


def test_neither_name_nor_filters_are_on_the_disk(console: FoundedConsole) -> None:
    site = Site.of(console)
    save(site.desk(), "canary-63", parse("category=sexual"))
    console.databases.close()
    content = b"".join(path.read_bytes() for path in console.settings.home.rglob("*") if path.is_file())
    assert b"saved_views" in content
    assert b"canary-63" not in content
    assert b"category=sexual" not in content


def test_a_view_needs_a_name_of_its_own_and_there_are_not_many(console: FoundedConsole) -> None:
    desk = Site.of(console).desk()
    save(desk, "Night", parse(QUERY))
    for name in ("", "  ", "x" * 41, "night", "MINE"):
        with pytest.raises(NoViewName):
            save(desk, name, parse(QUERY))
    for number in range(1, MOST):
        save(desk, f"View {number}", parse(QUERY))
    with pytest.raises(TooManyViews):
        save(desk, "One more", parse(QUERY))
