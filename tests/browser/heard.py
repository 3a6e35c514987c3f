"""The site as a screen reader hears it: the browser's accessibility tree, found by role and name and by nothing else.

What is found is acted on where it stands in the tree: it gets the focus, and then a key or a text.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Page

WAIT = 30.0  # seconds: a busy machine is slow, not wrong
Found = TypeVar("Found")


@dataclass(frozen=True)
class Thing:
    """One thing that is heard: its role, its name, what describes it, and its states such as checked or invalid."""

    role: str
    name: str
    description: str
    states: dict[str, Any]
    node: int


class HeardSite:
    """A visit by ear."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._wire = page.context.new_cdp_session(page)
        self._wire.send("Accessibility.enable")

    def things(self, *roles: str) -> list[Thing]:
        """All that is heard now, in order; of these roles only, where some are named."""
        nodes = self._wire.send("Accessibility.getFullAXTree")["nodes"]
        heard = [_thing(node) for node in nodes if not node["ignored"] and "backendDOMNodeId" in node]
        return [thing for thing in heard if not roles or thing.role in roles]

    def find(self, role: str, name: str) -> Thing:
        """The first thing of this role and whole name."""
        return self._until(lambda: next((one for one in self.things(role) if one.name == name), None), f"{role} {name}")

    def expect_heading(self, name: str) -> "HeardSite":
        """The page's heading, which has the focus: it is what is said first."""
        self._until(lambda: self._focused_heading() == name or None, f"focus on the heading {name}")
        return self

    def expect_another_heading(self, name: str) -> str:
        """The heading that has the focus once it is no longer this one."""
        return self._until(
            lambda: heading if (heading := self._focused_heading()) not in ("", name) else None, f"heading after {name}"
        )

    def focused(self) -> Thing:
        """What has the focus, the window's own left out."""
        return self._until(
            lambda: next((o for o in self.things() if o.states.get("focused") and o.role != "RootWebArea"), None),
            "focus",
        )

    def press(self, role: str, name: str) -> "HeardSite":
        """A button or a link."""
        self._focus(self.find(role, name))
        self.page.keyboard.press("Enter")
        return self

    def choose(self, role: str, name: str) -> "HeardSite":
        """A radio button or a box; hears that it is chosen."""
        self._focus(self.find(role, name))
        self.page.keyboard.press("Space")
        self._until(lambda: self.find(role, name).states.get("checked") == "true" or None, f"{name} chosen")
        return self

    def type(self, name: str, text: str) -> "HeardSite":
        """Into the text box of this name."""
        self._focus(self.find("textbox", name))
        self.page.keyboard.insert_text(text)
        return self

    def read(self) -> list[str]:
        """All the text, piece by piece."""
        return [thing.name for thing in self.things("StaticText")]

    def _focused_heading(self) -> str:
        headings = [one for one in self.things("heading") if one.states.get("level") == 1]
        return next((one.name for one in headings if one.states.get("focused")), "")

    def _focus(self, thing: Thing) -> None:
        self._wire.send("DOM.focus", {"backendNodeId": thing.node})

    def _until(self, look: Callable[[], Found | None], what: str) -> Found:
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            found = look()
            if found is not None:
                return found
            time.sleep(0.05)
        raise AssertionError(f"not heard: {what}; there is: {[(one.role, one.name) for one in self.things()]}")


def _thing(node: dict[str, Any]) -> Thing:
    def text(key: str) -> str:
        return " ".join(str(node.get(key, {}).get("value", "")).split())

    states = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    return Thing(text("role"), text("name"), text("description"), states, node["backendDOMNodeId"])
