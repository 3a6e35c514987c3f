"""What the root signs after the founding: rosters with new consoles and audiences, and rosters anew before they end."""

from dataclasses import replace
from pathlib import Path

from crypto.calendar import day_of
from crypto.documents import Audience, Console, JoinRequest, Roster, encode_roster, parse_join_request, parse_roster
from crypto.roster import MAX_DAYS
from handler.errors import NotFounded, Refused
from handler.files import write_durably
from handler.founding import ceremony, tls
from handler.founding.sitefile import ROSTER, SiteFile


class AudienceTaken(Refused):
    """An audience keeps its groups for ever, because reporters' words name it. Give the new groups a new number."""


class KeysChanged(Refused):
    """The roster already has a console of that name with other keys. Give the new console another name."""


class UnknownRoot(Refused):
    """This root key is not one of the site's. Bring the key that was made at its founding."""


def sign(
    ceremony_folder: Path,
    site_dir: Path,
    now: float,
    request: Path | None = None,
    audiences: dict[int, tuple[str, ...]] | None = None,
) -> Roster:
    """The next roster: with the console that asks to join, if any, and the new audiences; and its client certificate.

    `request` is a join.request with its client.csr beside it; the answers (client.pem, ca.pem, roster.bin) go there.
    """
    site_file = SiteFile.load(site_dir)
    present = _present(site_file, site_dir)
    joining = parse_join_request(request.read_bytes(), site_file.site) if request is not None else None
    roster = _next(present, joining, audiences or {}, day_of(now))
    root = ceremony.root_signer(ceremony_folder)
    if root.public not in site_file.roots:
        raise UnknownRoot
    raw = encode_roster(roster, root.sign)
    consoles = dict(site_file.consoles)
    if request is not None and joining is not None:
        consoles[joining.name] = _answer(request.parent, ceremony_folder, joining.name, raw, now)
    write_durably(site_dir / ROSTER, raw)
    replace(site_file.with_roster(roster), consoles=consoles).save(site_dir)
    return roster


def _present(site_file: SiteFile, site_dir: Path) -> Roster:
    path = site_dir / ROSTER
    if not path.is_file():
        raise NotFounded(str(path))
    roster = parse_roster(path.read_bytes(), site_file.roots)
    roster.check_origin(site_file.site, site_file.serial)
    return roster


def _next(present: Roster, joining: JoinRequest | None, audiences: dict[int, tuple[str, ...]], today: int) -> Roster:
    consoles = present.consoles
    if joining is not None:
        entry = Console(joining.name, joining.authority, joining.publisher, joining.groups)
        known = present.console(joining.name)
        if known is not None and known != entry:
            raise KeysChanged(joining.name)
        consoles = (*(console for console in consoles if console != entry), entry)
    listed = {audience.number: audience.groups for audience in present.audiences}
    for number, groups in audiences.items():
        if listed.setdefault(number, groups) != groups:
            raise AudienceTaken(str(number))
    return Roster(
        present.site,
        present.serial + 1,
        today,
        today + MAX_DAYS,
        consoles,
        tuple(Audience(number, listed[number]) for number in sorted(listed)),
    )


def _answer(folder: Path, ceremony_folder: Path, console: str, roster: bytes, now: float) -> str:
    """Lays the answers beside the request; the fingerprint by which the drop will know the console."""
    authority = ceremony.pickup_authority(ceremony_folder)
    client, request = folder / "client.pem", folder / "client.csr"
    if not request.is_file():
        raise NotFounded(str(request))
    asked = request.read_bytes()
    # Asked again, the same certificate stays. With another's, laid there by whoever asks, the drop would mistake them.
    if not client.is_file() or not tls.issued_for(authority, client.read_bytes(), asked, console):
        write_durably(client, tls.client_certificate(authority, asked, console, now))
    write_durably(folder / "ca.pem", authority.certificate)
    write_durably(folder / ROSTER, roster)
    return tls.fingerprint(client.read_bytes())
