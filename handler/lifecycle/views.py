"""The pages of a case's way: a page for each step, what is recorded, tasks, the decision log and the timeline."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crypto.calendar import day_of
from handler.cases.opened import desk, opened
from handler.cases.records import CaseBox
from handler.cases.replies import has_words
from handler.cases.tables import Case
from handler.deconfliction.candidates import NAME as DECONFLICTION
from handler.deconfliction.candidates import look
from handler.drafts import store as drafts
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SENIOR_DECIDER, SUPERVISOR
from handler.identity.users import people
from handler.lifecycle import history as past
from handler.lifecycle import retention, stepforms
from handler.lifecycle.acts import move
from handler.lifecycle.links import recorded_at
from handler.lifecycle.notes import KEPT, SPECS, NotFilledIn, Spec, about
from handler.lifecycle.outcomes import APPEALS
from handler.lifecycle.recording import keep_note, notes_of
from handler.lifecycle.standing import Offer, offers
from handler.lifecycle.stepforms import StepForm
from handler.lifecycle.tasks import add as add_task
from handler.lifecycle.tasks import finish, tasks_of, untick
from handler.people import reading
from handler.people.smallgroup import to_consider
from handler.services import services
from handler.vocabulary.load import vocabulary
from handler.web.addresses import identity

blueprint = Blueprint("work", __name__)
DELETION = "deletion"

Problem = Mapping[str, str | None]
"""One line of an error summary: its text, and the id of the field or None."""


@blueprint.get("/cases/<case_id>/step/<end>")
@allow(*CASE_ROLES)
def step(case_id: str, end: str) -> str:
    """What the step asks, and what is still missing for it."""
    row = opened(case_id)
    return _step_page(row, _offer(row, end), {}, [])


@blueprint.post("/cases/<case_id>/step/<end>")
@allow(*CASE_ROLES)
def take_step(case_id: str, end: str) -> tuple[str, int] | Response:
    row = opened(case_id)
    offer = _offer(row, end)
    form = stepforms.form_of(offer.way, offer.planned)
    taken = stepforms.read(form, request.form)
    errors: list[Problem] = [*stepforms.missing(form, taken)]
    if not errors:
        try:
            moved = move(desk(), row.id, taken)
        except NotAllowed:
            abort(404)
        except Refused as refusal:
            errors = [{"text": str(refusal), "field": _field(form, refusal)}]
    if errors:
        return _step_page(row, offer, request.form, errors), 400
    asked = f"{offer.title}: a second person is asked. It is done once they approve."
    flash(asked if moved.waits is not None else f"{offer.title}: done.", "success")
    return redirect(url_for("cases.case", case_id=case_id), 303)


@blueprint.get("/cases/<case_id>/records")
@allow(*CASE_ROLES)
def records(case_id: str) -> str:
    """Everything recorded of the handling, and the tasks."""
    return _records_page(opened(case_id), [])


@blueprint.get("/cases/<case_id>/record/<name>")
@allow(*CASE_ROLES)
def form(case_id: str, name: str) -> str:
    """A new record of one kind."""
    row = opened(case_id)
    return _record_page(row, _spec(name), {}, [])


@blueprint.post("/cases/<case_id>/record/<name>")
@allow(*CASE_ROLES)
def keep(case_id: str, name: str) -> tuple[str, int] | Response:
    row, spec = opened(case_id), _spec(name)
    try:
        keep_note(desk(), row.id, name, {**request.form, "shown": _shown(row, spec)})
    except NotAllowed:
        abort(404)
    except NotFilledIn as refusal:
        choices = {one.name for one in spec.fields if one.options}
        errors = [
            {"text": f"{label.rstrip('?')}: fill this in", "field": f"{name}-0" if name in choices else name}
            for name, label in refusal.fields.items()
        ]
        return _record_page(row, spec, request.form, errors), 400
    except Refused as refusal:
        errors = [{"text": str(refusal), "field": [field.name for field in spec.fields if field.kind != KEPT][-1]}]
        return _record_page(row, spec, request.form, errors), 400
    flash(f"{spec.title}: recorded.", "success")
    if request.form.get("reprisal") == "yes" and desk().unlocked.may(HANDLER, SUPERVISOR):
        return redirect(url_for("related.form", case_id=case_id, ground="reprisal"), 303)
    if spec.name == DELETION and _reply_drafted(row, request.form.get("answer", "")):
        return redirect(url_for("cases.case", case_id=case_id, _anchor="reply"), 303)
    return redirect(url_for("work.records", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/tasks")
@allow(*CASE_ROLES)
def task(case_id: str) -> tuple[str, int] | Response:
    row = opened(case_id)
    try:
        add_task(desk(), row.id, request.form.get("task", ""), request.form.get("due", ""))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _records_page(row, [{"text": str(refusal), "field": "task"}]), 400
    flash("The task is added.", "success")
    return redirect(url_for("work.records", case_id=case_id, _anchor="tasks"), 303)


@blueprint.post("/cases/<case_id>/tasks/<task_id>/done")
@allow(*CASE_ROLES)
def task_done(case_id: str, task_id: str) -> Response:
    row = opened(case_id)
    try:
        finish(desk(), row.id, identity(task_id, 16))
    except Refused:
        abort(404)
    undo = url_for("work.task_undone", case_id=case_id, task_id=task_id)
    flash("The task is done.", f"success {undo}")
    return redirect(url_for("work.records", case_id=case_id, _anchor="tasks"), 303)


@blueprint.post("/cases/<case_id>/tasks/<task_id>/undone")
@allow(*CASE_ROLES)
def task_undone(case_id: str, task_id: str) -> Response:
    row = opened(case_id)
    try:
        untick(desk(), row.id, identity(task_id, 16))
    except Refused:
        abort(404)
    flash("The task is open again.", "success")
    return redirect(url_for("work.records", case_id=case_id, _anchor="tasks"), 303)


@blueprint.get("/cases/<case_id>/history")
@allow(*CASE_ROLES)
def history(case_id: str) -> str:
    """The decision log and the timeline."""
    row = opened(case_id)
    box = _box(row)
    with services().databases.console.read() as console:
        names = {person.id: person.name for person in people(console)}
        decided = past.decisions(console, box, names)
        events = past.timeline(console, box, names)
    return render_template("lifecycle/history.html", case=row, decided=decided, events=events)


def _step_page(row: Case, offer: Offer, given: object, errors: Sequence[Problem]) -> str:
    today = desk().deadlines.calendar.day_of(desk().now())
    form, box = stepforms.form_of(offer.way, offer.planned), _box(row)
    with services().databases.console.read() as console:
        small_group = form.logged and to_consider(console, box)
        keep = retention.proposed(console, box, today) if "retention-day" in form.said else None
    return render_template(
        "lifecycle/step.html", case=row, offer=offer, form=form, given=given, errors=errors,
        where={name: recorded_at(row.id, name, desk().unlocked) for name in offer.missing}, headings=vocabulary("ndm"),
        reasons=_options("nfa_reasons"), findings=_options("findings"), sanctions=_options("sanctions"),
        dispositions=_dispositions(row, form),
        appeals=[(key, text, "") for key, text in APPEALS.items()], keep=keep, small_group=small_group,
        no_reply=(today + timedelta(days=desk().deadlines.no_reply_days)).isoformat(),
    )  # fmt: skip


def _dispositions(row: Case, form: StepForm) -> list[stepforms.Option]:
    """Those that this person may choose in this case."""
    decides, asked = desk().unlocked.may(SUPERVISOR, SENIOR_DECIDER), row.stream == "request"
    for_acu = {term.id for term in vocabulary("dispositions") if term.more.get("acu")}
    return [one for one in form.dispositions if (decides or one[0] in for_acu) and (asked or one[0] != "declined")]


def _options(name: str) -> list[stepforms.Option]:
    return stepforms.options(vocabulary(name))


def _record_page(row: Case, spec: Spec, given: object, errors: Sequence[Problem]) -> str:
    looked = look(desk(), row.id) if spec.name == DECONFLICTION else None
    if spec.of_subject:
        with services().databases.console.read() as console:
            subjects = reading.subjects(console, _box(row))
        spec = about(spec, subjects) if subjects else spec
    return render_template("lifecycle/record.html", case=row, spec=spec, given=given, errors=errors, looked=looked)


def _reply_drafted(row: Case, text: str) -> bool:
    """Puts the answer into the form of the reply, where the reporter has words and no reply is begun."""
    with services().databases.console.read() as console:
        if not has_words(console, row.id) or drafts.find(desk(), row.id, "reply") is not None:
            return False
    drafts.keep(desk(), row.id, "reply", {"text": [text]})
    return True


def _shown(row: Case, spec: Spec) -> str:
    """What stood before the form, for the record; "" where nothing does."""
    return look(desk(), row.id).in_words if spec.name == DECONFLICTION else ""


def _records_page(row: Case, errors: Sequence[Problem]) -> str:
    box = _box(row)
    with services().databases.console.read() as console:
        kept, tasks = notes_of(console, box), tasks_of(console, box, desk().today())
        names = {person.id: person.name for person in people(console)}
    mine = [spec for spec in SPECS.values() if desk().unlocked.may(*spec.roles)]
    return render_template(
        "lifecycle/records.html", case=row, kept=kept, tasks=tasks, specs=mine, names=names, errors=errors,
        given=request.form, day_of=day_of,
    )  # fmt: skip


def _field(form: StepForm, refusal: Refused) -> str | None:
    field = stepforms.FIELD_OF.get(type(refusal))
    if field == "day":
        return next((name for name in form.said if name.endswith("-day")), None)
    return stepforms.FIRST.get(field or "", field)


def _offer(row: Case, end: str) -> Offer:
    """404 where the case's state and the person's roles have no such step."""
    with services().databases.console.read() as console:
        found = [offer for offer in offers(console, desk(), console.get_one(Case, row.id)) if offer.way.end == end]
    if not found:
        abort(404)
    return found[0]


def _spec(name: str) -> Spec:
    spec = SPECS.get(name)
    if spec is None:
        abort(404)
    if not desk().unlocked.may(*spec.roles):
        abort(403)
    return spec


def _box(row: Case) -> CaseBox:
    try:
        return CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
