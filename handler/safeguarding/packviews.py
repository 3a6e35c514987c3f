"""The pages of one referral: its pack, words for the phone, what becomes of it at each body, advice."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from handler.audit.log import record
from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES, SAFEGUARDING_LEAD
from handler.identity.users import people
from handler.keys.keyring import case_purpose
from handler.safeguarding import advising, forms, hub, pack, rules, tracking
from handler.safeguarding.caseviews import Problem, summary
from handler.safeguarding.pack import PackBox, Piece
from handler.safeguarding.referring import NOT_ASSESSED, PERSONS
from handler.safeguarding.tables import Referral
from handler.services import services
from handler.vocabulary import vocabulary
from handler.web.addresses import identity

blueprint = Blueprint("packs", __name__)

FIELDS: Mapping[type[Refused], str] = {
    tracking.NotATime: "day",
    forms.NotADate: "day",
    advising.AdviceNotComplete: "role",
    advising.WhyNotFollowed: "why",
}
"""Which field a refusal is about, where it is not the words."""


@blueprint.get("/safeguarding/<referral_id>", endpoint="pack")
@allow(*CASE_ROLES)
def show(referral_id: str) -> str:
    return _page(*_opened(referral_id), [])


@blueprint.get("/safeguarding/<referral_id>/phone")
@allow(*CASE_ROLES)
def phone(referral_id: str) -> str:
    """Words to read over the phone, from the referral and nothing else."""
    row, box = _opened(referral_id)
    pieces = _pieces(row, box)
    written = _written(pieces)
    lines = rules.phone_lines(str(written["who"]), str(written["concern"]), str(written["where"]), bool(written["now"]))
    return render_template("safeguarding/phone.html", referral=row, lines=lines, bodies=tracking.bodies(pieces))


@blueprint.get("/safeguarding/<referral_id>/thrive.<ending>")
@allow(*CASE_ROLES)
def thrive(referral_id: str, ending: str) -> Response:
    """The THRIVE that the referral hands over."""
    row, box = _opened(referral_id)
    return summary(f"SG-{row.number:04}", forms.thrive_of_pack(_written(_pieces(row, box))), ending)


@blueprint.post("/safeguarding/<referral_id>/recipients/<int:number>/<act>")
@allow(*CASE_ROLES)
def recipient(referral_id: str, number: int, act: str) -> tuple[str, int] | AnyResponse:
    """What happened at one body: made, confirmed, acknowledged, outcome."""
    row, box = _opened(referral_id)
    given = {name: request.form.get(f"{name}-{number}", "") for name in ("day", "time", "how", "taken-by", "reference")}
    words = request.form.get(f"{act}-{number}", "")
    acts: Mapping[str, tuple[Callable[[], None], str]] = {
        pack.MADE: (lambda: tracking.make(desk(), row.id, number, _made(given)), "Recorded: the referral was made."),
        pack.CONFIRMED: (lambda: tracking.confirm(desk(), row.id, number), "Recorded: confirmed in writing."),
        pack.ACKNOWLEDGED: (lambda: tracking.acknowledge(desk(), row.id, number, words), "The answer is recorded."),
        pack.OUTCOME: (lambda: tracking.end(desk(), row.id, number, words), "The outcome is recorded."),
    }
    if act not in acts:
        abort(404)
    do, told = acts[act]

    def field(refusal: Refused) -> str:
        if isinstance(refusal, tracking.NotMadeFully):
            missing = next((name for name in ("how", "taken-by", "reference") if not given[name].strip()), "how")
            return f"how-{number}-0" if missing == "how" else f"{missing}-{number}"
        return f"{FIELDS.get(type(refusal), act)}-{number}"

    return _act(row, box, do, told, field)


@blueprint.post("/safeguarding/<referral_id>/recipients")
@allow(*CASE_ROLES)
def further(referral_id: str) -> tuple[str, int] | AnyResponse:
    """One more body."""
    row, box = _opened(referral_id)
    body, which = request.form.get("body", ""), request.form.get("which", "")
    told = "The body is added. Make the referral there too."
    return _act(row, box, lambda: tracking.add(desk(), row.id, body, which), told, lambda refusal: "body")


@blueprint.post("/safeguarding/<referral_id>/protected")
@allow(*CASE_ROLES)
def protected(referral_id: str) -> tuple[str, int] | AnyResponse:
    row, box = _opened(referral_id)
    form = request.form

    def do() -> None:
        at = forms.moment(form.get("protected-day", ""), form.get("protected-time", ""))
        if at is None:
            raise forms.NotADate
        tracking.protect(desk(), row.id, form.get("protection", ""), at)

    def field(refusal: Refused) -> str:
        return "protected-day" if type(refusal) in FIELDS else "protection"

    return _act(row, box, do, "The protective action is recorded.", field)


@blueprint.post("/safeguarding/<referral_id>/advice")
@allow(*CASE_ROLES)
def advice(referral_id: str) -> tuple[str, int] | AnyResponse:
    row, box = _opened(referral_id)
    given = {name: request.form.get(name, "") for name in advising.FIELDS}
    return _act(row, box, lambda: advising.advise(desk(), row.id, given), "The advice is recorded.",
                lambda refusal: FIELDS.get(type(refusal), "advice"))  # fmt: skip


@blueprint.post("/safeguarding/<referral_id>/step-out")
@allow(SAFEGUARDING_LEAD)
def step_out(referral_id: str) -> tuple[str, int] | AnyResponse:
    """A lead who knows somebody in it: their keys of the case's referrals go, for good."""
    row, box = _opened(referral_id)
    try:
        advising.step_out(desk(), row.case_id)
    except Refused as refusal:
        return _page(row, box, [{"text": str(refusal), "field": "conflict"}]), 400
    flash("You stepped out. The supervisors are told that you did, not why.", "success")
    return redirect(url_for("safeguarding.queue"), 303)


