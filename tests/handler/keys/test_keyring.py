"""Who can open what: wraps decide, not pages; and the disk alone opens nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.calendar import epoch_of
from crypto.documents import parse_epoch_certificate, parse_reply_certificate
from crypto.errors import BadSeal
from crypto.opening import XWingOpener, ed25519_public
from crypto.secret import SeedXWing, SigningSeed
from crypto.suite import seal_xwing, xwing_public
from handler.errors import NotAllowed
from handler.identity.users import holders_with_role
from handler.keys.certificates import (
    destroy_epoch,
    epoch_certificates,
    epochs_with_seeds,
    newest_reply_certificate,
    published_reply_certificates,
    reply_signer,
    revoked_ids,
)
from handler.keys.certification import REPLY_DAYS, WEEKS_AHEAD, Certifier
from handler.keys.keyring import Keyring, authority_purpose, epoch_purpose, reply_purpose
from handler.keys.unlocked import RECOVERY_ID, Holder, Unlocked
from handler.keys.upkeep import due
from tests.handler.founded import Browser, FoundedConsole

SECRET = bytes(range(32))
SITE = bytes(16)


def holder(number: int) -> tuple[Holder, Unlocked]:
    seed = SeedXWing(bytes([number]) * 32)
    identity = bytes([number]) * 16
    unlocked = Unlocked(identity, f"person {number}", frozenset({"handler"}), SITE, XWingOpener(seed))
    return Holder(identity, xwing_public(seed)), unlocked


@pytest.fixture
def keyring(any_console: FoundedConsole) -> Iterator[Keyring]:
    with any_console.databases.keyring.write() as session:
        yield Keyring(session, SITE, xwing_public(SeedXWing(bytes(32))))


def test_a_secret_opens_for_its_holders_and_recovery_only(keyring: Keyring) -> None:
    (one, unlocked_one), (_, unlocked_two) = holder(1), holder(2)
    keyring.put("case 00", SECRET, [one])
    assert keyring.get("case 00", unlocked_one) == SECRET
    assert keyring.open_as("case 00", RECOVERY_ID, XWingOpener(SeedXWing(bytes(32)))) == SECRET
    assert keyring.holders("case 00") == {one.id, RECOVERY_ID}
    with pytest.raises(NotAllowed):
        keyring.get("case 00", unlocked_two)


def test_a_wrap_copied_to_another_purpose_or_person_does_not_open(keyring: Keyring) -> None:
    from handler.keys.tables import Wrap

    (one, unlocked_one), (two, unlocked_two) = holder(1), holder(2)
    keyring.put("case 00", SECRET, [one])
    row = keyring.session.get_one(Wrap, ("case 00", one.id))
    keyring.session.add_all(
        [
            Wrap(purpose="case 01", holder=one.id, sealed=row.sealed),
            Wrap(purpose="case 00", holder=two.id, sealed=row.sealed),
        ]
    )
    keyring.session.flush()
    for purpose, unlocked in (("case 01", unlocked_one), ("case 00", unlocked_two)):
        with pytest.raises(NotAllowed):
            keyring.get(purpose, unlocked)


def test_sharing_takes_holding(keyring: Keyring) -> None:
    (one, unlocked_one), (two, unlocked_two) = holder(1), holder(2)
    keyring.put("case 00", SECRET, [one])
    with pytest.raises(NotAllowed):
        keyring.share("case 00", unlocked_two, [two])
    keyring.share("case 00", unlocked_one, [two])
    assert keyring.get("case 00", unlocked_two) == SECRET


def test_revoking_takes_from_one_and_destroying_from_all(keyring: Keyring) -> None:
    (one, unlocked_one), (two, unlocked_two) = holder(1), holder(2)
    keyring.put("case 00", SECRET, [one, two])
    keyring.revoke("case 00", one.id)
    with pytest.raises(NotAllowed):
        keyring.get("case 00", unlocked_one)
    assert keyring.get("case 00", unlocked_two) == SECRET
    keyring.destroy("case 00")
    assert keyring.holders("case 00") == set()


def test_a_new_handler_opens_the_weeks_and_signs_but_does_not_certify(any_console: FoundedConsole) -> None:
    intake = any_console.unlocked(any_console.add_person("Olu", "intake"))
    epoch = epoch_of(any_console.services.today())
    with any_console.databases.write_both() as (console, wraps):
        keyring = any_console.services.keyring(wraps)
        certificate = epoch_certificates(console, [epoch])[0]
        authority = bytes.fromhex(any_console.settings.console.authority)
        public = parse_epoch_certificate(certificate.raw, authority, any_console.services.site).public
        sealed = seal_xwing(public, b"info", b"report")
        assert keyring.epoch_opener(intake, "psu", epoch).open(b"info", sealed) == b"report"
        assert reply_signer(console, keyring, intake, any_console.services.today()).sign("candour/1 reply", b"x")
        with pytest.raises(NotAllowed):
            Certifier.of(console, keyring, any_console.settings.console, intake)


def test_roles_bring_no_more_keys_than_they_need(console: FoundedConsole) -> None:
    held = {}
    for role in ("handler", "intake", "auditor", "administrator", "supervisor"):
        person = console.add_person(role, role)
        with console.databases.keyring.read() as session:
            purposes = console.services.keyring(session).purposes(person.user_id)
        held[role] = {purpose.split(" ")[0] for purpose in purposes}
    assert held == {
        "handler": {"reply", "search"},
        "intake": {"reply", "epoch", "search"},
        "auditor": set(),
        "administrator": set(),
        "supervisor": {"authority", "search"},
    }


def test_a_supervisor_cannot_give_on_what_they_do_not_hold(console: FoundedConsole) -> None:
    bare = console.unlocked(console.add_person("Bea", "supervisor"))
    from handler.identity import accounts

    with (
        pytest.raises(NotAllowed, match="Bea does not hold: epoch psu"),
        console.databases.write_both() as (rows, wraps),
    ):
        keyring = console.services.keyring(wraps)
        made = accounts.create(rows, keyring, name="Olu", roles=("intake",), passphrase="a long enough one", today=1)
        accounts.share_role_keys(
            rows, keyring, console_name="psu", by=bare, user_id=made.user_id, now=console.services.now()
        )
    with console.databases.console.read() as rows:
        assert [found.id for found in holders_with_role(rows, "intake")] == [console.founded.user_id]


def test_certification_reaches_eight_weeks_ahead_and_is_repeatable(any_console: FoundedConsole) -> None:
    supervisor = any_console.unlocked(any_console.supervisor)
    today = any_console.services.today()
    for later, expected in ((0, 0), (7, 1), (21, 2)):
        with any_console.databases.write_both() as (console, wraps):
            certifier = Certifier.of(
                console, any_console.services.keyring(wraps), any_console.settings.console, supervisor
            )
            assert len(certifier.ensure(today + later).epochs) == expected
    with any_console.databases.console.read() as console, any_console.databases.keyring.read() as wraps:
        first = epoch_of(today)
        weeks = [row.epoch for row in epoch_certificates(console, range(first, first + 100))]
        assert weeks == list(range(first, first + 3 + WEEKS_AHEAD + 1))
        assert [epoch for _, epoch in epochs_with_seeds(any_console.services.keyring(wraps))] == weeks


def test_reply_key_is_renewed_before_it_ends_and_the_old_one_stays_valid(console: FoundedConsole) -> None:
    supervisor, today = console.unlocked(console.supervisor), console.services.today()
    with console.databases.write_both() as (rows, wraps):
        certifier = Certifier.of(rows, console.services.keyring(wraps), console.settings.console, supervisor)
        assert certifier.ensure(today + REPLY_DAYS - 7 * WEEKS_AHEAD).reply is None
        first = newest_reply_certificate(rows, today)
        renewed = certifier.ensure(today + REPLY_DAYS - 7 * WEEKS_AHEAD + 1).reply
        assert first is not None
        assert renewed is not None
        later = today + 40
        assert reply_signer(rows, certifier.keyring, supervisor, later).certificate_id == renewed
        assert [row.id for row in published_reply_certificates(rows, later)] == [first.id, renewed]
        assert revoked_ids(rows) == []


def test_rotation_revokes_and_destroys_the_old_reply_key(any_console: FoundedConsole) -> None:
    supervisor, today = any_console.unlocked(any_console.supervisor), any_console.services.today()
    with any_console.databases.write_both() as (console, wraps):
        keyring = any_console.services.keyring(wraps)
        old = newest_reply_certificate(console, today)
        assert old is not None
        fresh, revoked = Certifier.of(console, keyring, any_console.settings.console, supervisor).rotate_reply_key(
            today
        )
        assert revoked == [old.id] == revoked_ids(console)
        assert keyring.holders(reply_purpose(old.id)) == set()
        signer = reply_signer(console, keyring, supervisor, today)
        assert signer.certificate_id == fresh
        authority = bytes.fromhex(any_console.settings.console.authority)
        parsed = parse_reply_certificate(signer.certificate_raw, authority, any_console.services.site)
        assert parsed.covers(today)
        assert parsed.public == ed25519_public(SigningSeed(keyring.get(reply_purpose(fresh), supervisor)))


def test_a_destroyed_week_opens_for_nobody(console: FoundedConsole) -> None:
    supervisor, epoch = console.unlocked(console.supervisor), epoch_of(console.services.today())
    with console.databases.keyring.write() as session:
        keyring = console.services.keyring(session)
        destroy_epoch(keyring, "psu", epoch)
        assert keyring.holders(epoch_purpose("psu", epoch)) == set()
        with pytest.raises(NotAllowed):
            keyring.epoch_opener(supervisor, "psu", epoch)


def test_the_disk_alone_opens_nothing_even_while_somebody_is_signed_in(console: FoundedConsole) -> None:
    """Everything in the folder, tried as a key against everything sealed; and no secret's bytes stand in any file."""
    Browser(console.app()).sign_in(console.supervisor, console.clock.now)
    supervisor = console.unlocked(console.supervisor)
    with console.databases.keyring.read() as session:
        keyring = console.services.keyring(session)
        purposes = keyring.purposes(supervisor.user_id)
        secrets = [keyring.get(purpose, supervisor) for purpose in purposes]
        wraps = [(purpose, row) for purpose in purposes for row in _sealed(keyring, purpose)]
    assert {"authority psu", *purposes} == {*purposes}, "the authority key is among them"
    contents = {path: path.read_bytes() for path in _files(console.settings.home)}
    for purpose, secret in zip(purposes, secrets, strict=True):
        for path, content in contents.items():
            assert secret not in content, f"{purpose} in {path.name}"
    for purpose, sealed in wraps[:4]:
        for key in (content for content in contents.values() if len(content) == 32):
            with pytest.raises(BadSeal):
                XWingOpener(SeedXWing(key)).open(b"candour/1 wrap\0" + console.services.site + purpose.encode(), sealed)


