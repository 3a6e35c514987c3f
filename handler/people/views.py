"""The page of a case's people, and the form of one entry."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.opened import desk, opened
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people as users
from handler.people import acts
from handler.people.entries import BEGIN, KINDS, LISTS, EntryNotComplete
from handler.people.reading import Person, present
from handler.people.smallgroup import to_consider
from handler.services import services
from handler.vocabulary import vocabulary
from handler.web.addresses import identity

blueprint = Blueprint("persons", __name__)

Problem = Mapping[str, str]


@blueprint.get("/cases/<case_id>/people")
@allow(*CASE_ROLES)
def listing(case_id: str) -> str:
    """Everyone, by role; earlier versions and those taken out below."""
    row = opened(case_id)
    everyone = _read(row)
    return render_template(
        "people/listing.html", case=row, people=present(everyone), names=_names(), small_group=_small_group(row),
        out=[person for person in everyone if person.newest.removed], roles=vocabulary("person_roles"),
    )  # fmt: skip


@blueprint.get("/cases/<case_id>/people/new")
@allow(HANDLER, SUPERVISOR)
def new(case_id: str) -> str:
    return _form(opened(case_id), {**BEGIN, "role": request.args.get("role", "")}, [])


@blueprint.post("/cases/<case_id>/people/new")
@allow(HANDLER, SUPERVISOR)
def add(case_id: str) -> Response | tuple[str, int]:
    return _save(opened(case_id), None)


@blueprint.get("/cases/<case_id>/people/<person_id>")
@allow(HANDLER, SUPERVISOR)
def form(case_id: str, person_id: str) -> str:
    row = opened(case_id)
    person = _person(row, person_id)
    return _form(row, person.entry.values, [], person)


@blueprint.post("/cases/<case_id>/people/<person_id>")
@allow(HANDLER, SUPERVISOR)
def correct(case_id: str, person_id: str) -> Response | tuple[str, int]:
    row = opened(case_id)
    return _save(row, _person(row, person_id))


@blueprint.post("/cases/<case_id>/people/<person_id>/out")
@allow(HANDLER, SUPERVISOR)
def take_out(case_id: str, person_id: str) -> Response | tuple[str, int]:
    row = opened(case_id)
    person = _person(row, person_id)
    try:
        acts.remove(desk(), row.id, person.id, request.form.get("why", ""))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _form(row, person.entry.values, [{"text": str(refusal), "field": "why"}], person), 400
    flash("The entry is taken out. It stays in the history.", "success")
    return redirect(url_for("persons.listing", case_id=case_id), 303)


def _save(row: Case, person: Person | None) -> Response | tuple[str, int]:
    person_id = person.id if person is not None else None
    try:
        acts.save(desk(), row.id, request.form, person_id, request.form.get("seen", ""))
    except NotAllowed:
        abort(404)
    except EntryNotComplete as refusal:
        errors = [{"text": text, "field": name} for name, text in refusal.fields.items()]
        return _form(row, request.form, errors, person), 400
    except Refused as refusal:
        return _form(row, request.form, [{"text": str(refusal), "field": "role"}], person), 400
    flash("Saved. Earlier versions are kept." if person is not None else "The person is in the case now.", "success")
    return redirect(url_for("persons.listing", case_id=row.id.hex()), 303)


def _small_group(row: Case) -> bool:
    with services().databases.console.read() as console:
        return to_consider(console, CaseBox(row.id, desk().case_key(row.id)))


def _form(row: Case, values: Mapping[str, str], errors: Sequence[Problem], person: Person | None = None) -> str:
    lists = {name: vocabulary(kept) for name, kept in LISTS.items()}
    return render_template(
        "people/form.html", case=row, given=values, errors=errors, person=person, lists=lists, kinds=KINDS,
        why=request.form.get("why", ""),
    )  # fmt: skip


def _read(row: Case) -> Sequence[Person]:
    try:
        return acts.read_people(desk(), row.id)
    except NotAllowed:
        abort(404)


def _person(row: Case, person_id: str) -> Person:
    wanted = identity(person_id, 16)
    found = next((person for person in present(_read(row)) if person.id == wanted), None)
    if found is None:
        abort(404)
    return found


def _names() -> dict[bytes, str]:
    with services().databases.console.read() as console:
        return {person.id: person.name for person in users(console)}
