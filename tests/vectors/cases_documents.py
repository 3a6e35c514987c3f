"""Signed documents: SPEC 2.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from crypto import compactjson, documents, framing
from crypto.documents import Audience, JoinRequest, SiteSignature
from crypto.suite import Signer, h
from tests.crypto import world
from tests.vectors.kinds import KINDS
from tests.vectors.vector import PYTHON, Vector, error, ok

ROOTS = [root.hex() for root in world.ROOTS]


def cases() -> Iterator[Vector]:
    yield from _roster()
    yield from _roster_use()
    yield from _epoch_certificate()
    yield from _reply_certificate()
    yield from _bulletin()
    yield from _join()
    yield from _site_signature()


def changed(raw: bytes, label: str, signer: Signer, change: Callable[[Any], Any]) -> bytes:
    """A signed document whose JSON was changed before it was signed, past the checks of the encoder."""
    value = change(compactjson.decode(raw[6:-64]))
    return framing.sign_document(raw[1], label, value, signer)


def members(**new: Any) -> Callable[[Any], Any]:
    return lambda value: {**value, **{name.replace("_", "-"): member for name, member in new.items()}}


def turned(raw: bytes, at: int) -> bytes:
    """One bit of one byte turned."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at:][1:]


def _roster() -> Iterator[Vector]:
    raw = world.roster_raw()

    def vector(name: str, document: bytes, expected: str | None = None) -> Vector:
        given = {"raw": document.hex(), "roots": ROOTS}
        expect = error(expected) if expected else ok(KINDS["roster"](given))
        return Vector(name, "2.1", "roster", given, expect)

    def altered(change: Callable[[Any], Any]) -> bytes:
        return changed(raw, "candour/1 roster", world.signer("root"), change)

    def console(**new: Any) -> bytes:
        return altered(lambda value: {**value, "consoles": [{**value["consoles"][0], **new}, value["consoles"][1]]})

    yield vector("roster_good", raw)
    yield vector("roster_good_spare_root", world.roster_raw("spare"))
    yield vector("roster_trailing_byte", raw + b"\0", "BadLength")
    yield vector("roster_cut_off", raw[:-1], "BadLength")
    yield vector("roster_empty", b"", "BadLength")
    yield vector("roster_other_version", b"\2" + raw[1:], "BadVersion")
    yield vector("roster_other_kind", turned(raw, 1)[:2] + raw[2:], "BadKind")
    yield vector("roster_changed", turned(raw, 30), "BadSignature")
    yield vector("roster_signed_by_stranger", world.roster_raw("stranger"), "BadSignature")
    body = raw[6:-64].replace(b'"serial":3', b'"serial": 3')
    head = bytes([1, 1]) + len(body).to_bytes(4, "big") + body
    yield vector("roster_white_space", head + world.signer("root")("candour/1 roster", head), "BadJson")
    yield vector("roster_not_an_object", altered(lambda value: [value]), "BadField")
    yield vector("roster_unknown_member", altered(members(extra=1)), "BadField")
    yield vector("roster_missing_member", altered(lambda v: {k: v[k] for k in v if k != "expires"}), "BadField")
    yield vector("roster_serial_zero", altered(members(serial=0)), "BadField")
    yield vector("roster_boolean_serial", altered(members(serial=True)), "BadField")
    yield vector("roster_upper_case_hex", altered(members(site=world.SITE.hex().upper())), "BadField")
    yield vector("roster_91_days", altered(members(expires=world.DAY - 10 + 91)), "BadField")
    yield vector("roster_expires_before_issue", altered(members(expires=world.DAY - 11)), "BadField")
    yield vector("roster_no_consoles", altered(members(consoles=[], audiences=[])), "BadField")
    yield vector("roster_console_twice", console(name="independent"), "BadField")
    yield vector("roster_group_of_two_consoles", console(groups=["psu", "independent"]), "BadField")
    yield vector("roster_console_of_five_groups", console(groups=["psu", "a", "b", "c", "d"]), "BadField")
    yield vector("roster_key_twice", console(publisher=world.public("authority psu").hex()), "BadField")
    yield vector("roster_name_of_digits", console(name="112"), "BadField")
    yield vector("roster_name_upper_case", console(name="PSU"), "BadField")
    yield vector("roster_name_too_long", console(name="p" * 33), "BadField")
    audiences = [{"number": n, "groups": g} for n, g in ((2, ["psu"]), (1, ["psu"]))]
    yield vector("roster_audiences_not_rising", altered(members(audiences=audiences)), "BadField")
    unordered = [{"number": 1, "groups": ["psu", "independent"]}]
    yield vector("roster_audience_groups_out_of_order", altered(members(audiences=unordered)), "BadField")
    unknown = [{"number": 1, "groups": ["nobody"]}]
    yield vector("roster_audience_of_unknown_group", altered(members(audiences=unknown)), "BadField")
    yield vector("roster_audience_16", altered(members(audiences=[{"number": 16, "groups": ["psu"]}])), "BadField")


