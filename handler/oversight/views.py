"""The pages of legal hold, of retention and destruction, and of an auditor who reads one case."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from crypto.post import Report
from handler.approvals import acts as approvals
from handler.cases import readers
from handler.cases.opened import desk, known, opened
from handler.cases.questionnaires import Answered, in_words
from handler.cases.reading import read_case
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.cases.views import STATUS_TEXTS
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import AUDITOR, SUPERVISOR
from handler.identity.users import people
from handler.intake.merging import MERGED
from handler.lifecycle.history import decisions
from handler.lifecycle.recording import notes_of
from handler.lifecycle.states import RETENTION
from handler.oversight import breakglass, destruction, hold
from handler.oversight.tables import CaseVisit, DestroyedCase
from handler.services import services

blueprint = Blueprint("oversight", __name__)


@blueprint.get("/oversight")
@allow(AUDITOR, SUPERVISOR)
def overview() -> str:
    return _overview()


@blueprint.post("/oversight/read")
@allow(AUDITOR)
def ask_to_read() -> tuple[str, int] | Response:
    try:
        breakglass.ask(desk(), request.form.get("number", "")[:64], request.form.get("reason", ""))
    except Refused as refusal:
        field = "reason-0" if isinstance(refusal, breakglass.NoVisitReason) else "number"
        return _overview(str(refusal), field), 400
    flash("Asked. A supervisor who holds the case answers.", "success")
    return redirect(url_for("oversight.overview"), 303)


@blueprint.post("/oversight/<case_id>/destroy")
@allow(AUDITOR, SUPERVISOR)
def ask_to_destroy(case_id: str) -> tuple[str, int] | Response:
    row = known(case_id)
    try:
        destruction.ask(desk(), row.id, request.form.get("reason", ""))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _overview(str(refusal), f"reason-{case_id}"), 400
    flash("Asked. Somebody of the other role answers, on the page of approvals.", "success")
    return redirect(url_for("oversight.overview"), 303)


@blueprint.get("/oversight/<case_id>")
@allow(AUDITOR)
def visit(case_id: str) -> str:
    """The case, to be read and for nothing else, while the day lasts."""
    row = known(case_id)
    with services().databases.console.read() as console:
        found = console.get(CaseVisit, (row.id, desk().unlocked.user_id))
    if found is None or found.until <= desk().now():
        abort(404)
    try:
        view = read_case(desk(), row.id, marks=False)
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    with services().databases.console.read() as console:
        names = {person.id: person.name for person in people(console)}
        decided, kept = decisions(console, box, names), notes_of(console, box)
    return render_template(
        "oversight/visit.html", view=view, case=view.case, until=found.until, decided=decided, kept=kept, names=names,
        answers=_worded(view.report.answers) if view.report.answers else [], in_words=_worded,
        statuses=STATUS_TEXTS,
    )  # fmt: skip


@blueprint.get("/cases/<case_id>/hold")
@allow(SUPERVISOR)
def ask_hold(case_id: str) -> str:
    return _hold(opened(case_id))


@blueprint.post("/cases/<case_id>/hold")
@allow(SUPERVISOR)
def change_hold(case_id: str) -> tuple[str, int] | Response:
    """Sets it, or asks a second supervisor to lift it."""
    row = opened(case_id)
    lifts = hold.held(row)
    try:
        words = request.form.get("words", "")
        if lifts:
            hold.ask_lift(desk(), row.id, words)
        else:
            hold.set_hold(desk(), row.id, words, pii=request.form.get("pii") == "yes")
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _hold(row, str(refusal)), 400
    flash("Asked. Another supervisor answers." if lifts else "The legal hold stands.", "success")
    return redirect(url_for("cases.case", case_id=case_id), 303)


@blueprint.app_template_global()
def visits_of(case_id: bytes) -> list[tuple[str, int]]:
    """Which auditors read a case at the moment, and until when: shown to all who work on it."""
    with services().databases.console.read() as console:
        names = {person.id: person.name for person in people(console)}
        return [(names[one.user_id], one.until) for one in breakglass.visits(console, case_id, desk().now())]


def _worded(report: Report) -> list[Answered]:
    return list(in_words(services().settings, report))


def _hold(row: Case, problem: str = "") -> str:
    try:
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    with services().databases.console.read() as console:
        stands = hold.standing(console, box)
        waits = any(one.act == hold.LIFT for one in approvals.of_case(console, row.id, desk().now()))
        names = {person.id: person.name for person in people(console)}
    return render_template(
        "oversight/hold.html", case=row, stands=stands, waits=waits, names=names, words=request.form.get("words", ""),
        pii=request.form.get("pii", "no"), errors=[{"text": problem, "field": "words"}] if problem else [],
    )  # fmt: skip


def _overview(problem: str = "", field: str | None = None) -> str:
    me = desk().unlocked
    with services().databases.console.read() as console:
        review = select(Case).where(Case.state == RETENTION).order_by(Case.sequence)
        if not me.may(AUDITOR):
            review = review.where(Case.id.in_(readers.of_person(me.user_id)))
        gone = select(DestroyedCase).order_by(DestroyedCase.destroyed.desc(), DestroyedCase.number)
        names = {person.id: person.name for person in people(console)}
        rows = [row for row in console.scalars(review) if MERGED not in row.sides.split()]
        together = {row.id: destruction.together(console, row.id, lock=False) for row in rows}
        waiting = {
            row.id
            for row in rows
            if any(one.act.startswith(destruction.DESTROY) for one in approvals.of_case(console, row.id, desk().now()))
        }
        return render_template(
            "oversight/overview.html", review=rows, waiting=waiting, together=together,
            held={row.id for row in rows if any(hold.held(one) for one in together[row.id])},
            gone=console.scalars(gone).all(), mine=breakglass.of_person(console, me.user_id, desk().now()),
            names=names, why=list(breakglass.REASONS.items()), grounds=destruction.REASONS,
            number=request.form.get("number", ""), today=desk().today(),
            errors=[{"text": problem, "field": field}] if problem else [],
        )  # fmt: skip
