"""The built site in memory, served byte for byte as it was built, and what every page's headers forbid the browser."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request

from reporter import manifest

FIRST_PAGE = "index.html"
SYNONYMS = (
    *("whistleblowing", "whistle-blowing", "whistleblower", "whistle-blower"),
    *("speak-up", "speakup", "raise-a-concern", "report-a-concern", "confidential-reporting"),
    *("report", "report-abuse", "psu"),
)
"""What people type who were told of the site by word of mouth: the first page stands there too, with the same bytes.
Phones begin with a capital letter: those count as small ones."""

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ]
)
FORBIDDEN = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
"""What no page may ask the browser for. A photo is chosen in the phone's own dialogue, which needs none of it."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FORBIDDEN),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noarchive",  # to be found, not to be kept
}
NOT_BUILT = b"The pages of this site have not been built yet. Its operator runs: reporter build --site-dir DIR\n"
NOTHING_HERE = b"There is nothing at this address. The first page of this site is at /\n"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class File:
    """A file's content type and its bytes by content coding: "" as built, and "br" and "gzip" where they were made."""

    type: str
    codings: Mapping[str, bytes]

    def chosen(self, accept_encoding: str) -> tuple[str, bytes]:
        """The smallest coding that the browser takes."""
        taken = _codings(accept_encoding)
        possible = [coding for coding in self.codings if not coding or coding in taken]
        coding = min(possible, key=lambda coding: len(self.codings[coding]))
        return coding, self.codings[coding]


def load(folder: Path) -> dict[str, File]:
    """Every file of the site built in `folder`, by its path; none where there is none."""
    try:
        entries = manifest.read(folder)
    except manifest.NotBuilt:
        return {}
    files = {path: File(entry.type, _read(folder / path)) for path, entry in entries.items()}
    files[manifest.NAME] = File(manifest.TYPES[".json"], _read(folder / manifest.NAME))
    if (folder / manifest.SIGNATURE).exists():
        files[manifest.SIGNATURE] = File(manifest.SIGNATURE_TYPE, _read(folder / manifest.SIGNATURE))
    return files


def create_blueprint(files: Mapping[str, File]) -> Blueprint:
    """GET of every file, of the first page under its other names, and one constant page for everything else."""
    frozen = Blueprint("frozen", __name__)
    known = addresses(files)

    @frozen.get("/", defaults={"path": FIRST_PAGE}, provide_automatic_options=False)
    @frozen.get("/<path:path>", provide_automatic_options=False)
    def file(path: str) -> Response:
        found = files.get(known.get(path.rstrip("/").lower(), path))
        if found is None and path == FIRST_PAGE:
            return Response(NOT_BUILT, 503, HEADERS, content_type=PLAIN)
        if found is None:
            abort(404)
        coding, content = found.chosen(request.headers.get("Accept-Encoding", ""))
        response = Response(content, 200, HEADERS, content_type=found.type)
        if path.startswith("offline."):  # for the visitor's disk: here its own script could not run
            response.headers["Content-Disposition"] = "attachment"
        if len(found.codings) > 1:
            response.headers["Vary"] = "Accept-Encoding"
        if coding:
            response.headers["Content-Encoding"] = coding
        return response

    return frozen


def addresses(paths: Iterable[str]) -> dict[str, str]:
    """The other addresses of the pages among these files, in small letters: cy for index.cy.html, and the synonyms."""
    pages = [(re.fullmatch(r"index\.([A-Za-z-]+)\.html", path), path) for path in paths]
    return {found[1].lower(): path for found, path in pages if found} | dict.fromkeys(("", *SYNONYMS), FIRST_PAGE)


def nothing_here() -> Response:
    """The same for every address that there is not."""
    return Response(NOTHING_HERE, 404, HEADERS, content_type=PLAIN)


def _codings(accept_encoding: str) -> set[str]:
    """The codings named there, but those with q=0."""
    taken = set()
    for part in accept_encoding.split(","):
        coding, _, weight = part.strip().partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(coding.strip().lower())
    return taken


def _read(path: Path) -> dict[str, bytes]:
    codings = {"": path.read_bytes()}
    for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
        packed = path.with_name(path.name + suffix)
        if packed.exists():
            codings[coding] = packed.read_bytes()
    return codings
