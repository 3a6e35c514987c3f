"""Secrets do not show themselves, and a build that lacks an algorithm does not run."""

from __future__ import annotations

import pickle

import pytest

from crypto import opening, selftest, suite
from crypto.code import new_code
from crypto.errors import ProtocolError
from crypto.secret import ContentKey, ReportCode, Secret, SeedXWing
from tests.crypto import world


def test_printing_a_secret_does_not_show_it() -> None:
    secret = ContentKey(b"k" * 32)
    assert "kkk" not in f"{secret} {secret!r} {[secret]}" and "6b6b" not in repr(secret)


def test_values_that_hold_secrets_do_not_show_them() -> None:
    keys = world.keys()
    for secret in (keys.sign_seed, keys.reader_private, keys.secrets["psu"]):
        shown = repr(keys) + repr(keys.thread("psu"))
        assert secret.expose().hex() not in shown and repr(secret.expose()) not in shown


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(b"x"))


def test_secrets_of_two_types_are_not_equal() -> None:
    assert ContentKey(bytes(32)) == ContentKey(bytes(32))
    assert ContentKey(bytes(32)) != SeedXWing(bytes(32))
    assert ContentKey(bytes(32)) != ContentKey(b"\1" + bytes(31))


def test_a_secret_of_a_wrong_length_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        ReportCode(bytes(15))


def test_a_new_code_keeps_124_random_bits_and_its_audience() -> None:
    own = new_code(5, lambda n: b"\xff" * n)
    assert own.expose() == b"\xff" * 15 + b"\xf5" and own.audience == 5


def test_self_test_passes_here() -> None:
    selftest.self_test()


def test_self_test_refuses_a_build_without_ml_kem(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm

    class Missing:
        @staticmethod
        def from_seed_bytes(seed: bytes) -> None:
            raise UnsupportedAlgorithm("ML-KEM-768 is not supported by this build")

    monkeypatch.setattr(suite, "MLKEM768PrivateKey", Missing)
    with pytest.raises(selftest.SelfTestFailed, match="lacks a part"):
        selftest.self_test()


def test_self_test_refuses_another_key_expansion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "xwing_public", lambda seed: bytes(1216))
    monkeypatch.setattr(suite, "seal_xwing", lambda *_: b"")
    monkeypatch.setattr(opening.XWingOpener, "open", lambda *_: b"sealed")
    with pytest.raises(selftest.SelfTestFailed):
        selftest.self_test()


def test_every_error_has_a_sentence_that_ends_with_what_to_do() -> None:
    for error in ProtocolError.__subclasses__():
        sentence = (error.__doc__ or "").strip()
        assert sentence.endswith(".") and sentence.count(" ") > 4, error.__name__
