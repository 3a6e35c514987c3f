"""What Lighthouse finds on the first page besides its speed, which `make bench` measures."""

from tests.browser.site import LiveSite
from tests.support.lighthouse import lighthouse


def test_lighthouse_finds_nothing_on_the_first_page(live: LiveSite) -> None:
    run = lighthouse(live.url, "accessibility", "best-practices", "seo")
    assert run["failed"] == {}
    assert run["scores"] == {"accessibility": 100, "best-practices": 100, "seo": 100}
