"""The pages of an assessment: what is done and what is missing, and a page for each section."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.intake import routing
from handler.lifecycle import timing
from handler.lifecycle.clocks import CLOCKS
from handler.lifecycle.states import NEEDS, TRIAGE
from handler.services import services
from handler.triage import assessment as acts
from handler.triage.assessment import Assessment
from handler.triage.fields import Field, NotComplete, Values
from handler.triage.known import open_prompts
from handler.triage.sections import SECTIONS, NoSuchSection, Section, section
from handler.triage.summaries import lines
from handler.vocabulary import vocabulary

blueprint = Blueprint("triage", __name__)

SHOWN_CLOCKS = ("triage", "rethrive", "referral", "mandatory", "oversight")


@blueprint.get("/cases/<case_id>/assessment")
@allow(*CASE_ROLES)
def overview(case_id: str) -> str:
    """Every section with its newest answers, what is missing, and the priority with the way to it."""
    row = opened(case_id)
    found = _read(row)
    with services().databases.console.read() as console:
        clocks = [clock for _, clock in timing.clocks(console, row.id) if clock.kind in SHOWN_CLOCKS and clock.running]
    others = [NEEDS[name] for name in TRIAGE if name not in found.recorded and name not in _own()]
    return render_template(
        "triage/overview.html", case=found.case, found=found, sections=SECTIONS, lines=lines, names=_names(),
        missing=found.missing(), others=others, prompts=open_prompts(found.known), clocks=clocks, clock_texts=CLOCKS,
        now=services().now(), labels=routing.LABELS, streams=vocabulary("streams"),
    )  # fmt: skip


@blueprint.get("/cases/<case_id>/assessment/<section_id>")
@allow(HANDLER, SUPERVISOR)
def form(case_id: str, section_id: str) -> str:
    """One section: its questions, and its earlier versions."""
    row, part = opened(case_id), _section(section_id)
    found = _read(row)
    return _form(found, part, part.form(found.known), [])


@blueprint.post("/cases/<case_id>/assessment/<section_id>")
@allow(HANDLER, SUPERVISOR)
def save(case_id: str, section_id: str) -> Response | tuple[str, int]:
    row, part = opened(case_id), _section(section_id)
    sent = {name: request.form.getlist(name) for name in request.form}
    try:
        acts.save(desk(), row.id, part.id, sent)
    except NotAllowed:
        abort(404)
    except NotComplete as refusal:
        errors = [{"text": text, "field": name} for name, text in refusal.problems]
        return _again(row, part, refusal.values, errors)
    except Refused as refusal:
        return _again(row, part, _as_sent(row, part, sent), [{"text": str(refusal), "field": ""}])
    flash(f"{part.title}: saved.", "success")
    return redirect(url_for("triage.overview", case_id=case_id), 303)


def _again(row: Case, part: Section, values: Values, errors: list[dict[str, str]]) -> tuple[str, int]:
    """The form as it was filled in, with what is wrong."""
    found = _read(row)
    asked = [field.starting(values.get(field.name, "")) for field in part.ask(found.known)]
    return _form(found, part, asked, errors), 400


def _as_sent(row: Case, part: Section, sent: dict[str, list[str]]) -> Values:
    values: dict[str, Any] = {}
    for field in part.ask(_read(row).known):
        given = sent.get(field.name, [])
        values[field.name] = given if field.kind == "checkboxes" else "".join(given[:1])
    return values


def _form(found: Assessment, part: Section, asked: list[Field], errors: list[dict[str, str]]) -> str:
    groups: dict[str, list[Field]] = {}
    for field in asked:
        groups.setdefault(field.group or field.name, []).append(field)
    return render_template(
        "triage/section.html", case=found.case, found=found, part=part, groups=groups, errors=errors,
        notes=part.notes(found.known), lines=lines, names=_names(),
        versions=list(reversed(found.versions.get(part.id, ()))), locked=part.supervisor and not found.known.supervisor,
    )  # fmt: skip


def _read(row: Case) -> Assessment:
    try:
        return acts.read(desk(), row.id)
    except NotAllowed:
        abort(404)


def _section(section_id: str) -> Section:
    try:
        return section(section_id)
    except NoSuchSection:
        abort(404)


def _own() -> set[str]:
    return {name for part in SECTIONS for name in part.facts}


def _names() -> dict[bytes, str]:
    with services().databases.console.read() as console:
        return {person.id: person.name for person in people(console)}
