"""What may be an indecent image reaches the authorised unit, and is nowhere in clear on the way."""

import hashlib
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from crypto.pieces import piece_name
from handler.approvals.acts import NotYours, SamePerson
from handler.approvals.carrying import carry
from handler.approvals.tables import Approval
from handler.audit.tables import AuditEntry
from handler.cases.listing import open_case
from handler.cases.sharing import share
from handler.lifecycle.conflict import confirm
from handler.pickup.cycle import piece_store
from handler.sealing import ending, parcels
from handler.sealing.grounds import IMAGES
from handler.sealing.unpacking import read_key, read_public, unpack
from tests.handler.commands.test_commands import Answer, handler
from tests.handler.founded import PASSPHRASE
from tests.handler.sealing.sealed import SECRET, Scene, seal_file, seal_follow_up
from tests.handler.web.casepages import browser_of

NUMBER = "PSU-2026-0001"
SAID = dict.fromkeys(("unit", "reference", "when", "viewed"), "x")


def waiting(scene: Scene) -> Approval:
    with scene.site.console.databases.console.read() as console:
        return console.scalars(select(Approval).where(Approval.state == "waiting")).one()


def test_the_unit_alone_opens_what_two_supervisors_handed_over(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, settings = scene.site.console, scene.site.console.settings
    monkeypatch.setattr("handler.commandline.time", SimpleNamespace(time=console.clock))
    tess = console.add_person("Tess", "supervisor")
    share(scene.desk(), scene.case_id, tess.user_id)
    words = {name: str(handler("sealed", "key", tmp_path / name, "--json").json["words"]) for name in ("unit", "other")}
    out, to = tmp_path / "medium", ("--to", tmp_path / "unit" / "unit.pub")

    def command(act: str, *more: str | Path) -> Answer:
        by = ("--home", settings.home, "--by", console.supervisor.name)
        return handler("sealed", act, NUMBER, *by, *more, stdin=f"{PASSPHRASE}\n")

    assert "Nothing is sealed" in command("ask", *to, "--words", words["unit"]).err
    image, message = seal_file(scene, IMAGES), seal_follow_up(scene, IMAGES, scene.handler)
    assert "not the words of this key" in command("ask", *to, "--words", words["other"]).err
    assert command("ask", *to, "--words", words["unit"].upper()).code == 0
    assert "No second supervisor" in command("write", *to, "--into", out).err
    for person, refusal in ((console.supervisor, SamePerson), (scene.handler, NotYours)):
        with pytest.raises(refusal):
            carry(scene.desk(person), waiting(scene))
    open_case(scene.desk(tess), scene.case_id, "supervise")
    confirm(scene.desk(tess), scene.case_id, ticked=True)
    browser = browser_of(scene.site, tess)
    assert words["unit"] in browser.get("/approvals").text
    assert browser.post(f"/approvals/{waiting(scene).id.hex()}/approve", {}, page="/approvals").status_code == 303
    other = ("--to", tmp_path / "other" / "unit.pub")
    assert "No second supervisor" in command("write", *other, "--into", out).err, "approved for one key"
    assert not out.exists()

    told = command("write", *to, "--into", out)
    made = {one: out / f"{NUMBER}-{one.hex()[:8]}.parcel" for one in (image, message)}
    assert sorted(out.iterdir()) == sorted(made.values())
    left = scene.everything() + b"".join(path.read_bytes() for path in made.values()) + (told.out + told.err).encode()
    for secret in (b"first file", b"one.jpg", scene.files[0].key.expose().hex().encode(), SECRET.encode()):
        assert secret not in left
    with console.databases.console.read() as session:
        audit = b"".join(session.scalars(select(AuditEntry.entry)))
    page = browser.get(f"/cases/{scene.case_id.hex()}/sealed").text
    for path in made.values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert all(digest in where for where in (told.out, audit.decode(), page))

    def unit(path: Path, into: str, key: str = "unit") -> Answer:
        opens = ("--key", tmp_path / key / "unit.key", "--into", tmp_path / into, "--json")
        return handler("sealed", "open", path, *opens)

    assert (unit(made[image], "refused", "other").code, (tmp_path / "refused").exists()) == (1, False)
    got = unit(made[image], "image").json
    assert (got["object"], got["files"], got["incomplete"]) == (image.hex(), 1, 0)
    assert [path.read_bytes() for path in (tmp_path / "image").iterdir()] == [b"first file"]
    assert unit(made[message], "message").json["files"] == 0
    assert (tmp_path / "message" / "words.txt").read_text() == SECRET

    assert command("write", *to, "--into", out).code == 1, "nothing is overwritten"
    assert sorted(out.iterdir()) == sorted(made.values())
    for one in (image, message):
        ending.hand_over(scene.desk(), one, SAID)
        ending.destroy(scene.desk(), piece_store(settings), one)
    assert "Nothing is sealed" in command("write", *to, "--into", tmp_path / "late").err


def test_an_approval_ends_and_what_cannot_be_written_whole_leaves_nothing(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = scene.site.console
    tess = console.add_person("Tess", "supervisor")
    share(scene.desk(), scene.case_id, tess.user_id)
    seal_file(scene, IMAGES)
    seal_file(scene, IMAGES, place=1)
    words = str(handler("sealed", "key", tmp_path / "unit", "--json").json["words"])
    public, store = read_public(tmp_path / "unit" / "unit.pub"), piece_store(console.settings)
    parcels.ask(scene.desk(), NUMBER, public, words)
    carry(scene.desk(tess), waiting(scene))
    read, second = store.read, piece_name(scene.files[1].key, 0)

    def broken(name: bytes) -> bytes | None:
        if name == second:
            raise OSError("disk")
        return read(name)

    monkeypatch.setattr(store, "read", broken)
    with pytest.raises(OSError, match="disk"):
        parcels.write(scene.desk(), store, NUMBER, public, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    store.delete(second)
    monkeypatch.undo()
    made = parcels.write(scene.desk(), store, NUMBER, public, tmp_path / "out")
    assert [one.missing for one in made] == [0, 1]
    got = unpack(read_key(tmp_path / "unit" / "unit.key"), made[1].path.read_bytes(), tmp_path / "incomplete")
    assert (got.files, got.incomplete) == (0, 1)
    console.clock.forward(8 * 86_400)
    with pytest.raises(parcels.NotApproved):
        parcels.write(scene.desk(), store, NUMBER, public, tmp_path / "late")
