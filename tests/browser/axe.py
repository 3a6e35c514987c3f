"""Faults that axe finds by the rules of WCAG 2.2 AA and by its own best practice."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONE_HEADING = ("page-has-heading-one",)


def faults_by_axe(page: Page, *, several_headings: bool = False) -> list[str]:
    """A line for each fault. `several_headings`: all pages are shown at once, each with its first-level heading."""
    options = {"runOnly": {"type": "tag", "values": TAGS}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"axe {one['id']}: {[node['target'] for node in one['nodes']]}"
        for one in found
        if not (several_headings and one["id"] in ONE_HEADING)
    ]
