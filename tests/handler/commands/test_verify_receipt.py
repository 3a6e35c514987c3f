"""A receipt file against the root keys alone."""

import json
from pathlib import Path

import pytest

from crypto.opening import ed25519_public, sign
from crypto.proof import CHALLENGE_LABEL, Proof, content_hash, encode_proof, encode_receipt
from crypto.secret import SigningSeed
from handler.__main__ import main
from handler.founding.sitefile import SiteFile
from handler.keys.certificates import reply_signer
from tests.handler.founded import FoundedConsole

AUTHOR = SigningSeed(bytes(range(32)))
SALT = bytes(16)


def receipt(console: FoundedConsole, post: bytes = b"") -> bytes:
    """As a reporter saves it, for a report that came yesterday."""
    supervisor, today = console.unlocked(console.supervisor), console.services.today()
    with console.databases.console.read() as rows, console.databases.keyring.read() as wraps:
        signer = reply_signer(rows, console.services.keyring(wraps), supervisor, today)
    proof = Proof(
        site=console.services.site,
        group="psu",
        day=today - 1,
        signed=today,
        thread_id=bytes(16),
        sign_public=ed25519_public(AUTHOR),
        content_hash=content_hash(SALT, post),
        salt=SALT,
        certificate_id=signer.certificate_id,
    )
    roster = console.settings.roster_path.read_bytes()
    return encode_receipt(roster, signer.certificate_raw, encode_proof(proof, signer.sign))


def verify(console: FoundedConsole, tmp_path: Path, content: bytes, *more: str) -> int:
    file = tmp_path / "receipt.json"
    file.write_bytes(content)
    roots = ",".join(root.hex() for root in console.settings.console.root_keys)
    return main(["verify-receipt", "--roots", roots, str(file), "--json", *more])


def test_a_genuine_receipt_says_what_it_proves(
    console: FoundedConsole, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(console, tmp_path, receipt(console)) == 0
    told = json.loads(capsys.readouterr().out)
    today = console.services.today()
    assert (told["group"], told["day"], told["signed"], told["content"]) == ("psu", today - 1, today, False)


def test_site_json_serves_in_place_of_the_keys(console: FoundedConsole, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(receipt(console))
    site = console.settings.home.parent / "site"
    assert SiteFile.load(site).roots == console.settings.console.root_keys
    assert main(["verify-receipt", "--site-dir", str(site), str(file)]) == 0


def test_a_changed_receipt_is_refused(
    console: FoundedConsole, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genuine = json.loads(receipt(console))
    for part in ("roster", "certificate", "proof"):
        changed = dict(genuine)
        text = genuine[part]
        changed[part] = text[:100] + ("A" if text[100] != "A" else "B") + text[101:]
        assert verify(console, tmp_path, json.dumps(changed, separators=(",", ":")).encode()) == 1, part
        assert "not a genuine receipt" in capsys.readouterr().err


def test_a_receipt_of_another_sites_root_is_refused(console: FoundedConsole, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(receipt(console))
    assert main(["verify-receipt", "--roots", ed25519_public(AUTHOR).hex(), str(file)]) == 1


def test_a_signed_challenge_shows_the_author_and_a_wrong_one_does_not(console: FoundedConsole, tmp_path: Path) -> None:
    good = sign(AUTHOR, CHALLENGE_LABEL, b"today's text").hex()
    content = receipt(console)
    assert verify(console, tmp_path, content, "--challenge", "today's text", "--signature", good) == 0
    assert verify(console, tmp_path, content, "--challenge", "another text", "--signature", good) == 1
