"""Opening an envelope in a console (SPEC 4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.envelope import (
    BOX_AT,
    COMMITMENT_AT,
    JSON_ROOM,
    LENGTH,
    POST_LABEL,
    SLOT,
    SLOTS_AT,
    VERSION,
    envelope_id,
    post_message,
    slot_info,
)
from crypto.errors import (
    BadLength,
    BadPadding,
    BadSeal,
    BadSignature,
    BadSuccessor,
    BadVersion,
    NotAddressed,
    WrongEpoch,
)
from crypto.opening import XWingOpener, box_open
from crypto.post import Post, decode_post
from crypto.secret import ThreadSecret
from crypto.suite import SIGNATURE, kdf, verify

_JSON_AT = 2 * SIGNATURE + 4


@dataclass(frozen=True)
class OpenedPost:
    """A post that was addressed to `group` and holds in every respect. `id` is the envelope's, 32 bytes."""

    id: bytes
    group: str
    epoch: int
    thread_secret: ThreadSecret
    post: Post
    post_json: bytes = field(repr=False)


def open_envelope(raw: bytes, group: str, epoch: int, opener: XWingOpener, site: bytes) -> OpenedPost:
    """Opens an envelope with a group's key of an epoch.

    Raises NotAddressed, which is the ordinary fate of a decoy; before it BadLength, BadVersion, WrongEpoch; after it
    BadBox, BadLength, BadPadding, BadJson, BadField, BadSignature, BadSuccessor, which quarantine the envelope.
    """
    if len(raw) != LENGTH:
        raise BadLength("envelope")
    if raw[0] != VERSION:
        raise BadVersion("envelope")
    if int.from_bytes(raw[1:3], "big") != epoch:
        raise WrongEpoch
    ck, thread_secret = _open_slot(raw, opener, slot_info(site, group, epoch))
    content = box_open(kdf(ck, "box", b"", 32), raw[:BOX_AT], raw[BOX_AT:])
    post_json = _json(content)
    post = decode_post(post_json)
    _check_signatures(raw, site, content, post, post_json)
    return OpenedPost(envelope_id(raw), group, epoch, thread_secret, post, post_json)


def _open_slot(raw: bytes, opener: XWingOpener, info: bytes) -> tuple[bytes, ThreadSecret]:
    for at in range(SLOTS_AT, COMMITMENT_AT, SLOT):  # spec: 4
        try:
            plaintext = opener.open(info, raw[at : at + SLOT])
        except BadSeal:
            continue
        ck, thread_secret = plaintext[:32], plaintext[32:]
        if kdf(ck, "commitment", b"", 32) == raw[COMMITMENT_AT:BOX_AT]:
            return ck, ThreadSecret(thread_secret)
    raise NotAddressed


def _json(content: bytes) -> bytes:
    n = int.from_bytes(content[2 * SIGNATURE : _JSON_AT], "big")
    if n > JSON_ROOM:
        raise BadLength("post")
    if any(content[_JSON_AT + n :]):
        raise BadPadding("envelope")
    return content[_JSON_AT : _JSON_AT + n]


def _check_signatures(raw: bytes, site: bytes, content: bytes, post: Post, post_json: bytes) -> None:
    message = post_message(site, raw[:BOX_AT], post_json)
    verify(post.sign, POST_LABEL, message, content[:SIGNATURE])
    successor = content[SIGNATURE : 2 * SIGNATURE]
    if post.new_code is None:
        if any(successor):
            raise BadSuccessor("without new-code")
        return
    if post.new_code.sign == post.sign or post.new_code.reader == post.reader:
        raise BadSuccessor("the words in use")
    try:
        verify(post.new_code.sign, POST_LABEL, message, successor)
    except BadSignature as error:
        raise BadSuccessor from error
