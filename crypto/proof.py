"""Proof of report, and the receipt file that stands alone (SPEC 7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto import compactjson, fields
from crypto.certificates import ReplyCertificate, parse_reply_certificate
from crypto.errors import BadCertificate, BadField, BadHash, BadLength, BadProof, BadVersion, ProtocolError, WrongSite
from crypto.post import decode_post
from crypto.roster import Roster, parse_roster
from crypto.suite import SIGNATURE, Signer, h, verify

LENGTH = 221
VERSION = 1
LABEL = "candour/1 proof"
CHALLENGE_LABEL = "candour/1 challenge"
RECEIPT = "receipt 1"
_SIGNED = LENGTH - SIGNATURE


@dataclass(frozen=True)
class Proof:
    """A console's word that a report came in on `day`, given on day `signed`.

    `content_hash` is H(salt || JSON bytes of the first post); `thread_id` and `sign_public` of the words in force.
    """

    site: bytes
    group: str
    day: int
    signed: int
    thread_id: bytes
    sign_public: bytes
    content_hash: bytes
    salt: bytes
    certificate_id: bytes


@dataclass(frozen=True)
class Receipt:
    """A verified receipt file. `post_json` is empty where the content was not kept.

    `first_words`: whether the proof is for the words of the first post; later words are as good.
    """

    proof: Proof
    roster: Roster
    certificate: ReplyCertificate
    post_json: bytes
    first_words: bool


def content_hash(salt: bytes, post_json: bytes) -> bytes:
    """32 bytes; the salt is 16."""
    return h(salt, post_json)  # spec: 7.1


def encode_proof(proof: Proof, signer: Signer) -> bytes:
    """221 bytes; `signer` holds the reply key that `certificate_id` names."""
    body = (
        bytes([VERSION])
        + proof.site
        + fields.padded_name(proof.group)
        + proof.day.to_bytes(2, "big")
        + proof.signed.to_bytes(2, "big")
        + proof.thread_id
        + proof.sign_public
        + proof.content_hash
        + proof.salt
        + proof.certificate_id
    )
    return body + signer(LABEL, body)


def parse_proof(raw: bytes) -> Proof:
    """Reads 221 bytes whose signature is still to be checked. Raises BadLength, BadVersion, BadField."""
    if len(raw) != LENGTH:
        raise BadLength("proof")
    if raw[0] != VERSION:
        raise BadVersion("proof")
    return Proof(
        site=raw[1:17],
        group=fields.unpadded_name(raw[17:49]),
        day=int.from_bytes(raw[49:51], "big"),
        signed=int.from_bytes(raw[51:53], "big"),
        thread_id=raw[53:69],
        sign_public=raw[69:101],
        content_hash=raw[101:133],
        salt=raw[133:149],
        certificate_id=raw[149:157],
    )


def verify_proof(raw: bytes, certificate: ReplyCertificate) -> Proof:
    """Reads a proof and checks it against a reply certificate that was checked.

    Raises BadLength, BadVersion, BadField, WrongSite, BadCertificate (another, or not of that day), BadSignature.
    """
    proof = parse_proof(raw)
    if proof.site != certificate.site:
        raise WrongSite("proof")
    if proof.certificate_id != certificate.id or not certificate.covers(proof.signed):
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
    certificate = parse_reply_certificate(parts["certificate"], console.authority, roster.site)
    if certificate.console != console.name:
        raise BadCertificate("console")
    proof = verify_proof(parts["proof"], certificate)
    if proof.signed > roster.expires:
        raise BadCertificate("roster")
    post_json = parts["post"]
    if post_json and content_hash(proof.salt, post_json) != proof.content_hash:  # spec: 7.1
        raise BadHash("post")
    first_words = bool(post_json) and decode_post(post_json).sign == proof.sign_public
    return Receipt(proof, roster, certificate, post_json, first_words)


def check_proof(
    raw: bytes, certificate: ReplyCertificate, owner: tuple[str, bytes, bytes], post_json: bytes | None = None
) -> Proof:
    """What a client checks of a proof that came in a verified slot, before it shows or saves it. Raises BadProof.

    `owner` is the group, the thread id and the sign public key that it must name.
    """
    try:
        proof = verify_proof(raw, certificate)
    except ProtocolError as error:
        raise BadProof(error.name) from error
    if (proof.group, proof.thread_id, proof.sign_public) != owner:  # spec: 7.1
        raise BadProof("another report")
    if post_json is not None and content_hash(proof.salt, post_json) != proof.content_hash:
        raise BadProof("content")
    return proof
