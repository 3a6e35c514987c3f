"""reporter send, against a real drop."""

from __future__ import annotations

import io
import json
from pathlib import Path

import piexif
import pytest
from PIL import Image

from crypto import code, documents, openfile, pieces, stamp, state
from crypto.errors import NotAddressed
from crypto.suite import h
from reporter.cli import drop as cli_drop
from reporter.cli.refusals import Offline
from tests.crypto import world
from tests.reporter.cli.conftest import Command, Seen, Site

TEXT = "He showed me his phone. “Delete it”, he said. Žádný strach."


def picture(orientation: int = 6) -> bytes:
    """A JPEG that says where it was taken."""
    gps = {piexif.GPSIFD.GPSLatitudeRef: b"N", piexif.GPSIFD.GPSLatitude: ((50, 1), (5, 1), (17, 1))}
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation, piexif.ImageIFD.Make: b"Maker"}, "GPS": gps})
    file = io.BytesIO()
    Image.effect_noise((80, 60), 40).save(file, "jpeg", exif=exif)
    return file.getvalue()


def first_of(words: tuple[int, str], path: str = "/envelopes") -> object:
    """A fault that answers the first request of a path."""
    return lambda seen: words if seen.path.startswith(path) else None


def test_report_reaches_its_group_and_the_words_name_it(site: Site, command: Command) -> None:
    ran = command("send", "--to", "psu", stdin=TEXT + "\n")
    assert ran.code == 0
    (opened,) = site.opened()
    assert opened.post.report and opened.post.report.answers["what"].text == TEXT
    own = code.derive(code.parse_words(ran.out), world.SITE, ["psu"])
    assert len(ran.out.split()) == 12
    assert (opened.post.sign, opened.post.reader) == (own.sign_public, own.reader_public)
    assert opened.thread_secret == own.secrets["psu"]


def test_another_group_cannot_open_it(site: Site, command: Command) -> None:
    assert command("send", "--to", "independent", stdin=TEXT).code == 0
    assert site.opened("independent")
    with pytest.raises(NotAddressed):
        site.opened("psu")


def test_two_groups_share_one_envelope(site: Site, command: Command) -> None:
    assert command("send", "--to", "psu", "--to", "independent", stdin=TEXT).code == 0
    (psu,), (independent,) = site.opened("psu"), site.opened("independent")
    assert psu.post_json == independent.post_json
    assert set(psu.post.seen) == {"psu", "independent"}