def _made(given: Mapping[str, str]) -> tracking.Made:
    at = forms.moment(given["day"], given["time"])
    if at is None:
        raise forms.NotADate
    return tracking.Made(at, given["how"], given["taken-by"].strip(), given["reference"].strip())


def _opened(referral_id: str) -> tuple[Referral, PackBox]:
    """404 without the pack's key. Who holds the case as well says first why they open it, as for all its pages."""
    found = identity(referral_id, 16)
    with services().databases.console.read() as console:
        row = console.get(Referral, found)
    if row is None:
        abort(404)
    try:
        box = PackBox.of(desk(), row.id)
    except NotAllowed:
        abort(404)
    with desk().keyring() as keyring:
        if desk().unlocked.user_id in keyring.holders(case_purpose(row.case_id)):
            opened(row.case_id.hex())
    return row, box


def _pieces(row: Referral, box: PackBox) -> Sequence[Piece]:
    """All that was sealed, and a note in the audit that it was read."""
    with services().databases.console.write() as console:
        record(
            console, desk().unlocked, "referral pack read", row.case_id, clock=services().clock, referral=row.id.hex()
        )
        return box.pieces(console)


def _written(pieces: Sequence[Piece]) -> Mapping[str, Any]:
    return next(piece.values for piece in pieces if piece.kind == pack.WRITTEN)


def _act(
    row: Referral, box: PackBox, do: Callable[[], None], told: str, field: Callable[[Refused], str]
) -> tuple[str, int] | AnyResponse:
    try:
        do()
    except NotAllowed:
        abort(404)
    except tracking.NoSuchRecipient:
        abort(404)
    except Refused as refusal:
        return _page(row, box, [{"text": str(refusal), "field": field(refusal)}]), 400
    flash(told, "success")
    return redirect(url_for("packs.pack", referral_id=row.id.hex()), 303)


def _page(row: Referral, box: PackBox, errors: Sequence[Problem]) -> str:
    pieces = _pieces(row, box)
    written = _written(pieces)
    with services().databases.console.read() as console:
        case = console.get_one(Case, row.case_id)
        rows = tracking.recipients(console, row.id)
        names = {person.id: person.name for person in people(console)}
    with desk().keyring() as keyring:
        holds_case = desk().unlocked.user_id in keyring.holders(case_purpose(row.case_id))
    now = services().now()
    bodies = tracking.bodies(pieces)
    day, clock = forms.now_in_parts(now)
    return render_template(
        "safeguarding/pack.html", referral=row, case=case, written=written, pieces=pieces, names=names,
        recipients=list(zip(rows, bodies, strict=True)), late=hub.is_late(row, now), now=now, errors=errors,
        given=request.form, how=tracking.HOW, states=tracking.STATES, persons=PERSONS, nations=vocabulary("nations"),
        possible=rules.destinations(str(written["nation"])),
        thrive=vocabulary("thrive"), levels=vocabulary("thrive_levels"), not_assessed=NOT_ASSESSED,
        day=day, clock=clock, holds_case=holds_case, target=rules.clock(row.flagged, desk().deadlines.calendar).target,
        of={kind: [piece for piece in pieces if piece.kind == kind] for kind in pack.KINDS},
    )  # fmt: skip