def _roster_use() -> Iterator[Vector]:
    def vector(name: str, raw: bytes, expected: str | None = None, today: int = world.DAY) -> Vector:
        given = {"raw": raw.hex(), "pins": world.pins_value(), "today": today}
        return Vector(name, "2.1", "roster-use", given, error(expected) if expected else ok({}))

    more = (*world.roster().audiences, Audience(4, ("psu",)))
    other = (Audience(1, ("independent",)), *world.roster().audiences[1:])
    yield vector("roster_good_use", world.roster_raw())
    yield vector("roster_good_last_day", world.roster_raw(), today=world.DAY + 60)
    yield vector("roster_good_new_audience", world.roster_raw(audiences=more, serial=9))
    yield vector("roster_wrong_site", world.roster_raw(site=bytes(16)), "WrongSite")
    yield vector("roster_rolled_back", world.roster_raw(serial=2), "RolledBack")
    yield vector("roster_audience_changed", world.roster_raw(audiences=other), "AudienceChanged")
    yield vector("roster_audience_missing", world.roster_raw(audiences=more[1:]), "AudienceChanged")
    yield vector("roster_expired", world.roster_raw(), "Expired", today=world.DAY + 61)


def _epoch_certificate() -> Iterator[Vector]:
    raw = world.epoch_certificate()
    authority = world.public("authority psu").hex()

    def vector(name: str, certificate: bytes, expected: str | None = None) -> Vector:
        given = {"raw": certificate.hex(), "authority": authority, "site": world.SITE.hex()}
        expect = error(expected) if expected else ok(KINDS["epoch-certificate"](given))
        return Vector(name, "2.1", "epoch-certificate", given, expect)

    def signed(body: bytes) -> bytes:
        return body + world.signer("authority psu")("candour/1 epoch certificate", body)

    yield vector("epoch_certificate_good", raw)
    yield vector("epoch_certificate_short", raw[:-1], "BadLength")
    yield vector("epoch_certificate_other_version", b"\0" + raw[1:], "BadVersion")
    yield vector("epoch_certificate_other_kind", b"\1\3" + raw[2:], "BadKind")
    yield vector("epoch_certificate_wrong_site", world.epoch_certificate(site=bytes(16)), "WrongSite")
    yield vector("epoch_certificate_bad_padding", signed(raw[:40] + b"x" + raw[41:-64]), "BadField")
    yield vector("epoch_certificate_no_name", signed(raw[:18] + bytes(32) + raw[50:-64]), "BadField")
    yield vector("epoch_certificate_other_authority", world.epoch_certificate(authority="independent"), "BadSignature")
    yield vector("epoch_certificate_changed_epoch", turned(raw, 51), "BadSignature")


def _reply_certificate() -> Iterator[Vector]:
    raw = world.reply_certificate()
    authority = world.public("authority psu").hex()

    def vector(name: str, certificate: bytes, expected: str | None = None) -> Vector:
        given = {"raw": certificate.hex(), "authority": authority, "site": world.SITE.hex()}
        expect = error(expected) if expected else ok(KINDS["reply-certificate"](given))
        return Vector(name, "2.1", "reply-certificate", given, expect)

    yield vector("reply_certificate_good", raw)
    yield vector("reply_certificate_good_one_day", world.reply_certificate(start=world.DAY, end=world.DAY))
    yield vector("reply_certificate_trailing_byte", raw + b"\0", "BadLength")
    yield vector("reply_certificate_wrong_site", world.reply_certificate(site=bytes(16)), "WrongSite")
    backwards = world.reply_certificate(start=world.DAY, end=world.DAY - 1)
    yield vector("reply_certificate_ends_before_it_begins", backwards, "BadField")
    yield vector("reply_certificate_changed_key", turned(raw, 60), "BadSignature")


