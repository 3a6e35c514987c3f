"""What is done from the list: going to a case, assigning, putting junk aside and taking it back, saving views; and the
page on which a case's place in the queue is changed."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from handler.cases.desk import Desk
from handler.cases.opened import desk, opened
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.services import services
from handler.vocabulary.load import vocabulary
from handler.web.addresses import identity
from handler.worklist import aside, assigning, ordering, ranked, saved
from handler.worklist.addresses import Place, address
from handler.worklist.filters import ME, NOBODY, parse
from handler.worklist.listpage import list_page

blueprint = Blueprint("worklist", __name__)
Answer = str | tuple[str, int] | Response


@blueprint.get("/cases/go")
@allow(*CASE_ROLES)
def go() -> Response:
    """To the case of a number, where it is open to this person; 404 tells nobody whether there is another."""
    typed = request.args.get("number", "").strip()
    if not typed:
        return redirect(url_for("cases.listing"), 303)
    with services().databases.console.read() as console:
        found = ranked.by_number(console, _person(), ranked.full_number(typed))
    if found is None:
        abort(404)
    return redirect(url_for("cases.case", case_id=found.hex()), 303)


@blueprint.post("/cases/assign")
@allow(HANDLER, SUPERVISOR)
def assign() -> Answer:
    """The ticked cases, or the one whose own button was pressed, to a person."""
    chosen = request.form.get("to", "")
    if not chosen:
        return _refused("Choose who is to work on them.", "to", _ids())
    special = {ME: desk().unlocked.user_id, NOBODY: None}
    return _assign(special[chosen] if chosen in special else identity(chosen, 16))


def _assign(to: bytes | None) -> Answer:
    ids = _ids()
    try:
        changed = assigning.assign(desk(), ids, to, share=request.form.get("share") == "yes")
    except NotAllowed:
        abort(404)
    except assigning.CannotOpenThem as refusal:
        return _share_first(refusal.case_ids, ids, to or b""), 409
    except Refused as refusal:
        return _refused(str(refusal), "to" if isinstance(refusal, assigning.NobodyChosen) else "list", ids)
    flash(f"{_cases(changed)} assigned." if changed else "That was so already.", "success")
    return _back()


@blueprint.post("/cases/take")
@allow(HANDLER, SUPERVISOR)
def take() -> Answer:
    """The ticked cases, or the one whose own button was pressed, to whoever is signed in."""
    return _assign(desk().unlocked.user_id)


@blueprint.post("/cases/aside")
@allow(HANDLER, SUPERVISOR)
def ask_aside() -> Answer:
    """Asks why the ticked cases are put aside, before anything is done."""
    ids = _ids()
    if not 1 <= len(ids) <= assigning.MOST:
        return _refused(str(assigning.NoCase()), "list", ids)
    return _aside_page(ids)


@blueprint.post("/cases/aside/done")
@allow(HANDLER, SUPERVISOR)
def put_aside() -> Answer:
    ids = _ids()
    why = aside.Why(request.form.get("reason", ""), request.form.get("words", ""), request.form.get("sure") == "yes")
    try:
        batch = aside.put_aside(desk(), ids, why)
    except NotAllowed:
        abort(404)
    except assigning.NoCase as refusal:
        return _refused(str(refusal), "list", ids)
    except Refused as refusal:
        fields = {aside.NoAsideReason: "reason-0", aside.MayBeDanger: "sure" if len(ids) == 1 else None}
        return _aside_page(ids, str(refusal), fields.get(type(refusal))), 400
    return redirect(address(_place(), batch=batch.hex()), 303)


@blueprint.post("/cases/aside/back")
@allow(HANDLER, SUPERVISOR)
def take_back() -> Answer:
    """The ticked cases, or all that this person has just put aside at once."""
    ids = _ids()
    if request.form.get("batch"):
        with services().databases.console.read() as console:
            ids = aside.of_batch(console, desk(), identity(request.form["batch"], 16))
    return _done(aside.take_back, ids, "{} taken back, with clocks as they were.")


@blueprint.post("/cases/aside/agree")
@allow(HANDLER, SUPERVISOR)
def agree_aside() -> Answer:
    """The second person's part, without which nothing is destroyed on its day."""
    return _done(aside.agree, _ids(), "You agreed: {} junk, and destroyed on the day shown.")


@blueprint.post("/cases/views")
@allow(*CASE_ROLES)
def save_view() -> Answer:
    filters = parse(request.form.get("query", ""))
    try:
        saved.save(desk(), request.form.get("name", ""), filters)
    except Refused as refusal:
        return list_page(Place(filters), [{"text": str(refusal), "field": "view-name"}]), 400
    flash("The view is saved.", "success")
    return redirect(address(Place(filters)), 303)