def test_json_gives_words_and_files(site: Site, command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(picture())
    ran = command("send", "--to", "psu", "--attach", str(tmp_path / "a.jpg"), "--json", stdin=TEXT)
    value = json.loads(ran.out)
    assert code.parse_words(value["words"]).audience == 1
    assert (value["groups"], value["files"]) == (["psu"], ["a.jpg"])


def test_requests_are_those_of_a_browser(site: Site, command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(picture())
    command("send", "--to", "psu", "--attach", str(tmp_path / "a.jpg"), stdin=TEXT)
    kinds = [(seen.method, seen.path.split("/")[1], len(seen.body)) for seen in site.seen]
    assert kinds == [("GET", "state", 0), ("POST", "pieces", 262144), ("POST", "envelopes", 20488)]
    for seen in site.seen:
        assert set(seen.headers) <= {"HTTP_HOST", "HTTP_USER_AGENT", "HTTP_ACCEPT", "CONTENT_TYPE", "CONTENT_LENGTH"}
        assert "python" not in seen.headers["HTTP_USER_AGENT"].lower()
        assert seen.headers.get("CONTENT_TYPE", "text/plain") == "text/plain"


def test_envelope_has_the_version_and_epoch_of_every_other(site: Site, command: Command) -> None:
    command("send", "--to", "psu", stdin="x")
    command("send", "--to", "independent", stdin="x" * 9000)
    heads = {raw[:3] for raw in site.stored()}
    assert heads == {b"\x01" + world.EPOCH.to_bytes(2, "big")}


def test_picture_arrives_without_its_position_and_the_right_way_up(
    site: Site, command: Command, tmp_path: Path
) -> None:
    raw = picture(orientation=6)
    (tmp_path / "IMG_1.jpg").write_bytes(raw)
    command("send", "--to", "psu", "--attach", str(tmp_path / "IMG_1.jpg"), stdin=TEXT)
    (ref,) = site.opened()[0].post.files
    assert (ref.name, ref.type, ref.cleaned) == ("IMG_1.jpg", "image/jpeg", True)
    content = openfile.open_file(ref, [site.piece(name) for name in pieces.piece_names(ref)])
    assert piexif.load(content)["0th"] == {piexif.ImageIFD.Orientation: 6}
    assert not piexif.load(content)["GPS"] and b"Maker" not in content
    assert Image.open(io.BytesIO(content)).tobytes() == Image.open(io.BytesIO(raw)).tobytes()


def test_large_file_travels_in_many_pieces(site: Site, command: Command, tmp_path: Path) -> None:
    content = bytes(range(256)) * 2048 + b"end"
    (tmp_path / "video.mov").write_bytes(content)
    command("send", "--to", "psu", "--attach", str(tmp_path / "video.mov"), "--as-is", stdin=TEXT)
    (ref,) = site.opened()[0].post.files
    assert (ref.count, ref.cleaned) == (4, False)
    assert openfile.open_file(ref, [site.piece(name) for name in pieces.piece_names(ref)]) == content


def test_file_that_cannot_be_cleaned_is_named_and_not_sent(site: Site, command: Command, tmp_path: Path) -> None:
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")
    ran = command("send", "--to", "psu", "--attach", str(tmp_path / "list.pdf"), stdin=TEXT)
    assert ran.code == 1 and "list.pdf" in ran.err and "--as-is" in ran.err
    assert site.seen == [] and ran.out == ""


def test_damaged_picture_is_named_and_not_sent(site: Site, command: Command, tmp_path: Path) -> None:
    (tmp_path / "half.jpg").write_bytes(picture()[:1000])
    ran = command("send", "--to", "psu", "--attach", str(tmp_path / "half.jpg"), "--as-is", stdin=TEXT)
    assert ran.code == 1 and "half.jpg" in ran.err and site.seen == []


def test_unknown_group_is_refused_with_those_there_are(site: Site, command: Command) -> None:
    ran = command("send", "--to", "press", stdin=TEXT)
    assert ran.code == 1 and "independent and psu" in ran.err and not site.posts()


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_to_send_is_refused(site: Site, command: Command, text: str) -> None:
    assert command("send", "--to", "psu", stdin=text).code == 1
    assert site.seen == []


def test_text_that_does_not_fit_is_refused_before_anything_is_sent(site: Site, command: Command) -> None:
    ran = command("send", "--to", "psu", stdin="x" * 15_497)
    assert ran.code == 1 and "bytes too many" in ran.err and not site.posts()


def test_usage_error_ends_with_2(command: Command) -> None:
    with pytest.raises(SystemExit) as ended:
        command("send", stdin=TEXT)
    assert ended.value.code == 2


def test_lost_connection_the_same_bytes_are_sent_again_and_stored_once(site: Site, command: Command) -> None:
    site.faults = [first_of((0, "")), first_of((0, ""))]
    assert command("send", "--to", "psu", stdin=TEXT).code == 0
    bodies = [seen.body for seen in site.posts()]
    assert len(bodies) == 3 and len(set(bodies)) == 1
    assert len(site.stored()) == 1


def test_answer_lost_after_storing_is_no_second_report(site: Site, command: Command) -> None:
    def store_and_break(seen: Seen) -> tuple[int, str] | None:
        if seen.path != "/envelopes":
            return None
        answer = site.app.test_client().post("/envelopes", data=seen.body, content_type="text/plain")
        assert answer.status_code == 201
        return 0, ""

    site.faults = [store_and_break]
    assert command("send", "--to", "psu", stdin=TEXT).code == 0
    assert len(site.posts()) == 2 and len(site.stored()) == 1


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_every_answer_lost_the_words_are_told_and_nothing_is_said_for_certain(
    site: Site, command: Command, options: tuple[str, ...]
) -> None:
    def store_and_break(seen: Seen) -> tuple[int, str] | None:
        if seen.path == "/envelopes":
            site.app.test_client().post("/envelopes", data=seen.body, content_type="text/plain")
            return 0, ""
        return None

    site.faults = [store_and_break] * (len(cli_drop.PAUSES) + 1)
    ran = command("send", "--to", "psu", *options, stdin=TEXT)
    assert ran.code == 1 and "may be stored or not" in ran.err and "Nothing was sent" not in ran.err
    words = json.loads(ran.out)["words"] if options else ran.out
    (opened,) = site.opened()
    assert code.derive(code.parse_words(words), world.SITE, ["psu"]).sign_public == opened.post.sign


def test_waits_before_another_try_are_not_all_alike(site: Site) -> None:
    waits: list[float] = []
    drop = cli_drop.Drop("http://127.0.0.1:1", world.PINS, waits.append)
    with pytest.raises(Offline):
        drop.post_piece(bytes(16), b"")
    assert all(pause / 2 <= waited <= 1.5 * pause for pause, waited in zip(cli_drop.PAUSES, waits, strict=True))
    assert waits != list(cli_drop.PAUSES)


def test_stale_stamp_the_state_is_fetched_once_and_the_same_envelope_stamped_again(
    site: Site, command: Command
) -> None:
    def refuse(seen: Seen) -> tuple[int, str] | None:
        if seen.path != "/envelopes":
            return None
        site.publish()
        return 409, "stamp"

    site.faults = [refuse]
    assert command("send", "--to", "psu", stdin=TEXT).code == 0
    first, second = site.posts()
    assert first.body[8:] == second.body[8:] and first.body[:8] != second.body[:8]
    assert [seen.path for seen in site.seen].count("/state") == 2


def test_stamp_refused_twice_ends_it(site: Site, command: Command) -> None:
    site.faults = [first_of((409, "stamp")), first_of((409, "stamp"))]
    ran = command("send", "--to", "psu", stdin=TEXT)
    assert ran.code == 1 and "Nothing was sent" in ran.err


def test_busy_drop_gets_a_dearer_stamp(site: Site, command: Command) -> None:
    site.faults = [first_of((503, "busy")), first_of((503, "busy"))]
    assert command("send", "--to", "psu", stdin=TEXT).code == 0
    raw = site.seen[0]
    assert raw.path == "/state"
    set_id = site.app.extensions["candour"].published.snapshot().sets[0].id
    bits = [stamp.zero_bits(seen.body[:8], seen.body[8:], set_id) for seen in site.posts()]
    assert [b >= least for b, least in zip(bits, (10, 11, 12), strict=True)] == [True] * 3


def test_full_drop_is_said_plainly(site: Site, command: Command) -> None:
    site.faults = [first_of((503, "full"))]
    ran = command("send", "--to", "psu", stdin=TEXT)
    assert ran.code == 1 and "no room" in ran.err and site.stored() == []


def test_word_with_another_status_is_not_believed(site: Site, command: Command) -> None:
    site.faults = [first_of((200, "stored"))]
    assert command("send", "--to", "psu", stdin=TEXT).code == 0
    assert len(site.posts()) == 2


def test_site_with_other_roots_is_not_sealed_for(site: Site, command: Command, tmp_path: Path) -> None:
    value = json.loads(site.pins.read_text())
    value["roots"] = [world.public("stranger").hex(), world.public("spare stranger").hex()]
    site.pins.write_text(json.dumps(value))
    ran = command("send", "--to", "psu", stdin=TEXT)
    assert ran.code == 1 and "BadSignature" in ran.err and not site.posts() and ran.out == ""


def test_rolled_back_roster_is_not_sealed_for(site: Site, command: Command) -> None:
    site.pins.write_text(site.pins.read_text().replace('"serial": 3', '"serial": 4'))
    ran = command("send", "--to", "psu", stdin=TEXT)
    assert ran.code == 1 and "RolledBack" in ran.err and not site.posts()


def test_expired_keys_are_not_sealed_for(site: Site, command: Command) -> None:
    site.clock.forward(80 * 86400)
    ran = command("send", "--to", "psu", stdin=TEXT)
    assert ran.code == 1 and "out of date" in ran.err and not site.posts()


def test_copy_is_what_the_proof_is_over(site: Site, command: Command, tmp_path: Path) -> None:
    command("send", "--to", "psu", "--copy", str(tmp_path / "copy"), stdin=TEXT)
    assert (tmp_path / "copy").read_bytes() == site.opened()[0].post_json
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


def test_unreachable_site_is_said_after_trying_again(site: Site, command: Command) -> None:
    address, site.address = site.address, "http://127.0.0.1:9"
    ran = command("send", "--to", "psu", stdin=TEXT)
    site.address = address
    assert ran.code == 1 and "cannot be reached" in ran.err


def test_world_of_this_test_is_the_sites(site: Site) -> None:
    raw = site.app.test_client().get("/state").data
    assert state.parse_state(raw, world.PINS).roster == documents.parse_roster(world.roster_raw(), world.ROOTS)
    assert h(raw)
