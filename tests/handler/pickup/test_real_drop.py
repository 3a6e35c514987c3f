"""A console against the real drop, over TLS with its client certificate: there and back."""

import argparse
import dataclasses
import http.client
import ssl
import time
from pathlib import Path

import pytest

from crypto.board import Kind
from crypto.calendar import day_of
from crypto.post import Answer, Report
from crypto.stamp import make
from crypto.state import State, parse_state
from handler.cases.files import download
from handler.cases.reading import read_case
from handler.commands import pickup
from handler.founding.found import found_site
from handler.pickup.cycle import piece_store
from handler.pickup.drop import DropUnreachable, PickupDrop
from tests.handler.caselist import page
from tests.handler.founded import Clock, FoundedConsole, open_console, plan
from tests.handler.reporters import MemoryDrop, Reporter, Site, upload
from tests.support.processes import Processes, free_port


@dataclasses.dataclass
class RealSite(Site):
    """The drop in memory only keeps what is to be posted; the real one does everything else."""

    port: int = 0

    def get(self, path: str) -> bytes:
        return self.ask("GET", path, None)[1]

    def ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request(method, path, body, {"Content-Type": "text/plain"} if body else {})
        answer = link.getresponse()
        return answer.status, answer.read()

    def state(self) -> State:
        return parse_state(self.get("/state"), self.pins)

    def post(self, envelope: bytes) -> None:
        state = self.state()
        stamp = make(envelope, state.set_id, state.d)
        assert self.ask("POST", "/envelopes", stamp + envelope) == (201, b"stored".ljust(64))

    def pickup(self) -> int:
        home = self.console.settings.home
        return pickup.run(argparse.Namespace(home=home, watch=False, interval=1.0, publish_every=None))


@pytest.fixture
def real(tmp_path: Path, processes: Processes) -> RealSite:
    public, private = free_port(), free_port()
    decided = dataclasses.replace(plan(tmp_path), drop_url=f"https://127.0.0.1:{private}")
    founded = found_site(
        decided, tmp_path / "ceremony", audiences={1: ("psu",)}, drop_hosts=["127.0.0.1"], now=time.time()
    )
    console: FoundedConsole = open_console(tmp_path / "psu", founded)
    console = dataclasses.replace(console, clock=Clock(time.time()))
    tls = tmp_path / "site" / "tls"
    env = {"CANDOUR_SITE": str(tmp_path / "site"), "CANDOUR_DATA": str(tmp_path / "drop")}
    (tmp_path / "drop").mkdir()
    drop = processes.python("-m", "reporter", "serve", "--listen", f"127.0.0.1:{public}", "--workers", "1", env=env)
    drop.wait_for_port(public)
    listener = processes.python(
        "-m", "reporter", "serve", "--pickup", "--listen", f"127.0.0.1:{private}",
        "--cert", tls / "drop.pem", "--key", tls / "drop.key", "--ca", tls / "ca.pem", env=env,
    )  # fmt: skip
    listener.wait_for_port(private)
    return RealSite(console, MemoryDrop(console.settings.console.root_keys, day_of(time.time())), port=public)


def test_a_report_with_a_file_comes_and_the_proof_goes_back(real: RealSite) -> None:
    assert real.pickup() == 0
    reporter = Reporter.new(real)
    ref = upload(real, "photo.jpg", b"picture" * 60_000)
    for name, piece in real.drop.files.items():
        assert real.ask("POST", f"/pieces/{name.hex()}", piece)[0] == 201
    real.post(reporter.seal(Report("2026-11", {"danger": Answer(("yes",))}, {"what": Answer((), "Real.")}, (ref,))))
    assert real.pickup() == 0
    assert real.open().cases == 1
    with real.console.databases.console.read() as console:
        (case,) = page(console).cases
    view = read_case(real.desk(), case.id)
    found = download(real.desk(), piece_store(real.console.settings), case.id, view.report.record_id, 0)
    assert found.content == b"picture" * 60_000
    assert real.pickup() == 0
    end = time.monotonic() + 60
    while not reporter.told() and time.monotonic() < end:
        time.sleep(0.2)  # another process of the drop may show the state before for a moment
    assert [message.kind for message in reporter.told()] == [Kind.PROOF, Kind.ACKNOWLEDGEMENT]


def test_without_the_clients_certificate_the_listener_says_nothing(real: RealSite) -> None:
    url = real.console.settings.console.drop_url
    stranger = ssl.create_default_context(cafile=str(real.console.settings.ca_path))
    with pytest.raises(DropUnreachable):
        PickupDrop(url, stranger).envelopes()
