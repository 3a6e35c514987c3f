"""The Safeguarding tab of a case: its clock, referrals, a threat to life, the reporter's welfare."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from handler.cases.opened import desk, opened
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.conversation.questions import words as ready_words
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.safeguarding import daily, flagging, forms, hub, protecting, referring, rules, welfare
from handler.safeguarding.referring import PERSONS
from handler.safeguarding.tracking import STATES
from handler.safeguarding.wording import ReportersWords
from handler.services import services
from handler.triage import assessment
from handler.triage.known import thrive_of
from handler.triage.thrive import Thrive, ThriveNotComplete
from handler.vocabulary import vocabulary

blueprint = Blueprint("safeguards", __name__)
Problem = Mapping[str, str | None]


@blueprint.app_context_processor
def panel() -> dict[str, Any]:
    """For the panel of a threat to life, which the case's own page shows too."""
    return {"threat_times": flagging.TIMES, "safeguarding_marks": _marks, "duty_phone": services().settings.duty_phone}


@blueprint.get("/cases/<case_id>/safeguarding")
@allow(*CASE_ROLES)
def overview(case_id: str) -> str:
    return _page(opened(case_id), [])


@blueprint.get("/cases/<case_id>/safeguarding/refer")
@allow(*CASE_ROLES)
def form(case_id: str) -> str:
    """A new referral, whatever the state of the case."""
    row = opened(case_id)
    return _form(row, forms.beginning(_assessed(row), services().now()), [])


@blueprint.post("/cases/<case_id>/safeguarding/refer")
@allow(*CASE_ROLES)
def refer(case_id: str) -> str | tuple[str, int] | AnyResponse:
    row = opened(case_id)
    if "show" in request.form:
        return _form(row, request.form, [])
    errors: list[Problem] = []
    try:
        made = referring.refer(desk(), row.id, forms.draft_of(request.form))
    except NotAllowed:
        abort(404)
    except referring.ReferralNotComplete as refusal:
        errors = [{"text": text, "field": name} for name, text in refusal.problems.items()]
    except ReportersWords as refusal:
        errors = [{"text": str(refusal), "field": refusal.field}]
    except rules.NoDestination as refusal:
        errors = [{"text": str(refusal), "field": "destinations-0"}]
    except forms.NotADate as refusal:
        errors = [{"text": str(refusal), "field": "protected-day"}]
    if errors:
        return _form(row, request.form, errors), 400
    flash("The referral is written down. Make it now, and record each body that you told.", "success")
    page = "packs.phone" if "phone" in request.form else "packs.pack"
    return redirect(url_for(page, referral_id=made.hex()), 303)


