"""The frame of a signed JSON document: u8 version || u8 kind || u32 n || JSON || sig(64) (SPEC 2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from crypto import compactjson
from crypto.errors import BadKind, BadLength, BadSignature, BadVersion
from crypto.suite import SIGNATURE, Signer, verify

VERSION = 1
MAX_DOCUMENT = 65536
_HEAD = 6


def sign_document(kind: int, label: str, value: object, signer: Signer) -> bytes:
    """The bytes of a document. Raises BadLength where they would be more than 65,536."""
    body = compactjson.encode(value)
    signed = bytes([VERSION, kind]) + len(body).to_bytes(4, "big") + body  # spec: 2.1
    if len(signed) + SIGNATURE > MAX_DOCUMENT:
        raise BadLength("document")
    return signed + signer(label, signed)


def open_document(raw: bytes, kind: int) -> object:
    """The JSON value of a document whose signature is still to be checked.

    Raises BadLength, BadVersion, BadKind, BadJson.
    """
    return compactjson.decode(_body(raw, kind))


def check_document(raw: bytes, kind: int, label: str, keys: Iterable[bytes]) -> None:
    """That one of `keys` signed the document. Raises BadLength, BadVersion, BadKind, BadSignature."""
    _body(raw, kind)
    for key in keys:
        try:
            verify(key, label, raw[:-SIGNATURE], raw[-SIGNATURE:])
        except BadSignature:
            continue
        return
    raise BadSignature(label)


def check_frame(raw: bytes, length: int, kind: int) -> None:
    """Length, version and kind of a certificate, in this order."""
    if len(raw) != length:
        raise BadLength("certificate")
    _check_head(raw, kind)


def _body(raw: bytes, kind: int) -> bytes:
    if not _HEAD + SIGNATURE <= len(raw) <= MAX_DOCUMENT:  # spec: 2.1
        raise BadLength("document")
    if len(raw) != _HEAD + int.from_bytes(raw[2:6], "big") + SIGNATURE:
        raise BadLength("document")
    _check_head(raw, kind)
    return raw[_HEAD:-SIGNATURE]


def _check_head(raw: bytes, kind: int) -> None:
    if raw[0] != VERSION:
        raise BadVersion("document")
    if raw[1] != kind:
        raise BadKind(f"{raw[1]}, not {kind}")
