"""The start-up test: a program that seals or opens runs it first, and does not run where it fails (SPEC 2)."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm

from crypto import opening, suite
from crypto.errors import ProtocolError
from crypto.secret import ReaderPrivate, SeedXWing, SigningSeed

_SEED = bytes(range(32))
_XWING_PUBLIC_HASH = "c9a3565ffde4f72b51661be391ee13e46378d7f06dd5c8bf5af9d2cfb5b8336b"  # of the public key of _SEED


class SelfTestFailed(RuntimeError):
    """This machine's cryptography lacks a part that Candour needs. Install the wheel of `cryptography` 50 or newer."""


def self_test() -> None:
    """Tries X-Wing, X25519, Ed25519 and both AEADs once. Raises SelfTestFailed, on builds without ML-KEM too."""
    try:  # spec: 2
        passed = _xwing() and _x25519() and _ed25519() and _aeads()
    except (UnsupportedAlgorithm, AttributeError, ProtocolError, ValueError) as error:
        raise SelfTestFailed(SelfTestFailed.__doc__) from error
    if not passed:
        raise SelfTestFailed(SelfTestFailed.__doc__)


def _xwing() -> bool:
    public = suite.xwing_public(SeedXWing(_SEED))
    sealed = suite.seal_xwing(public, b"self-test", b"sealed")
    opened = opening.XWingOpener(SeedXWing(_SEED)).open(b"self-test", sealed)
    return suite.h(public).hex() == _XWING_PUBLIC_HASH and opened == b"sealed"


def _x25519() -> bool:
    private = ReaderPrivate(_SEED)
    sealed = suite.seal_x25519(opening.x25519_public(private), b"self-test", b"sealed")
    return opening.open_x25519(private, b"self-test", sealed) == b"sealed"


def _ed25519() -> bool:
    seed = SigningSeed(_SEED)
    signature = opening.sign(seed, "candour/1 self-test", b"signed")
    suite.verify(opening.ed25519_public(seed), "candour/1 self-test", b"signed", signature)
    return True


def _aeads() -> bool:
    box = opening.box_open(_SEED, b"aad", suite.box_seal(_SEED, b"aad", b"sealed"))
    extended = opening.xchacha_open(_SEED, b"aad", opening.xchacha_seal(_SEED, b"aad", b"sealed", bytes(24)))
    return box == extended == b"sealed"
