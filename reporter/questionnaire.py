"""The questions of each form, read from TOML and checked: `load_forms()` is the door, `load(path)` that of one file.

The file's own comment says what each member means. Everything here is a plain value: texts stay in English and are
translated by whoever shows them.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).parent / "questionnaire.toml"
REPORT, NOTICE = "report", "notice"
FILES = {REPORT: DEFAULT, NOTICE: DEFAULT.with_name("notice.toml")}
KINDS = ("radios", "checkboxes", "text", "files")
MAX_VERSION = 32  # bytes, SPEC 4.1
_NAME = re.compile(r"(?![0-9]+\Z)[a-z0-9-]{1,32}\Z")  # all digits would change order as a JSON member, SPEC 0


class BadQuestionnaire(Exception):
    """The questionnaire file is not usable; mend what is named and build again."""


@dataclass(frozen=True)
class Condition:
    """True when one of `any` was chosen for `question`."""

    question: str
    any: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """One answer to tick."""

    id: str
    text: str
    hint: str = ""
    flags: tuple[str, ...] = ()
    exclusive: bool = False
    chosen: bool = False
    then: str = ""


@dataclass(frozen=True)
class TextBox:
    """A box for own words under the answers to tick."""

    label: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """One page of the report."""

    id: str
    kind: str
    heading: str
    hint: str = ""
    guidance: str = ""
    required: bool = False
    routing: bool = False
    enough: bool = False
    flags: tuple[str, ...] = ()
    label: str = ""
    rows: int = 5
    show_if: Condition | None = None
    text: TextBox | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Route:
    """The groups that can open the report when the condition holds; no condition: always."""

    groups: tuple[str, ...]
    when: Condition | None = None


@dataclass(frozen=True)
class Questionnaire:
    """Everything a report asks, in order, and where it goes."""

    version: str
    questions: tuple[Question, ...]
    routes: tuple[Route, ...]

    def texts(self) -> Iterator[str]:
        """Every text that a person reads, for translators and for tests of reading age."""
        for question in self.questions:
            yield from (question.heading, question.label, question.hint, question.guidance)
            if question.text:
                yield from (question.text.label, question.text.hint)
            for answer in question.answers:
                yield from (answer.text, answer.hint)


def load_forms(paths: Mapping[str, Path] = FILES) -> dict[str, Questionnaire]:
    """Every form by its name. Raises BadQuestionnaire, also where two forms share a question's id or a version."""
    forms = {name: load(path) for name, path in paths.items()}
    for what, found in (
        ("question", [question.id for form in forms.values() for question in form.questions]),
        ("version", [form.version for form in forms.values()]),
    ):
        twice = sorted({one for one in found if found.count(one) > 1})
        if twice:
            raise BadQuestionnaire(f"Two forms have the same {what}: {', '.join(twice)}.")
    return forms


def load(path: Path = DEFAULT) -> Questionnaire:
    """The checked questionnaire of a file. Raises BadQuestionnaire, or OSError where there is no file."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadQuestionnaire(f"{path.name}: {problem}") from None
    return parse(raw)


def parse(raw: Mapping[str, Any]) -> Questionnaire:
    """The same from an already decoded document."""
    members = _members(raw, "questionnaire", {"version": str, "question": list, "route": list})
    version = members["version"]
    if not 1 <= len(version.encode()) <= MAX_VERSION:
        raise BadQuestionnaire(f"The version has 1 to {MAX_VERSION} bytes.")
    result = Questionnaire(
        version,
        tuple(_question(item) for item in members["question"]),
        tuple(_route(item) for item in members["route"]),
    )
    _check_whole(result)
    return result


def as_client(questionnaire: Questionnaire) -> dict[str, Any]:
    """What the phone's scripts need: ids and rules, but no texts, which the pages hold."""
    return {
        "version": questionnaire.version,
        "questions": [
            {
                "id": question.id,
                "kind": question.kind,
                "required": question.required,
                "routing": question.routing,
                **({"showIf": _condition_json(question.show_if)} if question.show_if else {}),
                "answers": [
                    {
                        "id": answer.id,
                        **({"exclusive": True} if answer.exclusive else {}),
                        **({"then": answer.then} if answer.then else {}),
                    }
                    for answer in question.answers
                ],
            }
            for question in questionnaire.questions
        ],
        "routes": [
            {"groups": list(route.groups), **({"when": _condition_json(route.when)} if route.when else {})}
            for route in questionnaire.routes
        ],
    }


def as_record(questionnaire: Questionnaire) -> dict[str, Any]:
    """What a console keeps to show the answers of this version later: the same, with its English texts."""
    record = as_client(questionnaire)
    for question, out in zip(questionnaire.questions, record["questions"], strict=True):
        out["heading"] = question.heading
        if question.flags:
            out["flags"] = list(question.flags)
        if question.text:
            out["text"] = question.text.label
        for answer, answer_out in zip(question.answers, out["answers"], strict=True):
            answer_out["text"] = answer.text
            if answer.flags:
                answer_out["flags"] = list(answer.flags)
    return record


def without_files(questionnaire: Questionnaire) -> Questionnaire:
    """The same without the page that takes files, for a site that takes none."""
    return replace(questionnaire, questions=tuple(one for one in questionnaire.questions if one.kind != "files"))


def _condition_json(condition: Condition) -> dict[str, Any]:
    return {"question": condition.question, "any": list(condition.any)}


