"""Nothing of a report, and nothing of who sent it, is left anywhere but on the phone and in the console."""

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import CHECK, FILES, WHAT, ReporterSite
from tests.story.desk import case_ids, cases, desk_of, files_of, open_everything, report_of
from tests.story.world import World
from tests.support.browser import phone_context
from tests.support.processes import Processes, Program
from tests.support.wire import Wire

TEXT = "canary-text-Zugzwang-in-the-evidence-store"
FILE_NAME = "canary-name-Xylophon.pdf"
FILE_TEXT = b"%PDF-1.4 canary-content-Quetzalcoatl"
ADDRESS = "127.0.0.77"
AGENT = "CanaryBrowser/77.7 (Walrus)"
SENT = (TEXT.encode(), FILE_NAME.encode(), FILE_TEXT[9:])


@pytest.fixture(scope="module")
def visited(
    tmp_path_factory: pytest.TempPathFactory, module_processes: Processes, chromium: Browser
) -> Iterator[tuple[World, Wire, list[str]]]:
    """A site of its own, with one report by browser and one by command line, from the canary's address."""
    world = World(tmp_path_factory.mktemp("canary"), module_processes)
    world.found()
    world.start_drop()
    world.publish()
    attached = tmp_path_factory.mktemp("files") / FILE_NAME
    attached.write_bytes(FILE_TEXT)
    with Wire(world.drop_port, source=ADDRESS) as wire:
        context = phone_context(chromium, user_agent=AGENT)
        site = ReporterSite(context.new_page(), wire.url).open()
        site.begin().skip_to(WHAT).write(TEXT).go_on().skip_to(FILES)
        site.visible("[data-files]").set_input_files(attached)
        site.press("Send it as it is").expect_heading(FILES).go_on().skip_to(CHECK)
        words = site.send()
        printed = world.reporter(
            "send", "--site", wire.url, "--to", "psu", "--pins", world.site / "site.json",
            "--attach", attached, "--as-is", stdin=TEXT,
        )  # fmt: skip
        words += re.findall(r"[a-z]{3,8}", printed)
        yield world, wire, words
        context.close()


def everything_on_disk(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file: databases, their WAL, pieces, logs."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


def memory_of(program: Program) -> Iterator[bytes]:
    """What every process of the program's group holds in its writable memory."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if os.getpgid(int(process.name)) != program.pid:
                continue
            maps = (process / "maps").read_text()
            with (process / "mem").open("rb", buffering=0) as memory:
                for start, end in re.findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) rw", maps):
                    try:
                        memory.seek(int(start, 16))
                        yield memory.read(int(end, 16) - int(start, 16))
                    except (OSError, ValueError, OverflowError):
                        continue  # a mapping that cannot be read, such as a device's
        except ProcessLookupError:
            continue


def test_the_drop_never_has_what_was_written(visited: tuple[World, Wire, list[str]]) -> None:
    """Neither on the wire, nor in databases, WAL, files and logs, nor in the memory of its processes."""
    world, wire, _ = visited
    on_the_wire = wire.everything()
    assert len(on_the_wire) > 2 * 20_488
    for canary in SENT:
        assert canary not in on_the_wire
    logs = world.drop.log.parent if world.drop else world.folder
    for path, content in everything_on_disk(world.data, world.site, logs):
        for canary in SENT:
            assert canary not in content, path
    assert world.drop is not None
    assert world.pickup is not None
    scanned = 0
    for program in (world.drop, world.pickup):
        for block in memory_of(program):
            scanned += len(block)
            for canary in SENT:
                assert canary not in block
    assert scanned > 10_000_000


def test_the_drop_never_has_the_words(visited: tuple[World, Wire, list[str]]) -> None:
    """No two of the twelve words stand together anywhere that the drop writes or the wire carries."""
    world, wire, words = visited
    assert len(words) == 24
    pairs = [f"{a} {b}".encode() for a, b in pairwise(words)]
    for name, content in [("wire", wire.everything()), *everything_on_disk(world.data)]:
        assert not any(pair in content for pair in pairs), name


def test_nothing_tells_who_was_there(visited: tuple[World, Wire, list[str]]) -> None:
    """No address and no agent in databases, WAL, files and logs, though both were on the wire."""
    world, wire, _ = visited
    assert AGENT.encode() in wire.everything()
    logs = world.drop.log.parent if world.drop else world.folder
    for path, content in everything_on_disk(world.data, world.site, logs):
        assert ADDRESS.encode() not in content, path
        assert AGENT.encode() not in content, path
        assert b"Walrus" not in content, path


def test_both_reports_arrive(visited: tuple[World, Wire, list[str]]) -> None:
    """So the canaries were really sent: the console has both texts and both files, and only sealed."""
    world, _, _ = visited
    world.publish()
    with desk_of(world.psu) as desk:
        open_everything(desk)
        assert len(case_ids(desk)) == 2
        for view in cases(desk):
            assert report_of(view).answers["what"].text == TEXT
            assert [file.content for file in files_of(desk, view)] == [FILE_TEXT]
    for path, content in everything_on_disk(world.psu.home):
        for canary in SENT:
            assert canary not in content, path