@blueprint.post("/cases/views/<view_id>/delete")
@allow(*CASE_ROLES)
def delete_view(view_id: str) -> Response:
    saved.remove(desk(), identity(view_id, 16))
    flash("The view is deleted. No case was changed.", "success")
    return redirect(url_for("cases.listing"), 303)


@blueprint.get("/cases/<case_id>/place")
@allow(*CASE_ROLES)
def place(case_id: str) -> str:
    """Where a case stands in the queue, why, and since when."""
    return _order_page(opened(case_id))


@blueprint.post("/cases/<case_id>/place")
@allow(HANDLER, SUPERVISOR)
def reorder(case_id: str) -> Answer:
    row = opened(case_id)
    try:
        ordering.reorder(desk(), row.id, request.form.get("choice", ""), request.form.get("why", ""))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        field = "why" if isinstance(refusal, ordering.NoOrderReason) else "choice-0"
        return _order_page(row, str(refusal), field), 400
    flash("The case stands elsewhere in the queue now.", "success")
    return redirect(url_for("worklist.place", case_id=case_id), 303)


def _done(act: Callable[[Desk, Sequence[bytes]], int], ids: Sequence[bytes], told: str) -> Answer:
    """Does it with all of them or none; `told`: what is said of how many."""
    try:
        done = act(desk(), ids)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _refused(str(refusal), "list", ids)
    flash(told.format(_cases(done)), "success")
    return _back()


def _person() -> ranked.Person:
    return ranked.Person(desk().unlocked.user_id, desk().now())


def _ids() -> list[bytes]:
    """A button of one row stands for that case alone, whatever is ticked."""
    return [identity(text, 16) for text in (request.form.getlist("only") or request.form.getlist("case"))]


def _place() -> Place:
    return Place.parse(request.form.get("back", ""))


def _back() -> Response:
    """To the case that the form stood on, or to the list as it was."""
    if request.form.get("from") == "case":
        return redirect(url_for("cases.case", case_id=_ids()[0].hex()), 303)
    return redirect(address(_place()), 303)


def _refused(problem: str, field: str, ids: Sequence[bytes]) -> tuple[str, int]:
    return list_page(_place(), [{"text": problem, "field": field}], ids), 400


def _cases(number: int) -> str:
    return f"{number} case{' is' if number == 1 else 's are'}"


def _mine(ids: Sequence[bytes]) -> Sequence[Case]:
    """The rows, in order; 404 where one is not this person's."""
    with services().databases.console.read() as console:
        held = ranked.held(console, _person(), ids)
        rows = console.scalars(select(Case).where(Case.id.in_(held)).order_by(Case.place, Case.sequence)).all()
    if len(rows) != len(set(ids)):
        abort(404)
    return rows


def _aside_page(ids: Sequence[bytes], problem: str = "", field: str | None = None) -> str:
    rows = _mine(ids)
    return render_template(
        "worklist/aside.html", cases=rows, risky=[row for row in rows if aside.risky(row)],
        reasons=[(term.id, term.text, term.help) for term in vocabulary("spam_reasons")], given=request.form,
        until=desk().today() + aside.KEPT_DAYS,
        back=_place().query, list_address=address(_place()),
        errors=[{"text": problem, "field": field}] if problem else [],
    )  # fmt: skip


def _share_first(closed: Sequence[bytes], ids: Sequence[bytes], to: bytes) -> str:
    with services().databases.console.read() as console:
        name = next((one.name for one in people(console) if one.id == to), "")
    return render_template(
        "worklist/share.html", closed=_mine(closed), ids=ids, to=to.hex(), name=name, back=_place().query,
        came_from=request.form.get("from", ""), list_address=address(_place()),
    )  # fmt: skip


def _order_page(row: Case, problem: str = "", field: str = "") -> str:
    try:
        box = CaseBox(row.id, desk().case_key(row.id))
    except NotAllowed:
        abort(404)
    with services().databases.console.read() as console:
        past = ordering.orders_of(console, box)
        names = {one.id: one.name for one in people(console)}
    return render_template(
        "worklist/place.html", case=row, past=past, names=names, options=_options(row), given=request.form,
        errors=[{"text": problem, "field": field}] if problem else [],
    )  # fmt: skip


def _options(row: Case) -> list[tuple[str, str, str]]:
    """Where the case can be put, but for where it is."""
    helps = {
        "top": "Before every other case, but below those of danger.",
        "off": "After every other case. A case of danger is named above the list then.",
        "place": "Danger on top, then by priority, then the oldest.",
    }
    texts = {"top": "On top of the queue", "off": "Put off, to the end of the queue", "place": "Back in its own place"}
    return [(key, texts[key], helps[key]) for key, (pin, _) in ordering.PINS.items() if pin != row.pinned]
