"""`make run` as a newcomer meets it: founded once, answering everywhere, gone after Ctrl-C, the same the next time."""

import json
import os
import signal
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import phone_context
from tests.support.processes import Processes, Program, free_port, port_is_open

PORTS = ("DROP_PORT", "PICKUP_PORT", "CONSOLE_PORT", "INDEPENDENT_PORT")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"CANDOUR_HOME": str(tmp_path / "demo"), **{name: str(free_port()) for name in PORTS}}


def make_run(processes: Processes, settings: Mapping[str, str]) -> Program:
    program = processes.start("make", "run", name="make-run", env=settings)
    program.wait_for_line("ready", seconds=240, whole=True)
    return program


def interrupt(program: Program) -> None:
    """Ctrl-C: the terminal sends it to the whole foreground group."""
    os.killpg(program.pid, signal.SIGINT)
    program.wait_for_end()


def answer(port: str, path: str = "/") -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=30) as response:
        body: bytes = response.read()
    return body


def sign_in(page: Page, port: str, who: dict[str, str]) -> None:
    """As it is printed: the name, the passphrase, and a code from the secret."""
    page.goto(f"http://localhost:{port}/sign-in")
    page.get_by_label("Your name").fill(who["name"])
    page.get_by_label("Passphrase").fill(who["passphrase"])
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(who["totp_secret"]).now())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.timeout(600)
def test_run_founds_serves_stops_and_keeps_its_data(
    processes: Processes, settings: dict[str, str], chromium: Browser
) -> None:
    home = Path(settings["CANDOUR_HOME"])

    first = make_run(processes, settings)
    assert b"<html" in answer(settings["DROP_PORT"])
    assert len(answer(settings["DROP_PORT"], "/state")) > 1_000
    assert b"<form" in answer(settings["CONSOLE_PORT"])
    assert b"<form" in answer(settings["INDEPENDENT_PORT"])
    assert port_is_open(int(settings["PICKUP_PORT"]))
    sign_ins = json.loads((home / "demo.json").read_text())
    assert sorted(who["console"] for who in sign_ins) == ["independent", "independent", "psu", "psu"]
    told = first.output()
    assert all(who["name"] in told and who["passphrase"] in told and who["totp_secret"] in told for who in sign_ins)
    assert all(f":{settings[name]}/" in told for name in PORTS)

    consoles = {"psu": settings["CONSOLE_PORT"], "independent": settings["INDEPENDENT_PORT"]}
    for one, other in zip(sign_ins[:2], sign_ins[2:], strict=True):  # in one browser, one of each console
        page = phone_context(chromium).new_page()
        sign_in(page, consoles[one["console"]], one)
        sign_in(page, consoles[other["console"]], other)
        page.goto(f"http://localhost:{consoles[one['console']]}/")
        assert "sign-in" not in page.url, "the second console signed somebody out of the first"
        page.context.close()

    interrupt(first)
    assert [name for name in PORTS if port_is_open(int(settings[name]))] == []

    pins = (home / "site" / "site.json").read_bytes()
    settings["PICKUP_PORT"] = str(free_port())  # another port the next day is no reason to lose the data
    second = make_run(processes, settings)
    assert json.loads((home / "demo.json").read_text()) == sign_ins
    assert (home / "site" / "site.json").read_bytes() == pins
    assert len(answer(settings["DROP_PORT"], "/state")) > 1_000
    assert second.stop() != 0
    assert [name for name in PORTS if port_is_open(int(settings[name]))] == []
