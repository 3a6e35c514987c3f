"""A founded console for tests, with a clock that only tests move, and a person's browser in front of it."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto.secret import SeedXWing
from handler.app import create_app
from handler.database import Databases, open_databases
from handler.founding.found import found_site
from handler.founding.plan import Founded, Plan
from handler.identity import accounts, users
from handler.identity.tables import User
from handler.keys.unlocked import Unlocked
from handler.services import Services
from handler.settings import Settings

NOW = 1_795_000_000.0  # 18 November 2026
SUPERVISOR = "Sam Supervisor"
PASSPHRASE = "correct horse battery staple 41"
HANDLER_PASSPHRASE = "four quite unrelated words"


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Person:
    """Somebody who can sign in."""

    name: str
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)
    user_id: bytes = b""

    def code(self, now: float) -> str:
        return pyotp.TOTP(self.totp_secret).at(int(now))


@dataclass
class FoundedConsole:
    """A console of its own for one test."""

    settings: Settings
    databases: Databases
    founded: Founded
    clock: Clock
    _seeds: dict[tuple[bytes, str], SeedXWing] = field(default_factory=dict, repr=False)

    @property
    def services(self) -> Services:
        return Services(self.settings, self.databases, self.clock)

    @property
    def supervisor(self) -> Person:
        return Person(SUPERVISOR, PASSPHRASE, self.founded.totp_secret, self.founded.user_id)

    def app(self) -> Flask:
        app = create_app(self.settings, self.clock, self.databases)
        app.testing = True
        return app

    def unlocked(self, person: Person) -> Unlocked:
        """As after signing in; the seed is remembered, for opening it takes a while on purpose."""
        with self.databases.console.read() as console, self.databases.keyring.read() as wraps:
            known = self._seeds.get((person.user_id, person.passphrase))
            if known is not None:
                return accounts.unlocked(console, self.services.site, console.get_one(User, person.user_id), known)
            keyring = self.services.keyring(wraps)
            seed = accounts.open_seed(keyring, users.find(console, person.name), person.passphrase)
            self._seeds[(person.user_id, person.passphrase)] = seed
            return accounts.unlocked(console, self.services.site, console.get_one(User, person.user_id), seed)

    def add_person(self, name: str, *roles: str) -> Person:
        """By the supervisor, with the keys of the roles."""
        by, now, today = self.unlocked(self.supervisor), self.services.now(), self.services.today()
        with self.databases.write_both() as (console, wraps):
            keyring = self.services.keyring(wraps)
            made = accounts.create(
                console, keyring, name=name, roles=tuple(roles), passphrase=HANDLER_PASSPHRASE, today=today
            )
            accounts.share_role_keys(
                console, keyring, console_name=self.settings.console.name, by=by, user_id=made.user_id, now=now
            )
        return Person(name, HANDLER_PASSPHRASE, made.totp_secret, made.user_id)


def plan(folder: Path, name: str = "psu") -> Plan:
    """A console's decisions, everything below `folder`."""
    return Plan(
        home=folder / name,
        site_dir=folder / "site",
        name=name,
        groups=(name,),
        drop_url="https://127.0.0.1:1",
        supervisor=SUPERVISOR,
        passphrase=PASSPHRASE,
    )


def found(folder: Path, now: float = NOW) -> Founded:
    """A site with the console `psu`, in folder/psu, folder/site and folder/ceremony."""
    return found_site(plan(folder), folder / "ceremony", audiences={1: ("psu",)}, drop_hosts=["127.0.0.1"], now=now)


def open_console(home: Path, founded: Founded, **urls: str) -> FoundedConsole:
    settings = Settings(home=home, **urls)
    return FoundedConsole(settings, open_databases(settings), founded, Clock())


def copy_console(template: Path, founded: Founded, to: Path) -> FoundedConsole:
    """A console of a test's own, without founding it anew."""
    shutil.copytree(template, to, dirs_exist_ok=True)
    return open_console(to / "psu", founded)


class Browser:
    """A person's browser: keeps cookies, sends the form token that the page gave."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Accept": "text/html"})

    def post(self, path: str, form: dict[str, str | list[str]], page: str | None = None) -> TestResponse:
        """Sends a form that stands on `page` (by default the page of the same path)."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page or path).text)
        token = found.group(1) if found else ""
        return self.client.post(path, data={**form, "csrf_token": token}, headers={"Accept": "text/html"})

    def sign_in(self, person: Person, now: float, **changed: str) -> TestResponse:
        """With the code of this half minute, or with what a test changes."""
        form = {"name": person.name, "passphrase": person.passphrase, "code": person.code(now), "next": ""}
        return self.post("/sign-in", {**form, **changed})
