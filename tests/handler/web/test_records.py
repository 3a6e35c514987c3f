"""Every kind of record by its pages: its form opens, what it needs at least is kept, and a wrong role is refused."""

import re

import pytest

from handler.cases.records import CaseBox
from handler.cases.sharing import share
from handler.drafts import store
from handler.errors import NotAllowed
from handler.lifecycle.notes import CHOICE, DAY, KEPT, SPECS, SUBJECT, Spec
from handler.lifecycle.recording import keep_note, newest_notes
from handler.people.acts import save
from tests.handler.founded import FoundedConsole
from tests.handler.people.forms import group
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

OF_ITS_OWN = {
    "learning": {"any": "no", "why-none": "Nothing new."},
    "agreed-words": {"words": "hope you are well"},
    "request": {"related": "no"},
    "care": {"agreed": "no"},
    "access-request": {"due": "2027-01-08"},
    "decision": {"consistent": "none", "rests-on": "Two accounts."},
}
"""What a rule asks for beside the fields that are needed by themselves."""


def least(spec: Spec) -> dict[str, str | list[str]]:
    """The first of each choice, a day to come, a word."""
    needed = [one for one in spec.fields if one.needed and one.kind != KEPT]
    values = {CHOICE: lambda one: next(iter(one.options)), DAY: lambda one: "2027-01-08"}
    return {**{one.name: values.get(one.kind, lambda one: "x")(one) for one in needed}, **OF_ITS_OWN.get(spec.name, {})}


def apart(spec: Spec) -> set[str]:
    """What is not kept as it was sent: sealed apart, or with the title of whom it is about."""
    return {one.name for one in spec.fields if one.masked or one.kind == SUBJECT}


def test_each_record_opens_keeps_the_least_it_needs_and_refuses_a_wrong_role(console: FoundedConsole) -> None:
    site = Site.published(console)
    site.deliver(Reporter.new(site).report())
    case_id, sven = case_id_of(site), console.add_person("Sven", "security-officer")
    share(site.desk(), case_id, sven.user_id)
    box = CaseBox(case_id, site.desk().case_key(case_id))
    both = console.add_person("Bo", "supervisor", "senior-decider")
    share(site.desk(), case_id, both.user_id)
    path = f"/cases/{case_id.hex()}"
    browser, other = browser_of(site, both), browser_of(site, sven)
    for one in (browser, other):
        one.post(f"{path}/open", {"reason": "assigned"}, page=path)
        one.post(f"{path}/conflict", {"clear": "yes"}, page=path)
    subject = save(site.desk(), case_id, group()).hex()
    for spec in SPECS.values():
        least_of = {**least(spec), **({"person": subject} if spec.of_subject else {})}
        if spec.name == "scope-seen":  # which is of a second person
            keep_note(site.desk(), case_id, "scope-review", least(SPECS["scope-review"]))
        form = f"{path}/record/{spec.name}"
        asked = set(re.findall(r' name="([^"]+)"', browser.get(form).text.split("<main")[1]))
        assert {one.name for one in spec.fields if one.kind != KEPT} <= asked, spec.name
        assert browser.post(form, {}, page=form).status_code == 400, spec.name
        sent = browser.post(form, least_of, page=form)
        assert sent.status_code == 303, spec.name
        with site.console.databases.console.read() as session:
            kept = newest_notes(session, box).get(spec.name)
        shown = {name: text for name, text in least(spec).items() if name not in apart(spec)}
        assert kept is not None and shown.items() <= kept.values.items(), spec.name
        if spec.name == "deletion":
            assert sent.headers["Location"].endswith(f"{path}#reply")
            draft = store.find(site.desk(both), case_id, "reply")
            assert draft is not None and draft.fields == {"text": ["x"]}, "what was decided is what is told next"
        assert other.get(form).status_code == 403, spec.name
        with pytest.raises(NotAllowed):
            keep_note(site.desk(sven), case_id, spec.name, {})
