"""Entries of people, as a form sends them; and cases for them."""

from sqlalchemy import select

from handler.cases.listing import open_case
from handler.cases.tables import Case
from handler.lifecycle import conflict
from handler.people.entries import BEGIN
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site


def entry(name: str = "John Smith", **changed: str) -> dict[str, str]:
    """A subject, unless changed."""
    return {**BEGIN, "role": "subject", "name": name, **changed}


def group(**changed: str) -> dict[str, str]:
    return entry("", kind="group", group="The night shift at the front desk", number="4", **changed)


def new_case(site: Site, text: str = "Something happened.") -> bytes:
    """A case that the supervisor has opened without a conflict; its id."""
    site.deliver(Reporter.new(site).report(text))
    with site.console.databases.console.read() as console:
        case_id = console.scalars(select(Case.id).order_by(Case.sequence.desc())).first()
    assert case_id is not None
    open_to(site, case_id)
    return case_id


def open_to(site: Site, case_id: bytes, person: Person | None = None) -> None:
    """Says why, and that there is no conflict."""
    open_case(site.desk(person), case_id, "new")
    conflict.confirm(site.desk(person), case_id, ticked=True)


def case_of(site: Site, case_id: bytes) -> Case:
    with site.console.databases.console.read() as console:
        return console.get_one(Case, case_id)