def _sealed(keyring: Keyring, purpose: str) -> list[bytes]:
    from sqlalchemy import select

    from handler.keys.tables import Wrap

    return list(keyring.session.scalars(select(Wrap.sealed).where(Wrap.purpose == purpose)))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_authority_key_is_the_one_in_the_roster(console: FoundedConsole) -> None:
    supervisor = console.unlocked(console.supervisor)
    with console.databases.keyring.read() as session:
        seed = console.services.keyring(session).get(authority_purpose("psu"), supervisor)
    assert ed25519_public(SigningSeed(seed)).hex() == console.settings.console.authority


def test_a_supervisors_sign_in_certifies_the_weeks_that_are_due(console: FoundedConsole) -> None:
    app, week = console.app(), 7 * 86400
    olu = console.add_person("Olu", "handler")
    console.clock.forward(2 * week)
    Browser(app).sign_in(olu, console.clock.now)
    assert due(console.services), "a handler's sign-in certifies nothing"
    Browser(app).sign_in(console.supervisor, console.clock.now)
    assert not due(console.services)
    last = epoch_of(console.services.today()) + WEEKS_AHEAD
    with console.databases.console.read() as rows:
        assert [row.group for row in epoch_certificates(rows, [last])] == ["psu"]


def test_who_was_revoked_while_a_secret_is_replaced_gets_neither_when_that_is_undone(keyring: Keyring) -> None:
    one, first = holder(1)
    two, second = holder(2)
    keyring.put("case 00", b"o" * 32, [one, two])
    keyring.replace("case 00", b"n" * 32, b"newer id", [one, two])
    keyring.revoke("case 00", two.id)
    keyring.settle("case 00", b"older id")
    assert keyring.get("case 00", first) == b"o" * 32
    with pytest.raises(NotAllowed):
        keyring.get("case 00", second)
