"""A console's folder and databases, filled before anything is put in its place."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from crypto import recovery
from crypto.calendar import day_of
from crypto.documents import Console, JoinRequest, encode_join_request
from crypto.opening import ed25519_public, signer
from crypto.secret import SeedXWing, SigningSeed
from crypto.suite import Random, xwing_public
from handler.audit.log import record
from handler.database import Databases, migrate, open_databases
from handler.errors import DatabaseTaken
from handler.files import PRIVATE, write_new
from handler.founding import tls
from handler.founding.plan import Plan
from handler.founding.sitefile import ROSTER
from handler.identity import accounts
from handler.identity.accounts import NewAccount
from handler.identity.roles import HANDLER, INTAKE, SUPERVISOR
from handler.identity.tables import User
from handler.identity.users import holders_with_role
from handler.keys.certification import Certifier
from handler.keys.keyring import Keyring, authority_purpose
from handler.keys.tables import LockedSeed
from handler.search import keys as search
from handler.settings import ConsoleFile, Settings

FIRST_ROLES = (SUPERVISOR, HANDLER, INTAKE)
JOIN_REQUEST = "join.request"
CLIENT_REQUEST = "client.csr"


@dataclass(frozen=True)
class MadeConsole:
    """A console that is whole but not in its place yet."""

    entry: Console  # for the roster
    join_request: bytes
    client_request: bytes
    account: NewAccount
    recovery_shares: list[str] = field(repr=False)


def make_console(
    folder: Path, plan: Plan, *, site: bytes, roots: tuple[bytes, bytes], now: float, random: Random = os.urandom
) -> MadeConsole:
    """Fills an empty folder, and databases elsewhere where the environment names them. Raises DatabaseTaken."""
    authority, publisher = SigningSeed(random(32)), SigningSeed(random(32))
    seed = SeedXWing(random(32))
    shares = recovery.split(seed, plan.shares_needed, plan.shares)  # spec: 10.5
    console = ConsoleFile(
        name=plan.name,
        site=site.hex(),
        roots=(roots[0].hex(), roots[1].hex()),
        groups=plan.groups,
        authority=ed25519_public(authority).hex(),
        publisher=ed25519_public(publisher).hex(),
        recovery=xwing_public(seed).hex(),
        drop_url=plan.drop_url,
        roster_file=str((plan.site_dir / ROSTER).absolute()),
        policy=plan.policy,
    )
    client_key, client_request = tls.client_request(plan.name)
    write_new(folder / "console.json", console.to_json().encode())
    write_new(folder / "publisher.key", publisher.expose(), PRIVATE)
    write_new(folder / "web.key", random(32), PRIVATE)
    write_new(folder / "client.key", client_key, PRIVATE)
    account = _fill_databases(Settings(home=folder), plan, console, authority, now=now, random=random)
    keys = (ed25519_public(authority), ed25519_public(publisher))
    request = encode_join_request(JoinRequest(site, plan.name, *keys, plan.groups), signer(authority))
    return MadeConsole(Console(plan.name, *keys, plan.groups), request, client_request, account, shares)


def _fill_databases(
    settings: Settings, plan: Plan, console: ConsoleFile, authority: SigningSeed, *, now: float, random: Random
) -> NewAccount:
    migrate(settings)
    databases = open_databases(settings)
    try:
        return _first_rows(databases, plan, console, authority, now=now, random=random)
    finally:
        databases.close()


def _first_rows(
    databases: Databases, plan: Plan, config: ConsoleFile, authority: SigningSeed, *, now: float, random: Random
) -> NewAccount:
    """The first supervisor, the authority key, the first certificates, and the first entry of the audit chain."""
    with databases.write_both() as (console, wraps):
        people = console.scalar(select(func.count()).select_from(User))
        seeds = wraps.scalar(select(func.count()).select_from(LockedSeed))
        if people or seeds:
            raise DatabaseTaken
        today = day_of(now)
        keyring = Keyring(wraps, config.site_id, config.recovery_key)
        account = accounts.create(
            console,
            keyring,
            name=plan.supervisor,
            roles=FIRST_ROLES,
            passphrase=plan.passphrase,
            today=today,
            random=random,
        )
        keyring.put(authority_purpose(config.name), authority.expose(), holders_with_role(console, SUPERVISOR))
        Certifier(console, keyring, config, authority).ensure(today, random)
        search.ensure(console, keyring, config.name, None, random)
        record(
            console,
            account.user_id,
            "console founded",
            clock=lambda: now,
            random=random,
            console=config.name,
            supervisor=account.user_id.hex(),
        )
    return account
