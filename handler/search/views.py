"""The search: a page that takes words by POST, so that they stand in no address, no log and no browser's history."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from handler.audit.log import record
from handler.cases.opened import desk
from handler.cases.tables import Case
from handler.errors import Refused
from handler.identity.access import allow
from handler.identity.roles import ACU_LIAISON, HANDLER, SENIOR_DECIDER, SUPERVISOR
from handler.intake import routing
from handler.lifecycle import conflict
from handler.lifecycle.states import STATES
from handler.search import finding
from handler.search.finding import Hits, Term
from handler.search.index import Index
from handler.search.passages import Passage, passage
from handler.search.rebuild import NoSearchKey, fill, lacking
from handler.services import services

blueprint = Blueprint("search", __name__)

PAGE = 20
LONGEST = 500  # characters of a search
SECONDS = 5.0  # of one filling
ROLES = (HANDLER, SUPERVISOR, SENIOR_DECIDER, ACU_LIAISON)


@dataclass(frozen=True)
class Result:
    """One found case. `passage`: None before the person has said that they have no conflict in it."""

    case: Case
    passage: Passage | None


@dataclass(frozen=True)
class Results:
    """One page of them."""

    shown: Sequence[Result]
    total: int
    more: bool
    number: int
    pages: int


@blueprint.get("/search")
@allow(*ROLES)
def page() -> str:
    return _page("", None, [])


@blueprint.post("/search")
@allow(*ROLES)
def results() -> str | tuple[str, int]:
    text = request.form.get("words", "")[:LONGEST]
    try:
        return _page(text, search(text, request.form.get("page", 1, type=int)), [])
    except Refused as refusal:
        return _page(text, None, [{"text": str(refusal), "field": "search-words"}]), 400


@blueprint.post("/search/fill")
@allow(SUPERVISOR)
def refill() -> Response | tuple[str, int]:
    """Some seconds of it; the page says what is left."""
    end = time.monotonic() + SECONDS
    try:
        filled = fill(desk(), over=lambda: time.monotonic() > end)
    except Refused as refusal:
        return _page("", None, [{"text": str(refusal), "field": "search-words"}]), 400
    left = f" {filled.left:,} cases are left: go on." if filled.left else " Nothing is left."
    flash(f"{filled.records:,} records of {filled.cases:,} cases were put into the search.{left}", "success")
    return redirect(url_for("search.page"), 303)


def search(text: str, number: int = 1) -> Results:
    """Finds, notes how many terms and hits there were, and opens the passages of one page.

    Raises NoSearchKey, NothingToFind, TooManyTerms.
    """
    at_work = desk()
    index = Index.of(at_work)
    if index is None:
        raise NoSearchKey
    asked = finding.terms(index.key, text)
    with at_work.databases.console.read() as console:
        hits = finding.find(console, at_work.unlocked.user_id, asked)
    pages = max(1, -(-len(hits.found) // PAGE))
    number = min(max(1, number), pages)
    shown = _open(asked, hits, number)
    with at_work.databases.console.write() as console:
        read = [one.case.id.hex() for one in shown if one.passage is not None]
        record(
            console, at_work.unlocked, "searched", clock=at_work.clock, terms=len(asked), hits=len(hits.found),
            passages=read,
        )  # fmt: skip
    return Results(shown, len(hits.found), hits.more, number, pages)


def _open(asked: Sequence[Term], hits: Hits, number: int) -> list[Result]:
    wanted = [hit.case for hit in hits.found[(number - 1) * PAGE : number * PAGE]]
    with services().databases.console.read() as console:
        cases = {case.sequence: case for case in console.scalars(select(Case).where(Case.sequence.in_(wanted)))}
        clear = conflict.cleared(console, desk().unlocked.user_id, [case.id for case in cases.values()])
        return [
            Result(case, passage(console, desk(), case, asked) if case.id in clear else None)
            for case in (cases[sequence] for sequence in wanted if sequence in cases)
        ]


def _page(text: str, found: Results | None, errors: Sequence[dict[str, str]]) -> str:
    left = lacking(desk()) if desk().unlocked.may(SUPERVISOR) else 0
    return render_template(
        "search/search.html", text=text, found=found, errors=errors, left=left, labels=routing.LABELS, states=STATES
    )