@blueprint.get("/cases/<case_id>/safeguarding/phone")
@allow(*CASE_ROLES)
def fast_track(case_id: str) -> AnyResponse:
    """One press: the words of the newest referral, or the form that makes them."""
    row = opened(case_id)
    with services().databases.console.read() as console:
        written = referring.referrals_of(console, row.id)
    if written:
        return redirect(url_for("packs.phone", referral_id=written[0].id.hex()), 303)
    return redirect(url_for("safeguards.form", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/safeguarding/why-not-yet")
@allow(*CASE_ROLES)
def why(case_id: str) -> tuple[str, int] | AnyResponse:
    row = opened(case_id)
    words = request.form.get("why", "")
    return _act(row, lambda: daily.say_why(desk(), row.id, words), "why", "Today’s reason is kept.")


@blueprint.post("/cases/<case_id>/safeguarding/not-needed")
@allow(SUPERVISOR)
def not_needed(case_id: str) -> tuple[str, int] | AnyResponse:
    row = opened(case_id)
    words = request.form.get("not-needed", "")
    told = "It is decided that no referral is needed. The clock has ended."
    return _act(row, lambda: daily.decide_not_needed(desk(), row.id, words), "not-needed", told)


@blueprint.post("/cases/<case_id>/safeguarding/protected")
@allow(*CASE_ROLES)
def protect(case_id: str) -> tuple[str, int] | AnyResponse:
    """What was done to keep somebody safe, with or without a referral."""
    row, given = opened(case_id), request.form

    def do() -> None:
        when = forms.moment(given.get("protected-day", ""), given.get("protected-time", ""))
        if when is None:
            raise forms.NotADate
        protecting.protect(desk(), row.id, given.get("protection", ""), when)

    return _act(row, do, "protection", "What was done is recorded.")


@blueprint.post("/cases/<case_id>/safeguarding/times/<name>")
@allow(*CASE_ROLES)
def note_time(case_id: str, name: str) -> tuple[str, int] | AnyResponse:
    row = opened(case_id)
    if name not in flagging.TIMES:
        abort(404)
    return _act(row, lambda: flagging.note_time(desk(), row.id, name), f"time-{name}", "The time is noted.")


@blueprint.post("/cases/<case_id>/safeguarding/reporter/<name>")
@allow(HANDLER, SUPERVISOR)
def flag_reporter(case_id: str, name: str) -> tuple[str, int] | AnyResponse:
    row = opened(case_id)
    if name not in welfare.FLAGS:
        abort(404)
    told = f"{welfare.FLAGS[name]}: noted."
    return _act(row, lambda: flagging.flag_reporter(desk(), row.id, name), "welfare", told)


@blueprint.post("/cases/<case_id>/safeguarding/send/<name>")
@allow(HANDLER, SUPERVISOR)
def send(case_id: str, name: str) -> tuple[str, int] | AnyResponse:
    """Sends one of the ready texts, as it stands."""
    row = opened(case_id)
    if name not in flagging.SENT:
        abort(404)
    told = "The text is in the queue for the board, before other replies. That it was sent is kept."
    return _act(row, lambda: welfare.send_text(desk(), row.id, name), "welfare", told)


@blueprint.get("/cases/<case_id>/safeguarding/thrive.<ending>")
@allow(*CASE_ROLES)
def thrive(case_id: str, ending: str) -> Response:
    """The newest THRIVE to hand over, as text or JSON. 404 before there is one."""
    row = opened(case_id)
    found = _thrive(row)
    if found is None:
        abort(404)
    return summary(row.number, found.elements, ending)


def summary(number: str, elements: Mapping[str, Any], ending: str) -> Response:
    """A file to save. `ending`: "txt" or "json", others are 404."""
    if ending == "json":
        text = json.dumps(rules.summary_values(number, elements), ensure_ascii=False, indent=2)
    elif ending == "txt":
        text = rules.summary(number, elements)
    else:
        abort(404)
    answer = Response(text, content_type="application/json" if ending == "json" else "text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="THRIVE-{number}.{ending}"'
    return answer


def _act(row: Case, act: Any, field: str, told: str) -> tuple[str, int] | AnyResponse:
    try:
        act()
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _page(row, [{"text": str(refusal), "field": field}]), 400
    flash(told, "success")
    return redirect(url_for("safeguards.overview", case_id=row.id.hex()), 303)


def _page(row: Case, errors: Sequence[Problem]) -> str:
    try:
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    now = services().now()
    with services().databases.console.read() as console:
        due = daily.due(console, desk(), box)
        written = referring.referrals_of(console, row.id)
        names = {person.id: person.name for person in people(console)}
        found = _marks(row.id)
        protect_due, protections = protecting.due(console, desk(), box), protecting.protections(console, box)
    day, clock = forms.now_in_parts(now)
    return render_template(
        "safeguarding/case.html", case=row, due=due, referrals=written, names=names, marks=found, errors=errors,
        states=STATES, is_late=hub.is_late, now=now, welfare_flags=welfare.FLAGS, texts=welfare.TEXTS,
        ready_words=ready_words, sent=flagging.SENT, given=request.form, has_thrive=_thrive(row) is not None,
        not_needed=daily.NOT_NEEDED, protect_due=protect_due, protections=protections, day=day, clock=clock,
    )  # fmt: skip


def _form(row: Case, given: MultiDict[str, str], errors: Sequence[Problem]) -> str:
    nation = given.get("nation", "")
    possible = {term.id for term in rules.destinations(nation)}
    return render_template(
        "safeguarding/refer.html", case=row, given=given, errors=errors, persons=PERSONS,
        nations=vocabulary("nations"), bodies=forms.bodies(), possible=possible, thrive=vocabulary("thrive"),
        levels=vocabulary("thrive_levels"), most=referring.MOST,
    )  # fmt: skip


def _thrive(row: Case) -> Thrive | None:
    try:
        return thrive_of(_assessed(row).known.of("thrive"))
    except ThriveNotComplete:
        return None


def _assessed(row: Case) -> assessment.Assessment:
    try:
        return assessment.read(desk(), row.id)
    except NotAllowed:
        abort(404)


def _marks(case_id: bytes) -> Mapping[str, Any]:
    with services().databases.console.read() as console:
        return flagging.marks(console, case_id)
