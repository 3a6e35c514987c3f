"""Proof of report, and the receipt file that stands alone (SPEC 7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto import compactjson, fields
from crypto.certificates import ReplyCertificate, parse_reply_certificate
from crypto.errors import BadCertificate, BadField, BadHash, BadLength, BadVersion, WrongSite
from crypto.post import decode_post
from crypto.roster import Roster, parse_roster
from crypto.suite import SIGNATURE, Signer, h, verify

LENGTH = 219
VERSION = 1
LABEL = "candour/1 proof"
CHALLENGE_LABEL = "candour/1 challenge"
RECEIPT = "receipt 1"
_SIGNED = LENGTH - SIGNATURE


@dataclass(frozen=True)
class Proof:
    """A console's word that a report came in on a day. `content_hash` is H(salt || JSON bytes of the first post)."""

    site: bytes
    group: str
    day: int
    thread_id: bytes
    sign_public: bytes
    content_hash: bytes
    salt: bytes
    certificate_id: bytes


@dataclass(frozen=True)
class Receipt:
    """A verified receipt file. `post_json` is empty where the reporter did not keep the content."""

    proof: Proof
    roster: Roster
    certificate: ReplyCertificate
    post_json: bytes


def content_hash(salt: bytes, post_json: bytes) -> bytes:
    """32 bytes; the salt is 16."""
    return h(salt, post_json)  # spec: 7.1


def encode_proof(proof: Proof, signer: Signer) -> bytes:
    """219 bytes; `signer` holds the reply key that `certificate_id` names."""
    body = (
        bytes([VERSION])
        + proof.site
        + fields.padded_name(proof.group)
        + proof.day.to_bytes(2, "big")
        + proof.thread_id
        + proof.sign_public
        + proof.content_hash
        + proof.salt
        + proof.certificate_id
    )
    return body + signer(LABEL, body)


def parse_proof(raw: bytes) -> Proof:
    """Reads 219 bytes whose signature is still to be checked. Raises BadLength, BadVersion, BadField."""
    if len(raw) != LENGTH:
        raise BadLength("proof")
    if raw[0] != VERSION:
        raise BadVersion("proof")
    return Proof(
        site=raw[1:17],
        group=fields.unpadded_name(raw[17:49]),
        day=int.from_bytes(raw[49:51], "big"),
        thread_id=raw[51:67],
        sign_public=raw[67:99],
        content_hash=raw[99:131],
        salt=raw[131:147],
        certificate_id=raw[147:155],
    )


def verify_proof(raw: bytes, certificate: ReplyCertificate) -> Proof:
    """Reads a proof and checks it against a reply certificate that was checked.

    Raises BadLength, BadVersion, BadField, WrongSite, BadCertificate (another one, or not of that day), BadSignature.
    """
    proof = parse_proof(raw)
    if proof.site != certificate.site:
        raise WrongSite("proof")
    if proof.certificate_id != certificate.id or not certificate.covers(proof.day):
        raise BadCertificate("proof")
    verify(certificate.public, LABEL, raw[:_SIGNED], raw[_SIGNED:])
    return proof


def encode_receipt(roster: bytes, certificate: bytes, proof: bytes, post_json: bytes = b"") -> bytes:
    """The receipt file, from the bytes of its parts."""
    return compactjson.encode(
        {
            "candour": RECEIPT,
            "roster": fields.base64_text(roster),
            "certificate": fields.base64_text(certificate),
            "proof": fields.base64_text(proof),
            "post": fields.base64_text(post_json),
        }
    )


def verify_receipt(raw: bytes, roots: Iterable[bytes]) -> Receipt:
    """Checks a receipt file against the root keys, and nothing else. Its roster may have expired since.

    Raises BadJson, BadField, BadVersion, what parse_roster and verify_proof raise, BadCertificate, BadHash.
    """
    m = fields.members(compactjson.decode(raw), "candour", "roster", "certificate", "proof", "post")
    if m["candour"] != RECEIPT:
        raise BadVersion("receipt")
    parts = {name: fields.base64_bytes(m[name]) for name in ("roster", "certificate", "proof", "post")}
    roster = parse_roster(parts["roster"], roots)
    console = roster.console_of(parse_proof(parts["proof"]).group)
    if console is None:
        raise BadField("group")
    certificate = parse_reply_certificate(parts["certificate"], console.authority)
    if certificate.site != roster.site:
        raise WrongSite("certificate")
    if certificate.console != console.name:
        raise BadCertificate("console")
    proof = verify_proof(parts["proof"], certificate)
    if parts["post"]:
        check_content(proof, parts["post"])
    return Receipt(proof, roster, certificate, parts["post"])


def check_content(proof: Proof, post_json: bytes) -> None:
    """That these are the bytes proved. Raises BadHash, BadJson, BadField."""
    if content_hash(proof.salt, post_json) != proof.content_hash:  # spec: 7.1
        raise BadHash("post")
    if decode_post(post_json).sign != proof.sign_public:
        raise BadField("sign")
