"""Making a post and sending it: files first, then the envelope (SPEC 3, 4)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crypto import code
from crypto.code import Keys
from crypto.envelope import JSON_ROOM, Recipient, seal
from crypto.post import SEEN, Item, Post, blind_seen, encode_post
from crypto.secret import ReportCode
from crypto.state import State, choose_epoch, group_keys
from crypto.suite import Random
from reporter.cli.refusals import NoSuchGroup, TooLong


@dataclass(frozen=True)
class Letter:
    """What is to be posted, made and sealed; nothing of it has been sent."""

    envelope: bytes
    post_json: bytes


def audience_of(state: State, groups: Sequence[str]) -> int:
    """The audience that stands for exactly these groups. Raises NoSuchGroup, which names what there is."""
    wanted = tuple(sorted(set(groups)))
    for audience in state.roster.audiences:
        if audience.groups == wanted:
            return audience.number
    known = ", ".join(" and ".join(audience.groups) for audience in state.roster.audiences)
    raise NoSuchGroup(f"{' and '.join(wanted)}; there are: {known}")


def make_letter(
    state: State,
    keys: Keys,
    items: tuple[Item, ...],
    clock: float,
    *,
    successor: Keys | None = None,
    seen: Mapping[str, bytes] | None = None,
    random: Random = os.urandom,
) -> Letter:
    """Seals a post under the words in use; `items` has the `new-code` where there is a successor.

    `seen` has each group's map of indices opened. Raises TooLong, and what choose_epoch and group_keys raise.
    """
    epoch = choose_epoch(state, clock)
    publics = group_keys(state, keys.audience, epoch)
    post_id = random(16)
    maps = {
        group: blind_seen((seen or {}).get(group, bytes(SEEN)), keys.secrets[group], post_id) for group in publics
    }  # spec: 4.1
    post_json = encode_post(Post(post_id, keys.sign_public, keys.reader_public, items, maps))
    if len(post_json) > JSON_ROOM:
        raise TooLong(f"{len(post_json) - JSON_ROOM} bytes too many")
    to = successor or keys
    recipients = {group: Recipient(public, to.secrets[group]) for group, public in publics.items()}
    sign_new = successor.signer if successor else None
    return Letter(seal(keys.site, epoch, recipients, post_json, sign=keys.signer, sign_new=sign_new), post_json)


def keys_of(state: State, report_code: ReportCode) -> Keys:
    """The keys of a code for the groups of its audience."""
    return code.derive(report_code, state.roster.site, state.roster.audience_groups(report_code.audience))