def _bulletin() -> Iterator[Vector]:
    raw = world.bulletin_raw()
    roster = world.roster_raw()

    def vector(name: str, document: bytes, expected: str | None = None, earlier: bytes | None = None) -> Vector:
        given = {"raw": document.hex(), "roster": roster.hex(), "roots": ROOTS}
        given |= {"earlier": earlier.hex()} if earlier else {}
        expect = error(expected) if expected else ok(KINDS["bulletin"](given))
        return Vector(name, "2.1", "bulletin", given, expect)

    def altered(publisher: str = "psu", **new: Any) -> bytes:
        return changed(raw, "candour/1 bulletin", world.signer(f"publisher {publisher}"), members(**new))

    own = world.bulletin()
    policy = {"decoys": 30, "decoy-limit": 8, "publication": 21600, "hold": 120, "words": "new"}
    again = replace(own.certificates[0], public=own.certificates[1].public)
    again_raw = documents.encode_epoch_certificate(again, world.signer("authority psu"))
    again = documents.parse_epoch_certificate(again_raw, world.public("authority psu"), world.SITE)
    two = (*own.certificates, again)

    yield vector("bulletin_good", raw)
    yield vector("bulletin_good_independent", world.bulletin_raw("independent"))
    yield vector("bulletin_good_older_roster", world.bulletin_raw(roster=2))
    yield vector("bulletin_good_one_of_two_revoked", world.bulletin_raw(certificates=two, revoked=(again.id,)))
    yield vector("bulletin_good_after", world.bulletin_raw(number=8), earlier=raw)
    yield vector("bulletin_good_same_again", raw, earlier=raw)
    yield vector("bulletin_trailing_byte", raw + b"\0", "BadLength")
    yield vector("bulletin_other_version", b"\2" + raw[1:], "BadVersion")
    yield vector("bulletin_is_a_roster", roster, "BadKind")
    cut = raw[6:-65]
    yield vector("bulletin_bad_json", raw[:2] + len(cut).to_bytes(4, "big") + cut + raw[-64:], "BadJson")
    yield vector("bulletin_unknown_console", altered(console="nobody"), "BadField")
    yield vector("bulletin_other_epoch", altered(epoch=world.EPOCH + 1), "BadField")
    yield vector("bulletin_4097_slots", altered(slots=4097), "BadField")
    yield vector("bulletin_number_zero", altered(number=0), "BadField")
    yield vector("bulletin_hold_zero", altered(policy={**policy, "hold": 0}), "BadField")
    yield vector("bulletin_publication_too_long", altered(policy={**policy, "publication": 604801}), "BadField")
    yield vector("bulletin_101_decoys_a_visit", altered(policy={**policy, "decoy-limit": 101}), "BadField")
    yield vector("bulletin_unknown_words", altered(policy={**policy, "words": "old"}), "BadField")
    yield vector("bulletin_short_revocation", altered(revoked=["00" * 7]), "BadField")
    yield vector("bulletin_short_certificate", altered(certificates=["AAAA"]), "BadField")
    yield vector("bulletin_url_base64", altered(replies=["A" * 199 + "_"]), "BadField")
    yield vector("bulletin_wrong_site", altered(site="00" * 16), "WrongSite")
    yield vector("bulletin_of_another_console", world.bulletin_raw("psu", publisher="independent"), "BadSignature")
    yield vector("bulletin_changed", turned(raw, len(raw) - 1), "BadSignature")
    yield vector("bulletin_knows_a_newer_roster", world.bulletin_raw(roster=4), "RolledBack")
    foreign = documents.parse_epoch_certificate(
        world.epoch_certificate("independent", authority="psu"), world.public("authority psu"), world.SITE
    )
    yield vector("bulletin_certifies_anothers_group", world.bulletin_raw(certificates=(foreign,)), "BadField")
    forged = replace(own.certificates[0], raw=world.epoch_certificate(authority="independent"))
    yield vector("bulletin_certificate_forged", world.bulletin_raw(certificates=(forged,)), "BadSignature")
    yield vector("bulletin_two_keys_for_an_epoch", world.bulletin_raw(certificates=two), "BadField")
    lower = world.bulletin_raw(number=6)
    yield vector("bulletin_lower_number", lower, "RolledBack", earlier=raw)
    earlier_time = world.bulletin_raw(number=8, time=own.time - 1)
    yield vector("bulletin_earlier_time", earlier_time, "RolledBack", earlier=raw)
    other = world.bulletin_raw(audit=bytes(32))
    yield vector("bulletin_same_number_other_bytes", other, "RolledBack", earlier=raw)


