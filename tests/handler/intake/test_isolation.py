"""A report that is not for the PSU: tried with the PSU console's keys and databases directly, not through a page."""

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import select

from crypto.calendar import day_of, epoch_of
from crypto.code import derive, new_code
from crypto.envelope import Recipient, seal
from crypto.errors import BadSeal, NotAddressed
from crypto.openenvelope import open_envelope
from crypto.opening import XWingOpener
from crypto.post import Answer, Post, Report, encode_post
from crypto.secret import SeedXWing
from crypto.wrapping import unwrap
from handler.cases.reading import read_case
from handler.founding.found import join_site
from handler.founding.signing import sign
from handler.keys.certificates import epoch_certificates
from handler.keys.tables import Wrap
from tests.handler.caselist import page
from tests.handler.founded import NOW, Clock, FoundedConsole, found, open_console, plan
from tests.handler.reporters import MemoryDrop, Site

SECRET = "The head of the unit takes money."


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[FoundedConsole, FoundedConsole]:
    """The PSU's console and the independent recipient's, founded and joined."""
    folder: Path = tmp_path_factory.mktemp("both")
    psu = open_console(folder / "psu", found(folder))
    joined = join_site(plan(folder, "independent"), NOW)
    request = folder / "independent" / "join.request"
    sign(folder / "ceremony", folder / "site", NOW, request, {2: ("independent",)})
    return psu, open_console(folder / "independent", joined)


def report_for(console: FoundedConsole, group: str) -> bytes:
    """As a phone seals it for an audience of that group alone."""
    epoch = epoch_of(day_of(console.clock()))
    with console.databases.console.read() as session:
        (certificate,) = epoch_certificates(session, [epoch])
    keys = derive(new_code(2), console.settings.console.site_id, [group])
    report = Report("2026-11", {"involves": Answer(("standards-staff",))}, {"what": Answer((), SECRET)})
    post = Post(bytes(16), keys.sign_public, keys.reader_public, (report,), {group: bytes(64)})
    public = certificate.raw[52:1268]
    recipients = {group: Recipient(public, keys.secrets[group])}
    return seal(keys.site, epoch, recipients, encode_post(post), sign=keys.signer)


def test_the_psu_opens_nothing_of_a_report_to_the_independent_recipient(
    both: tuple[FoundedConsole, FoundedConsole],
) -> None:
    psu, independent = both
    envelope = report_for(independent, "independent")
    drops = [MemoryDrop(console.settings.console.root_keys, day_of(NOW)) for console in both]
    sites = [Site(dataclasses.replace(console, clock=Clock()), drop) for console, drop in zip(both, drops, strict=True)]
    for site in sites:
        site.drop.take(envelope)
        site.cycle()
    assert [site.open().cases for site in sites] == [0, 1]
    with psu.databases.console.read() as console:
        assert page(console).cases == []
    with independent.databases.console.read() as console:
        (case,) = page(console).cases
    view = read_case(sites[1].desk(), case.id)
    assert view.report.answers is not None
    assert view.report.answers.answers["what"].text == SECRET
    assert case.number == "INDEPENDENT-2026-0001"


def test_no_key_in_the_psus_keyring_opens_it(both: tuple[FoundedConsole, FoundedConsole]) -> None:
    psu, independent = both
    envelope = report_for(independent, "independent")
    by = psu.unlocked(psu.supervisor)
    site = psu.settings.console.site_id
    epoch = epoch_of(day_of(NOW))
    with psu.databases.keyring.read() as wraps:
        rows = list(wraps.scalars(select(Wrap).where(Wrap.holder == by.user_id)))
    secrets = [unwrap(by.opener, site, row.purpose, row.sealed) for row in rows]
    assert len(secrets) > 8  # the weeks' seeds, the authority, the reply key: everything the PSU's supervisor holds
    for secret in secrets:
        if len(secret) == 32:
            for group in ("independent", "psu"):
                with pytest.raises(NotAddressed):
                    open_envelope(envelope, group, epoch, XWingOpener(SeedXWing(secret)), site)


def test_the_psus_supervisor_opens_no_wrap_of_the_independent_keyring(
    both: tuple[FoundedConsole, FoundedConsole],
) -> None:
    psu, independent = both
    opener = psu.unlocked(psu.supervisor).opener
    with independent.databases.keyring.read() as wraps:
        rows = list(wraps.scalars(select(Wrap)))
    assert rows
    for row in rows:
        with pytest.raises(BadSeal):
            unwrap(opener, psu.settings.console.site_id, row.purpose, row.sealed)
