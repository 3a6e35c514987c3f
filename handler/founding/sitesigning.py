"""The root's signature of a built site: of the manifest that lists each of its files (SPEC 8.1)."""

from pathlib import Path

from crypto.calendar import day_of
from crypto.documents import SiteSignature, encode_site_signature, parse_site_signature
from crypto.suite import h
from handler.errors import Refused
from handler.files import write_durably
from handler.founding import ceremony
from handler.founding.signing import UnknownRoot
from handler.founding.sitefile import SiteFile

MANIFEST, SIGNATURE, BUILT = "manifest.json", "manifest.sig", "site"


class NoManifest(Refused):
    """There is no manifest of a built site. Run `reporter build --site-dir DIR` and bring DIR/site/manifest.json."""


class OtherManifest(Refused):
    """This manifest has another SHA-256 than the one you expect. Sign nothing until you know which build it is of."""


def sign_site(ceremony_folder: Path, site_dir: Path, now: float, expected: bytes | None = None) -> SiteSignature:
    """Signs DIR/site/manifest.json, with the serial after that of DIR/manifest.sig, and writes that file anew.

    A copy goes beside the manifest, from where it is served. `expected` is the SHA-256 that others read out who built
    the same site. Raises NotFounded, NoManifest, OtherManifest, NoRootKey, UnknownRoot.
    """
    site_file = SiteFile.load(site_dir)
    manifest = site_dir / BUILT / MANIFEST
    if not manifest.is_file():
        raise NoManifest(str(manifest))
    digest = h(manifest.read_bytes())
    if expected is not None and expected != digest:
        raise OtherManifest(digest.hex())
    root = ceremony.root_signer(ceremony_folder)
    if root.public not in site_file.roots:
        raise UnknownRoot
    kept = site_dir / SIGNATURE
    last = parse_site_signature(kept.read_bytes(), site_file.roots).serial if kept.is_file() else 0
    signature = SiteSignature(site_file.site, last + 1, day_of(now), digest)
    raw = encode_site_signature(signature, root.sign)
    for place in (kept, manifest.with_name(SIGNATURE)):
        write_durably(place, raw)
    return signature
