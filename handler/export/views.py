"""The pages of disclosures: what went out or waits, the form for a new one, the pack."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from crypto.errors import ProtocolError
from handler.cases.files import NO_KEY
from handler.cases.opened import desk, opened
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.export import acts
from handler.export.pack import build
from handler.export.rules import KINDS, PARTS, NotSaid, RawWords, Request, TextOnly, WordsSealed, missing
from handler.identity.access import allow
from handler.identity.roles import ACU_LIAISON, CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.pickup.cycle import piece_store
from handler.services import services
from handler.vocabulary import vocabulary
from handler.web.addresses import identity

blueprint = Blueprint("export", __name__)

Problem = Mapping[str, str | None]
STATES = {
    "waiting": "Waits for a second person",
    "approved": "Approved",
    "refused": "Refused",
    "withdrawn": "Taken back",
    "lapsed": "Lapsed",
}


@blueprint.get("/cases/<case_id>/disclosures")
@allow(*CASE_ROLES)
def listing(case_id: str) -> str:
    return _listing(opened(case_id), [])


@blueprint.get("/cases/<case_id>/disclosures/new")
@allow(HANDLER, SUPERVISOR, ACU_LIAISON)
def form(case_id: str) -> str:
    return _form(opened(case_id), [])


@blueprint.post("/cases/<case_id>/disclosures/new")
@allow(HANDLER, SUPERVISOR, ACU_LIAISON)
def ask(case_id: str) -> tuple[str, int] | AnyResponse:
    row, given = opened(case_id), request.form
    named = ("kind", "recipient", "purpose", "basis", "text", "handling", "action", "sanitisation")
    texts = {name: given.get(name, "").strip() for name in named}
    if texts["handling"] == "P":
        texts |= {"action": "", "sanitisation": ""}
    parts = tuple(part for part in given.getlist("parts") if part in PARTS)
    try:
        asked = Request(**texts, parts=parts, files=tuple(given.getlist("files")))
        if given.get("read") != "yes":
            unread = {"read": "Tick that you have looked for what could show who reported"}
            raise NotSaid({**missing(asked), **unread})
        acts.ask(desk(), piece_store(services().settings), row.id, asked)
    except NotAllowed:
        abort(404)
    except NotSaid as refusal:
        return _form(row, [{"text": text, "field": name} for name, text in refusal.fields.items()]), 400
    except (RawWords, TextOnly, WordsSealed) as refusal:
        return _form(row, [{"text": str(refusal), "field": refusal.field}]), 400
    except (Refused, ProtocolError, ValueError) as refusal:
        text = str(refusal) if not isinstance(refusal, ValueError) else "There is no such file in this case."
        return _form(row, [{"text": text, "field": "text"}]), 400
    flash("A second person is asked. It can be saved once they approve.", "success")
    return redirect(url_for("export.listing", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/disclosures/<disclosure_id>/pack")
@allow(HANDLER, SUPERVISOR, ACU_LIAISON)
def pack(case_id: str, disclosure_id: str) -> tuple[str, int] | Response:
    row = opened(case_id)
    try:
        made = build(desk(), piece_store(services().settings), row.id, identity(disclosure_id, 16))
    except NotAllowed:
        abort(404)
    except (Refused, ProtocolError) as refusal:
        return _listing(row, [{"text": str(refusal), "field": None}]), 400
    answer = Response(made, content_type="application/zip")
    name = f"OFFICIAL-SENSITIVE {row.number} {disclosure_id[:8]}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/cases/<case_id>/disclosures/<disclosure_id>/answer")
@allow(HANDLER, SUPERVISOR, ACU_LIAISON)
def answer(case_id: str, disclosure_id: str) -> tuple[str, int] | AnyResponse:
    row = opened(case_id)
    try:
        settled = request.form.get("settled") == "yes"
        acts.answered(desk(), row.id, identity(disclosure_id, 16), request.form.get("back", ""), settled=settled)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _listing(row, [{"text": str(refusal), "field": f"back-{disclosure_id}"}]), 400
    flash("What they said is recorded.", "success")
    return redirect(url_for("export.listing", case_id=case_id), 303)


def _listing(row: Case, errors: Sequence[Problem]) -> str:
    try:
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    with services().databases.console.read() as console:
        told = acts.of_case(console, desk(), box)
        names = {person.id: person.name for person in people(console)}
    return render_template(
        "export/listing.html", case=row, told=told, names=names, kinds=KINDS, parts=PARTS, states=STATES,
        errors=errors, now=services().now(),
    )  # fmt: skip


def _form(row: Case, errors: Sequence[Problem]) -> str:
    try:
        view = read_case(desk(), row.id)
    except NotAllowed:
        abort(404)
    files = [
        (f"{entry.record_id.hex()}/{place}", ref.name)
        for entry in (view.report, *view.entries)
        for place, ref in enumerate(entry.files)
        if ref.key != NO_KEY
    ]
    return render_template(
        "export/form.html", case=row, errors=errors, given=request.form, files=files, kinds=KINDS, parts=PARTS,
        actions=_terms("action_codes"), sanitisations=_terms("sanitisation_codes"), handlings=_terms("handling_codes"),
    )  # fmt: skip


def _terms(name: str) -> list[tuple[str, str, str]]:
    return [(term.id, term.text, term.help) for term in vocabulary(name)]
