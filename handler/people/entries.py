"""What is kept of one person of a case, and what must be in it. Plain rules over plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.errors import Refused
from handler.safeguarding.rules import starts_clock
from handler.vocabulary import vocabulary

ONE, GROUP = "one", "group"
KINDS: Mapping[str, str] = {ONE: "One person", GROUP: "One of a small group: it is not known who"}
SUBJECT, KNEW, PROBATION = "subject", "manager-knew", "probation"
LISTS: Mapping[str, str] = {
    "role": "person_roles",
    "grade": "grades",
    "employment": "employment",
    "organisation": "organisations",
    "status": "subject_status",
    "age": "ages",
}
"""Fields with a list, and the list's name."""

BEGIN: Mapping[str, str] = {
    "kind": ONE,
    "grade": "unknown",
    "employment": "unknown",
    "organisation": "nca",
    "status": "unknown",
    "age": "unknown",
}
"""What stands in an empty form. The role is chosen each time."""

LABELS: Mapping[str, str] = {
    "role": "Role in the case",
    "kind": "Who is it?",
    "name": "Name",
    "group": "The group",
    "number": "How many they are",
    "grade": "Grade band",
    "employment": "Employment",
    "organisation": "Organisation",
    "status": "Status",
    "age": "Age",
    "staff": "Staff number",
    "identifiers": "Other identifiers",
    "notes": "Notes",
}
"""Every field of an entry, in order."""

LONGEST: Mapping[str, int] = {"name": 200, "group": 2_000, "number": 3, "staff": 64, "identifiers": 2_000}
MOST = 20_000  # characters of the notes


class EntryNotComplete(Refused):
    """Something is missing or does not fit. Mend what is marked."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(*fields.values())


class NoWhy(Refused):
    """Say why the entry is taken out, in at most 2,000 characters. It stays in the history."""


@dataclass(frozen=True)
class Entry:
    """One person, or one of a group. `values` by the names of LABELS; all are there, empty where nothing is known."""

    values: Mapping[str, str]

    @property
    def subject(self) -> bool:
        return self.values["role"] == SUBJECT

    @property
    def title(self) -> str:
        """What people read first of the entry."""
        if self.values["kind"] == GROUP:
            return f"One of {self.values['number']}: {self.values['group']}"
        return self.values["name"]

    @property
    def at_risk(self) -> bool:
        """A child or an adult who needs care, whatever the role."""
        return starts_clock((), (self.values["age"],))

    @property
    def probation(self) -> bool:
        return PROBATION in (self.values["status"],) or self.values["employment"] == "probationer"

    @property
    def leaving(self) -> bool:
        """A subject who resigned, was transferred or retired: someone else may have to know."""
        return self.subject and bool(vocabulary("subject_status").get(self.values["status"]).more.get("notify"))

    @property
    def senior(self) -> bool:
        return self.subject and (self.values["grade"] == "senior" or self.values["employment"] == "director-general")

    @property
    def numbers(self) -> list[str]:
        """Staff number and other identifiers, each as it was written."""
        listed = self.values["identifiers"].replace(";", "\n").replace(",", "\n").splitlines()
        return [text.strip() for text in (self.values["staff"], *listed) if text.strip()]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Label and words of each field that says something."""
        shown = {name: self.worded(name) for name in LABELS}
        return [(LABELS[name], text) for name, text in shown.items() if text and name != "kind"]

    def worded(self, name: str) -> str:
        """One field as people read it."""
        value = self.values[name]
        return vocabulary(LISTS[name]).text(value) if name in LISTS else value


def check(given: Mapping[str, str]) -> Entry:
    """An entry from a form. Raises EntryNotComplete."""
    values = {name: given.get(name, "").strip() for name in LABELS}
    wrong = {
        name: f"{LABELS[name]}: choose one" for name, kept in LISTS.items() if values[name] not in vocabulary(kept)
    }
    if values["kind"] not in KINDS:
        wrong["kind"] = "Say whether it is one person or one of a group"
    elif values["kind"] == GROUP:
        values["name"] = ""
        wrong |= _group(values)
    else:
        values["group"] = values["number"] = ""
        if not values["name"]:
            wrong["name"] = "Write the name, or how the person was described"
    for name, text in values.items():
        if len(text) > LONGEST.get(name, MOST):
            wrong[name] = f"{LABELS[name]}: that is longer than {LONGEST.get(name, MOST):,} characters"
    if wrong:
        raise EntryNotComplete({name: wrong[name] for name in LABELS if name in wrong})
    return Entry(values)


def check_why(text: str) -> str:
    """The reason for taking an entry out. Raises NoWhy."""
    if not text.strip() or len(text) > 2_000:
        raise NoWhy
    return text.strip()


def _group(values: Mapping[str, str]) -> dict[str, str]:
    wrong = {} if values["group"] else {"group": "Describe the group: a team, a shift, a rank"}
    if not values["number"].isdecimal() or not 2 <= int(values["number"]) <= 999:
        wrong["number"] = "Say how many they are, as a number from 2 on; a guess will do"
    return wrong
