"""Freezes the public site into immutable files: DIR/site.json in, DIR/site/ out.

The same sources and pins give the same bytes on every machine, so that anyone can build the site again and compare.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import zopfli.gzip

from reporter import manifest, offline, questionnaire, rendering, sitesettings, wellknown
from reporter.bundling import CLIENT, bundle
from reporter.facts import Facts
from reporter.facts import load as load_facts
from reporter.languages import TRANSLATIONS
from reporter.mirroring import mirror
from reporter.trimming import trim, used_classes

ZOPFLI_ROUNDS = 5  # more take longer and save next to nothing
PINNED = ("site", "roots", "serial", "audiences")


class BadPins(Exception):
    """site.json is missing or lacks what the page must know; run `handler init --site-dir DIR` first."""


@dataclass(frozen=True)
class Built:
    """A frozen site: its folder, and for each file its size plain, with brotli and with gzip, in bytes.

    `unconfirmed`: the facts in its pages that nobody has vouched for. `manifest`: the
    SHA-256 of manifest.json. `signed`: whether a root has signed it.
    `security_until`: the end of its security.txt, if it has one.
    """

    folder: Path
    sizes: dict[str, tuple[int, int, int]]
    unconfirmed: tuple[str, ...] = ()
    manifest: str = ""
    signed: bool = False
    security_until: datetime | None = None


def build(
    site_dir: Path,
    client: Path = CLIENT,
    address: str = "",
    confirmed: bool = False,
    translations: Path = TRANSLATIONS,
) -> Built:
    """Builds DIR/site anew; the old one is replaced only when all went well.

    `address` is where the offline page sends to; without it, that of site.json ("address"), if there is one.
    `confirmed`: refuse while a fact is a default that nobody has vouched for.
    Raises BadPins, BadAddress, BadSettings, Unconfirmed, BadQuestionnaire, BadTranslation, NoNode, NoClientPackages,
    BundleFailed.
    """
    pins = read_pins(site_dir / "site.json")
    address = offline.checked(address or read_address(site_dir / "site.json"))
    forms = questionnaire.load_forms()
    settings = sitesettings.load(site_dir)
    if confirmed:
        sitesettings.check_confirmed(settings)
    if not settings.files:
        forms = {name: questionnaire.without_files(form) for name, form in forms.items()}
    files = make(pins, forms, client, address, settings.facts, translations=translations)
    fresh, target = site_dir / "site.new", site_dir / "site"
    shutil.rmtree(fresh, ignore_errors=True)
    sizes = write(fresh, files)
    digest = hashlib.sha256(manifest.read_raw(fresh)).hexdigest()
    signed = manifest.keep_signature(site_dir, fresh, pins)
    old = site_dir / "site.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    until = wellknown.expires(settings.facts) if wellknown.SECURITY in files else None
    return Built(target, sizes, tuple(sorted(settings.facts.unconfirmed)), digest, signed, until)


def read_pins(path: Path) -> dict[str, Any]:
    """What the page is shipped with (SPEC 1), without what only the drop needs. Raises BadPins."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {name: raw[name] for name in PINNED}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BadPins(f"{path}: {BadPins.__doc__} ({problem!r})") from None


def read_address(path: Path) -> str:
    """The site's address where site.json has one, or nothing. read_pins has checked the rest."""
    found = json.loads(path.read_text(encoding="utf-8")).get("address", "")
    return found if isinstance(found, str) else ""


def make(
    pins: Mapping[str, Any],
    forms: Mapping[str, questionnaire.Questionnaire],
    client: Path = CLIENT,
    address: str = "",
    facts: Facts | None = None,
    *,
    translations: Path = TRANSLATIONS,
) -> dict[str, bytes]:
    """Every file of the site but the manifest, by its path."""
    made = bundle(client)
    facts = facts or load_facts()
    languages = rendering.languages(translations)
    texts = [rendering.render(language, pins, forms, rendering.Assets(), facts=facts) for language in languages]
    css = trim(made.css.decode(), used_classes(made.script.decode(), *texts))
    sheets = {"ltr": css.encode(), "rtl": mirror(css).encode()}
    assets = rendering.Assets(
        script=_hashed("assets/app", ".js", made.script),
        plain_css=_hashed("assets/plain", ".css", made.plain_css),
        icon=_hashed("assets/icon", ".svg", made.icon),
    )
    files = {
        assets.script: made.script,
        assets.plain_css: made.plain_css,
        assets.icon: made.icon,
    }
    parts = offline.Parts(address, made.offline_script.decode(), made.css.decode())
    for language in languages:
        alone = offline.render(language, pins, forms[questionnaire.REPORT], parts, facts=facts).encode()
        files[language.file("offline")] = alone
        sheet = sheets[language.direction]
        css = _hashed("assets/site", ".css", sheet)
        files[css] = sheet
        published = replace(assets, css=css, offline_hash=hashlib.sha256(alone).hexdigest())
        others = [one for one in languages if one is not language]
        files[language.file("index")] = rendering.render(language, pins, forms, published, others, facts=facts).encode()
    files |= wellknown.files(facts, address, [language.code for language in languages])
    for form in forms.values():
        record = json.dumps(questionnaire.as_record(form), ensure_ascii=False, indent=1, sort_keys=True)
        files[f"questionnaire-{form.version}.json"] = (record + "\n").encode()
    return files


def write(folder: Path, files: Mapping[str, bytes]) -> dict[str, tuple[int, int, int]]:
    """Writes the files, each with .br and .gz beside it, and the manifest; the sizes."""
    entries = {path: manifest.entry(path, content) for path, content in files.items()}
    sizes = {}
    for path, content in {**files, manifest.NAME: manifest.encode(entries)}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        small, zipped = packed(content)
        target.write_bytes(content)
        target.with_name(target.name + ".br").write_bytes(small)
        target.with_name(target.name + ".gz").write_bytes(zipped)
        sizes[path] = (len(content), len(small), len(zipped))
    return sizes


@cache
def packed(content: bytes) -> tuple[bytes, bytes]:
    """With brotli, and with gzip as small as zopfli makes it: the same bytes for the same content."""
    small = brotli.compress(content, mode=brotli.MODE_TEXT, quality=11, lgwin=22)
    return small, zopfli.gzip.compress(content, numiterations=ZOPFLI_ROUNDS)


def _hashed(stem: str, suffix: str, content: bytes) -> str:
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}{suffix}"
