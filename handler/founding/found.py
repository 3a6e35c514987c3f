"""Founding a site with its first console, and making a console that asks to join one.

Everything is made beside its place and then put there by renames, the console's folder last: a founding that breaks off
leaves either nothing that a later one minds, or a whole console.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crypto.calendar import day_of
from crypto.documents import Audience, Roster, encode_roster
from crypto.opening import signer
from crypto.roster import MAX_DAYS
from crypto.selftest import self_test
from crypto.suite import Random
from handler.errors import AlreadyFounded
from handler.files import PRIVATE, beside, sync_folder, sync_tree, write_new
from handler.founding import ceremony, tls
from handler.founding.console import CLIENT_REQUEST, JOIN_REQUEST, MadeConsole, make_console
from handler.founding.plan import Founded, Plan
from handler.founding.sitefile import NAME, ROSTER, TLS, SiteFile


def found_site(
    plan: Plan,
    ceremony_folder: Path,
    *,
    audiences: dict[int, tuple[str, ...]],
    drop_hosts: list[str],
    now: float,
    random: Random = os.urandom,
) -> Founded:
    """A new site: roots, roster, pickup certificates, and its first console. Raises AlreadyFounded, DatabaseTaken."""
    self_test()
    for taken in (plan.site_dir / NAME, plan.site_dir / ROSTER, plan.site_dir / TLS):
        if taken.exists():
            raise AlreadyFounded(str(taken))
    _require_free(plan.home)
    _require_free(ceremony_folder)
    plan.site_dir.mkdir(parents=True, exist_ok=True)
    site, roots = random(16), ceremony.Roots.new(random)
    authority = tls.new_authority(now)
    with beside(plan.home) as home, beside(ceremony_folder) as keys, _within(plan.site_dir) as public:
        made = make_console(home, plan, site=site, roots=roots.public, now=now, random=random)
        client = tls.client_certificate(authority, made.client_request, plan.name, now)
        roster = first_roster(site, made, audiences, day_of(now))
        raw = encode_roster(roster, signer(roots.current))
        consoles = {plan.name: tls.fingerprint(client)}
        site_file = SiteFile(site, roots.public, roster.serial, audiences, consoles)
        ceremony.write_ceremony(keys, roots, authority)
        _write_public(public, site_file, raw, authority, tls.server_leaf(authority, drop_hosts, now))
        for name, content in (("client.pem", client), ("ca.pem", authority.certificate), (ROSTER, raw)):
            write_new(home / name, content)
        _put_in_place([(keys, ceremony_folder), *_parts(public, plan.site_dir), (home, plan.home)])
    return Founded(site, site_file.fingerprint, made.account.user_id, made.account.totp_secret, made.recovery_shares)


def first_roster(site: bytes, made: MadeConsole, audiences: dict[int, tuple[str, ...]], today: int) -> Roster:
    """Serial 1, good for as long as a roster may be."""
    listed = tuple(Audience(number, groups) for number, groups in sorted(audiences.items()))
    return Roster(site, 1, today, today + MAX_DAYS, (made.entry,), listed)


def join_site(plan: Plan, now: float, random: Random = os.urandom) -> Founded:
    """A console for an existing site, whose public pins are in `plan.site_dir`. Its folder holds the join request.

    Raises NotFounded where there is no site, AlreadyFounded, DatabaseTaken.
    """
    self_test()
    site_file = SiteFile.load(plan.site_dir)
    _require_free(plan.home)
    with beside(plan.home) as home:
        made = make_console(home, plan, site=site_file.site, roots=site_file.roots, now=now, random=random)
        write_new(home / JOIN_REQUEST, made.join_request)
        write_new(home / CLIENT_REQUEST, made.client_request)
        _put_in_place([(home, plan.home)])
    account = made.account
    return Founded(site_file.site, site_file.fingerprint, account.user_id, account.totp_secret, made.recovery_shares)


def _write_public(folder: Path, site_file: SiteFile, roster: bytes, authority: tls.Authority, drop: tls.Leaf) -> None:
    (folder / TLS).mkdir()
    write_new(folder / TLS / "ca.pem", authority.certificate)
    write_new(folder / TLS / "drop.pem", drop.certificate)
    write_new(folder / TLS / "drop.key", drop.key, PRIVATE)
    write_new(folder / ROSTER, roster)
    write_new(folder / NAME, site_file.encode())


def _require_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyFounded(str(folder))


@contextmanager
def _within(folder: Path) -> Iterator[Path]:
    with beside(folder / "public") as made:
        yield made


def _parts(made: Path, place: Path) -> list[tuple[Path, Path]]:
    """site.json last: it is what tells that there is a site."""
    return [(made / name, place / name) for name in (TLS, ROSTER, NAME)]


def _put_in_place(moves: list[tuple[Path, Path]]) -> None:
    """All of the moves, or none of them if one fails."""
    for made, _ in moves:
        if made.is_dir():
            sync_tree(made)
    done: list[tuple[Path, Path]] = []
    try:
        for made, place in moves:
            made.rename(place)  # over an empty folder too
            done.append((made, place))
            sync_folder(place.parent)
    except OSError:
        for made, place in reversed(done):
            place.rename(made)
        raise
