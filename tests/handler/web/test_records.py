"""Every kind of record by its pages: its form opens, what it needs at least is kept, and a wrong role is refused."""

import re

import pytest

from handler.cases.records import CaseBox
from handler.cases.sharing import share
from handler.drafts import store
from handler.errors import NotAllowed
from handler.lifecycle.notes import CHOICE, DAY, KEPT, SPECS, Spec
from handler.lifecycle.recording import keep_note, newest_notes
from tests.handler.founded import FoundedConsole
from tests.handler.reporters import Reporter, Site
from tests.handler.web.casepages import browser_of, case_id_of

OF_ITS_OWN = {"learning": {"any": "no", "why-none": "Nothing new."}, "agreed-words": {"words": "hope you are well"}}
"""What a rule asks for beside the fields that are needed by themselves."""


def least(spec: Spec) -> dict[str, str | list[str]]:
    """The first of each choice, a day to come, a word."""
    needed = [one for one in spec.fields if one.needed and one.kind != KEPT]
    values = {CHOICE: lambda one: next(iter(one.options)), DAY: lambda one: "2027-01-08"}
    return {**{one.name: values.get(one.kind, lambda one: "x")(one) for one in needed}, **OF_ITS_OWN.get(spec.name, {})}


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
    for spec in SPECS.values():
        form = f"{path}/record/{spec.name}"
        asked = set(re.findall(r' name="([^"]+)"', browser.get(form).text.split("<main")[1]))
        assert {one.name for one in spec.fields if one.kind != KEPT} <= asked, spec.name
        assert browser.post(form, {}, page=form).status_code == 400, spec.name
        sent = browser.post(form, least(spec), page=form)
        assert sent.status_code == 303, spec.name
        with site.console.databases.console.read() as session:
            kept = newest_notes(session, box).get(spec.name)
        assert kept is not None and least(spec).items() <= kept.values.items(), spec.name
        if spec.name == "deletion":
            assert sent.headers["Location"].endswith(f"{path}#reply")
            draft = store.find(site.desk(both), case_id, "reply")
            assert draft is not None and draft.fields == {"text": ["x"]}, "what was decided is what is told next"
        assert other.get(form).status_code == 403, spec.name
        with pytest.raises(NotAllowed):
            keep_note(site.desk(sven), case_id, spec.name, {})
