"""The recovery seed as SLIP-39 shares, k of n (SPEC 10.5)."""

from __future__ import annotations

from collections.abc import Iterable

import shamir_mnemonic
from shamir_mnemonic.utils import MnemonicError

from crypto.errors import BadShares
from crypto.secret import SeedXWing

_ITERATION_EXPONENT = 1  # there is no passphrase to slow guesses of
MAX_SHARES = 16


def split(seed: SeedXWing, needed: int, shares: int) -> list[str]:
    """`shares` mnemonics of 33 words, of which any `needed` give the seed back."""
    if not 2 <= needed <= shares <= MAX_SHARES:
        raise ValueError("2 to 16 shares, of which at least 2 are needed")
    groups = shamir_mnemonic.generate_mnemonics(
        1, [(needed, shares)], seed.expose(), iteration_exponent=_ITERATION_EXPONENT
    )
    return [str(mnemonic) for mnemonic in groups[0]]


def combine(shares: Iterable[str]) -> SeedXWing:
    """The seed of enough shares, in any order; more than enough is no error. Raises BadShares."""
    tidy = list({" ".join(share.lower().split()): None for share in shares})
    try:
        needed = min((shamir_mnemonic.Share.from_mnemonic(share).member_threshold for share in tidy), default=0)
        return SeedXWing(shamir_mnemonic.combine_mnemonics(tidy[:needed]))
    except (MnemonicError, ValueError, IndexError) as error:
        raise BadShares(str(error)) from error
