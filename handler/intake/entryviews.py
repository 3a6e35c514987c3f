"""The pages on which a report by phone, letter, e-mail or in person is entered, and words are shown, once."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.cases.listing import may_open
from handler.cases.opened import desk, opened
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import HANDLER, INTAKE
from handler.intake import entering, routing
from handler.intake.entering import Entered, Entry
from handler.intake.notify import tell_duty
from handler.intake.questions import Given, NotAnswered, asked
from handler.services import services

blueprint = Blueprint("entry", __name__)

FIELD_OF: Mapping[type[Refused], str] = {entering.NoChannel: "channel", entering.NoSuchDay: "day"}


@dataclass(frozen=True)
class Filled:
    """The form as it was sent."""

    channel: str = ""
    day: str = ""
    words: str = "yes"
    answers: Mapping[str, Given] | None = None

    def choices(self, question: str) -> tuple[str, ...]:
        return self._of(question).choices

    def text(self, question: str) -> str:
        return self._of(question).text

    def _of(self, question: str) -> Given:
        return (self.answers or {}).get(question, Given())


@blueprint.get("/intake/new")
@allow(HANDLER, INTAKE)
def new() -> str:
    return _form(Filled(day=desk().deadlines.calendar.day_of(desk().now()).isoformat()), desk().random(16).hex())


@blueprint.post("/intake/new")
@allow(HANDLER, INTAKE)
def enter() -> str | tuple[str, int]:
    """Makes the case. The answer is the only page that ever shows the words."""
    filled = _filled()
    form = _form_id(request.form.get("form", ""))
    entry = Entry(form, filled.channel, filled.day, filled.answers or {}, filled.words == "yes")
    try:
        made = entering.enter(desk(), entry)
    except NotAllowed:
        abort(403)
    except entering.EnteredAlready as refusal:
        return _already(refusal)
    except NotAnswered as refusal:
        return _form(filled, form.hex(), str(refusal.problem), _first_field(refusal.question)), 400
    except Refused as refusal:
        return _form(filled, form.hex(), str(refusal), FIELD_OF.get(type(refusal), "words-0")), 400
    tell_duty(services().databases.console, services().settings, services().clock)
    return _result(made, given=False)


@blueprint.get("/cases/<case_id>/words")
@allow(HANDLER)
def ask_words(case_id: str) -> str:
    """What giving words to the person of this case means."""
    return _words_page(opened(case_id))


@blueprint.post("/cases/<case_id>/words")
@allow(HANDLER)
def give_words(case_id: str) -> str | tuple[str, int]:
    row = opened(case_id)
    try:
        made = entering.give_words(desk(), row.id)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return _words_page(row, str(refusal)), 400
    return _result(made, given=True)


@blueprint.get("/intake/cleared")
@allow(HANDLER, INTAKE)
def cleared() -> Response:
    """Away from the page with the words, which no cache keeps."""
    return redirect(url_for("cases.listing" if desk().unlocked.may(HANDLER) else "intake.inbox"), 303)


def _filled() -> Filled:
    answers = {
        question.id: Given(
            tuple(choice for choice in request.form.getlist(question.id) if choice) if question.options else (),
            request.form.get(f"{question.id}-text", ""),
        )
        for question in asked()
    }
    words = "yes" if request.form.get("words") == "yes" else "no"
    return Filled(request.form.get("channel", ""), request.form.get("day", ""), words, answers)


def _form_id(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    return found if len(found) == 16 else desk().random(16)


def _first_field(question_id: str) -> str:
    question = next(one for one in asked() if one.id == question_id)
    return f"{question_id}-0" if question.options else f"{question_id}-text"


def _form(filled: Filled, form: str, problem: str = "", field: str = "") -> str:
    errors = [{"text": problem, "field": field}] if problem else []
    return render_template(
        "intake/new.html", questions=asked(), channels=[(key, text, "") for key, text in entering.channels()],
        filled=filled, form=form, errors=errors,
    )  # fmt: skip


def _already(refusal: entering.EnteredAlready) -> tuple[str, int]:
    with services().databases.console.read() as console:
        number = console.get_one(Case, refusal.case_id).number
    return render_template("intake/already.html", text=str(refusal), number=number), 400


def _result(made: Entered, *, given: bool) -> str:
    mine = made.case_id in may_open(desk(), [made.case_id])
    return render_template(
        "intake/entered.html", made=made, mine=mine, given=given, meanings=routing.flag_texts(made.flags),
        conflict="conflict" in made.flags,
    )  # fmt: skip


def _words_page(row: Case, problem: str = "") -> str:
    errors = [{"text": problem, "field": None}] if problem else []
    return render_template("intake/words.html", case=row, errors=errors)
