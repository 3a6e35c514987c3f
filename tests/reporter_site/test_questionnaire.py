"""The questions as data: what is refused, and with which words."""

import copy
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporter import languages, rendering
from reporter import questionnaire as q

RAW = tomllib.loads(q.DEFAULT.read_text(encoding="utf-8"))


def test_only_what_happened_is_required() -> None:
    required = {form: [one.id for one in loaded.questions if one.required] for form, loaded in q.load_forms().items()}
    assert required == {"report": ["what"], "notice": ["notice-what"]}


def test_software_reads_first_only_what_decides_who_may_see_it_and_how_soon() -> None:
    routing = [question.id for question in q.load().questions if question.routing]
    assert routing == ["danger", "involves", "keep-from", "at-risk"]


@pytest.mark.parametrize("form", q.FILES)
def test_a_way_to_the_end_is_offered_from_what_happened_on(form: str) -> None:
    """And not on the question it may lead to, which decides who can open what is sent."""
    loaded = q.load_forms()[form]
    deciding = {route.when.question for route in loaded.routes if route.when}
    first = next(place for place, question in enumerate(loaded.questions) if question.required)
    assert not any(question.enough for question in loaded.questions[:first])
    assert loaded.questions[first].enough
    assert not any(question.enough for question in loaded.questions if question.id in deciding)
    assert all(question.enough or question.id in deciding for question in loaded.questions[first:-2])


SHORT = """
version = "{version}"
question = [{{ id = "{question}", kind = "text", heading = "Tell us", required = true }}]
route = [{{ groups = ["psu"] }}]
"""


@pytest.mark.parametrize(
    ("version", "question", "said"),
    [("other-1", "what", "the same question: what"), (q.load().version, "other-what", "the same version: 2026-11d")],
)
def test_forms_share_no_question_and_no_version(version: str, question: str, said: str, tmp_path: Path) -> None:
    """A page is known by its question, and a console finds the texts by the version."""
    other = tmp_path / "other.toml"
    other.write_text(SHORT.format(version=version, question=question))
    with pytest.raises(q.BadQuestionnaire, match=said):
        q.load_forms({"report": q.DEFAULT, "other": other})


def test_a_site_that_takes_no_files_asks_the_rest_all_the_same() -> None:
    loaded = q.load()
    bare = q.without_files(loaded)
    assert [one.id for one in loaded.questions if one not in bare.questions] == ["files"]
    assert bare.version == loaded.version


@pytest.mark.parametrize("form", q.FILES)
@pytest.mark.parametrize("answer", ["standards-staff", "director-general", "might-read-this"])
def test_what_is_about_those_who_would_read_it_goes_elsewhere(answer: str, form: str) -> None:
    routes = q.load_forms()[form].routes
    first, last = routes[0], routes[-1]
    assert first.when is not None
    assert answer in first.when.any
    assert first.groups == ("independent",)
    assert last.groups == ("psu",)


def test_what_a_console_keeps_has_every_text_and_what_the_phone_gets_has_none() -> None:
    loaded = q.load()
    record, client = q.as_record(loaded), q.as_client(loaded)
    assert record["questions"][0]["heading"] == "Is anyone in danger right now?"
    assert record["questions"][0]["answers"][0] == {
        "id": "yes",
        "then": "emergency",
        "text": "Yes",
        "flags": ["danger-now"],
    }
    assert "heading" not in client["questions"][0]
    assert "flags" not in str(client)
    assert client["version"] == record["version"] == loaded.version


def test_a_notice_says_so_in_every_id_and_in_its_version() -> None:
    """By that the phone's hints, the console's flags and its label know what they look at."""
    notice = q.load_forms()[q.NOTICE]
    assert notice.version.startswith("notice-")
    assert all(question.id.startswith("notice-") for question in notice.questions)


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Sets or, with None, removes the member at a path such as question.0.id."""

    def change(raw: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        place: Any = raw
        for part in parents:
            place = place[int(part) if part.isdigit() else part]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


WRONG: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "no version": (_set("version", None), "questionnaire has no version."),
    "long version": (_set("version", "v" * 33), "The version has 1 to 32 bytes."),
    "unknown member": (_set("question.0.colour", "red"), "question danger has the unknown member colour."),
    "wrong type": (_set("question.0.routing", "yes"), "question danger: routing is not of type bool."),
    "all digits": (_set("question.0.id", "12"), "question 12: '12' is not a name"),
    "capitals": (_set("question.0.answer.0.id", "Yes"), "'Yes' is not a name"),
    "twice": (_set("question.1.id", "danger"), "The question danger is there twice."),
    "same answer": (_set("question.0.answer.0.id", "no"), "question danger: two answers have the same id."),
    "unknown kind": (_set("question.0.kind", "slider"), "question danger: the kind is one of"),
    "nothing required": (_set("question.2.required", False), "One question of kind text must be required"),
    "condition on later": (
        _set("question.0.show-if", {"question": "about", "any": ["drugs"]}),
        "question danger: no earlier question about.",
    ),
    "condition on no answer": (
        _set("question.1.show-if", {"question": "danger", "any": ["perhaps"]}),
        "danger has no answer perhaps.",
    ),
    "route without default": (_set("route", [RAW["route"][0]]), "The last route has no condition"),
    "route by what is not routing": (
        _set("route.0.when", {"question": "about", "any": ["drugs"]}),
        "A route asks about, which is not marked routing = true.",
    ),
    "two chosen from the start": (
        _set("question.1.answer.0.chosen", True),
        "question about: one answer of kind radios can be chosen from the start.",
    ),
    "five groups": (_set("route.1.groups", ["a", "b", "c", "d", "e"]), "A route names one to four different groups."),
}


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_faulty_questionnaire_is_refused_by_name(change: Callable[[dict[str, Any]], None], said: str) -> None:
    raw = copy.deepcopy(RAW)
    change(raw)
    with pytest.raises(q.BadQuestionnaire) as refused:
        q.parse(raw)
    assert said in str(refused.value)


def test_conditional_pages_are_read() -> None:
    raw = copy.deepcopy(RAW)
    raw["question"][3]["show-if"] = {"question": "danger", "any": ["yes", "unsure"]}
    assert q.parse(raw).questions[3].show_if == q.Condition("danger", ("yes", "unsure"))


def test_no_question_takes_the_name_of_another_page() -> None:
    page = rendering.render(languages.load("en"), {"site": "00" * 16}, q.load_forms(), rendering.Assets())
    names = re.findall(r'data-page="([^"]+)"', page)
    assert {question.id for form in q.load_forms().values() for question in form.questions} <= set(names)
    assert sorted(names) == sorted(set(names))