def _join() -> Iterator[Vector]:
    keys = {"authority": world.public("authority third"), "publisher": world.public("publisher third")}
    request = JoinRequest(world.SITE, "third", groups=("third",), **keys)
    raw = documents.encode_join_request(request, world.signer("authority third"))

    def vector(name: str, document: bytes, expected: str | None = None) -> Vector:
        given = {"raw": document.hex(), "site": world.SITE.hex()}
        expect = error(expected) if expected else ok({"name": "third", "groups": ["third"]})
        return Vector(name, "2.1", "join-request", given, expect, PYTHON)

    yield vector("join_good", raw)
    yield vector("join_cut_off", raw[:-2], "BadLength")
    yield vector(
        "join_no_groups",
        changed(raw, "candour/1 join", world.signer("authority third"), members(groups=[])),
        "BadField",
    )
    elsewhere = documents.encode_join_request(replace(request, site=bytes(16)), world.signer("authority third"))
    yield vector("join_wrong_site", elsewhere, "WrongSite")
    stranger = documents.encode_join_request(request, world.signer("stranger"))
    yield vector("join_signed_by_another_key", stranger, "BadSignature")


MANIFEST = '{"files": {"index.html": {"sha256": "%s", "size": 4, "type": "text/html; charset=utf-8"}}}\n'


def _site_signature() -> Iterator[Vector]:
    manifest = MANIFEST % h(b"page").hex()
    signed = SiteSignature(world.SITE, 2, world.DAY, h(manifest.encode()))
    raw = documents.encode_site_signature(signed, world.signer("root"))

    def vector(name: str, document: bytes, expected: str | None = None, **more: Any) -> Vector:
        given = {"raw": document.hex(), "roots": ROOTS, "site": world.SITE.hex(), "manifest": manifest, **more}
        expect = error(expected) if expected else ok(KINDS["site-signature"](given))
        return Vector(name, "8.1", "site-signature", given, expect, PYTHON)

    def altered(**new: Any) -> bytes:
        return changed(raw, "candour/1 site", world.signer("root"), members(**new))

    def relabelled(label: str) -> bytes:
        return raw[:-64] + world.signer("root")(label, raw[:-64])

    yield vector("site_signature_good", raw)
    spare = documents.encode_site_signature(signed, world.signer("spare"))
    yield vector("site_signature_good_spare_root", spare)
    yield vector("site_signature_good_seen_before", raw, seen=2)
    yield vector("site_signature_trailing_byte", raw + b"\0", "BadLength")
    yield vector("site_signature_empty", b"", "BadLength")
    yield vector("site_signature_other_version", b"\2" + raw[1:], "BadVersion")
    yield vector("site_signature_is_a_roster", world.roster_raw(), "BadKind")
    stranger = documents.encode_site_signature(signed, world.signer("stranger"))
    yield vector("site_signature_by_stranger", stranger, "BadSignature")
    yield vector("site_signature_changed", turned(raw, len(raw) - 70), "BadSignature")
    yield vector("site_signature_with_a_rosters_label", relabelled("candour/1 roster"), "BadSignature")
    yield vector("site_signature_unknown_member", altered(extra=1), "BadField")
    yield vector("site_signature_serial_zero", altered(serial=0), "BadField")
    yield vector("site_signature_short_hash", altered(manifest="00" * 31), "BadField")
    yield vector("site_signature_wrong_site", altered(site="00" * 16), "WrongSite")
    yield vector("site_signature_rolled_back", raw, "RolledBack", seen=3)
    yield vector("site_signature_of_another_manifest", raw, "BadHash", manifest=manifest.replace(": 4,", ": 5,"))