def _members(raw: Any, where: str, need: Mapping[str, type], may: Mapping[str, type] | None = None) -> dict[str, Any]:
    """`raw` as a table with exactly these members, of these types."""
    if not isinstance(raw, Mapping):
        raise BadQuestionnaire(f"{where} is not a table.")
    known = {**need, **(may or {})}
    for name, value in raw.items():
        if name not in known:
            raise BadQuestionnaire(f"{where} has the unknown member {name}.")
        if type(value) is not known[name]:
            raise BadQuestionnaire(f"{where}: {name} is not of type {known[name].__name__}.")
    for name in need:
        if name not in raw:
            raise BadQuestionnaire(f"{where} has no {name}.")
    return dict(raw)


def _name(text: Any, where: str) -> str:
    if not isinstance(text, str) or not _NAME.match(text):
        raise BadQuestionnaire(f"{where}: {text!r} is not a name of a-z, 0-9 and -, at most 32, not only digits.")
    return text


def _names(values: list[Any], where: str) -> tuple[str, ...]:
    return tuple(_name(value, where) for value in values)


def _question(raw: Any) -> Question:
    where = f"question {raw.get('id')}" if isinstance(raw, Mapping) else "question"
    text_members = {"hint": str, "guidance": str, "label": str}
    marks = {"required": bool, "routing": bool, "enough": bool, "flags": list}
    other = {**marks, "rows": int, "show-if": dict, "text": dict, "answer": list}
    members = _members(raw, where, {"id": str, "kind": str, "heading": str}, {**text_members, **other})
    if members["kind"] not in KINDS:
        raise BadQuestionnaire(f"{where}: the kind is one of {', '.join(KINDS)}.")
    box = members.get("text")
    return Question(
        id=_name(members["id"], where),
        kind=members["kind"],
        heading=members["heading"],
        hint=members.get("hint", ""),
        guidance=members.get("guidance", ""),
        required=members.get("required", False),
        routing=members.get("routing", False),
        enough=members.get("enough", False),
        label=members.get("label", ""),
        flags=_names(members.get("flags", []), where),
        rows=members.get("rows", 5),
        show_if=_condition(members["show-if"], where) if "show-if" in members else None,
        text=TextBox(**_members(box, f"{where}: text", {"label": str}, {"hint": str})) if box else None,
        answers=tuple(_answer(item, where) for item in members.get("answer", [])),
    )


def _answer(raw: Any, question: str) -> Answer:
    where = f"{question}: an answer"
    may = {"hint": str, "flags": list, "exclusive": bool, "chosen": bool, "then": str}
    members = _members(raw, where, {"id": str, "text": str}, may)
    _name(members["id"], where)
    members["flags"] = _names(members.get("flags", []), where)
    return Answer(**members)


def _condition(raw: Any, where: str) -> Condition:
    members = _members(raw, f"{where}: condition", {"question": str, "any": list})
    return Condition(members["question"], _names(members["any"], where))


def _route(raw: Any) -> Route:
    members = _members(raw, "route", {"groups": list}, {"when": dict})
    groups = _names(members["groups"], "route")
    if not 1 <= len(groups) <= 4 or len(set(groups)) != len(groups):
        raise BadQuestionnaire("A route names one to four different groups.")
    return Route(tuple(sorted(groups)), _condition(members["when"], "route") if "when" in members else None)


def _check_whole(questionnaire: Questionnaire) -> None:
    """What can be seen only over all questions."""
    seen: dict[str, Question] = {}
    for question in questionnaire.questions:
        if question.id in seen:
            raise BadQuestionnaire(f"The question {question.id} is there twice.")
        _check_question(question)
        if question.show_if:
            _check_condition(question.show_if, seen, f"question {question.id}")
        seen[question.id] = question
    if not any(question.required and question.kind == "text" for question in questionnaire.questions):
        raise BadQuestionnaire("One question of kind text must be required: what happened.")
    if not questionnaire.routes or questionnaire.routes[-1].when:
        raise BadQuestionnaire("The last route has no condition, so that every report has a way.")
    for route in questionnaire.routes[:-1]:
        if route.when is None:
            raise BadQuestionnaire("Only the last route has no condition.")
        _check_condition(route.when, seen, "route")
        if not seen[route.when.question].routing:
            raise BadQuestionnaire(f"A route asks {route.when.question}, which is not marked routing = true.")


def _check_question(question: Question) -> None:
    ids = [answer.id for answer in question.answers]
    if len(set(ids)) != len(ids):
        raise BadQuestionnaire(f"question {question.id}: two answers have the same id.")
    if question.kind in ("radios", "checkboxes") and len(ids) < 2:
        raise BadQuestionnaire(f"question {question.id}: needs two answers or more.")
    if sum(answer.chosen for answer in question.answers) > (question.kind == "radios"):
        raise BadQuestionnaire(f"question {question.id}: one answer of kind radios can be chosen from the start.")
    if question.kind in ("text", "files") and (ids or question.text):
        raise BadQuestionnaire(f"question {question.id}: kind {question.kind} takes no answers and no text box.")


def _check_condition(condition: Condition, earlier: Mapping[str, Question], where: str) -> None:
    question = earlier.get(condition.question)
    if question is None:
        raise BadQuestionnaire(f"{where}: no earlier question {condition.question}.")
    unknown = set(condition.any) - {answer.id for answer in question.answers}
    if unknown or not condition.any:
        raise BadQuestionnaire(f"{where}: {condition.question} has no answer {', '.join(sorted(unknown)) or 'named'}.")
