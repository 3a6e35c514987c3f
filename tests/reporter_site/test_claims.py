"""What the site promises is held by tests, and by no promise without one."""

import re
from html import unescape

import pytest

from reporter import claims
from reporter.build import Built
from tests.reporter_site.named import exists


@pytest.mark.parametrize("claim", claims.load(), ids=lambda claim: claim.text[:40])
def test_a_promise_names_tests_that_there_are(claim: claims.Claim) -> None:
    assert claim.tests
    assert [test for test in claim.tests if not exists(test)] == []


def test_the_page_makes_exactly_these_promises(built: Built) -> None:
    html = (built.folder / "index.html").read_text(encoding="utf-8")
    listed = re.search(r"<ul[^>]* data-claims>(.*?)</ul>", html, re.DOTALL)
    assert listed
    assert [unescape(item) for item in re.findall(r"<li>(.*?)</li>", listed[1])] == [
        claim.text for claim in claims.load()
    ]


def test_a_test_that_is_gone_is_missed() -> None:
    here = "tests/reporter_site/test_claims.py"
    assert exists(f"{here}::test_a_test_that_is_gone_is_missed")
    assert not exists(f"{here}::test_that_never_was")
    assert not exists(f"{here}::exists")
    assert not exists("tests/reporter_site/test_gone.py::test_a")


def test_without_an_audit_the_page_says_that_there_was_none(built: Built) -> None:
    assert "No one outside has checked this site yet." in (built.folder / "index.html").read_text(encoding="utf-8")
