"""A sealed thing's own key and content. Recovery does not hold these keys: nobody but those they are wrapped to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.post import FollowUp, Post, decode_post, encode_post
from crypto.secret import ContentKey
from crypto.wrapping import content_open, content_seal
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.inforce import KeyChanged
from handler.errors import NotAllowed
from handler.identity.roles import CASE_ROLES
from handler.identity.users import roles_of
from handler.intake import latecomers
from handler.keys.keyring import Keyring
from handler.keys.unlocked import Holder, Unlocked
from handler.lifecycle.tables import KEPT_OUT, OUT, CaseConflict
from handler.sealing.grounds import GROUNDS, ground
from handler.sealing.tables import SealedObject

PREFIX = "object "
CONTENT, ANSWER = "object", "answer"


def purpose(object_id: bytes) -> str:
    """Of an object's key in the keyring."""
    return f"{PREFIX}{object_id.hex()}"


@dataclass(frozen=True)
class Held:
    """What an object holds: the kind and day of the record that it came from, and a post's JSON.

    Of a whole message that is its exact JSON; of one file it is a post with that file alone and no words.
    """

    kind: str
    day: int
    post_json: bytes

    @property
    def post(self) -> Post:
        return decode_post(self.post_json)

    def encode(self) -> bytes:
        return compactjson.encode({"kind": self.kind, "day": self.day, "post": self.post_json.decode()})

    @classmethod
    def decode(cls, raw: bytes) -> "Held":
        found = records.decode_object(raw)
        return cls(str(found["kind"]), int(found["day"]), str(found["post"]).encode())


def only_file(post: Post, place: int) -> bytes:
    """A post with that file alone and no words."""
    return encode_post(replace(post, items=(FollowUp("", (post.files[place],)),), seen={}))


def put(keyring: Keyring, desk: Desk, case_id: bytes, held: Held, holders: Iterable[Holder]) -> tuple[bytes, bytes]:
    """Seals it under a new key, wrapped to these and to nobody else: (id, sealed). In the caller's transaction."""
    object_id, key = desk.random(16), ContentKey(desk.random(32))
    keyring.put_more(purpose(object_id), key.expose(), holders)
    return object_id, content_seal(key, case_id, object_id, CONTENT, held.encode())


def destroy(console: Session, keyring: Keyring, case_id: bytes) -> None:
    """Takes every key of a case's sealed parts away: for the destruction of the case, in the same transaction."""
    for object_id in console.scalars(select(SealedObject.id).where(SealedObject.case_id == case_id)):
        keyring.destroy(purpose(object_id))


def stepped_out(console: Session, keyring: Keyring, case_id: bytes, user_id: bytes) -> None:
    """Somebody has a conflict in a case, or it was taken away from them: their keys of its sealed parts go.

    The only key that is left stays: recovery holds none, and what is lost so can be neither handed over nor put back.
    """
    for object_id in console.scalars(select(SealedObject.id).where(SealedObject.case_id == case_id)):
        if keyring.holders(purpose(object_id)) != {user_id}:
            keyring.revoke(purpose(object_id), user_id)


def roles_given(console: Session, keyring: Keyring, by: Unlocked, holder: Holder, now: int) -> None:
    """Wraps to a person the parts sealed to their roles that the giver holds with the case, but for those of cases that
    they are kept out of: by what is in the case, and by what was sealed."""
    roles = roles_of(console, holder.id)
    theirs = [one.id for one in GROUNDS.values() if one.role in roles]
    barred = CaseConflict.outcome.in_((*KEPT_OUT, OUT))
    out = select(CaseConflict.case_id).where(CaseConflict.user_id == holder.id, barred)
    chosen = select(SealedObject).where(SealedObject.ground.in_(theirs), SealedObject.case_id.not_in(out))
    for row in console.scalars(chosen.order_by(SealedObject.id)).all():
        held = keyring.holders(purpose(row.id))
        if by.user_id not in held or holder.id in held:
            continue
        try:
            said = [_opened(ContentKey(keyring.get(purpose(row.id), by)), row).post]
            out_too = latecomers.kept_out(console, keyring, by, row.case_id, [holder.id], now=now, also=said)
            if not out_too:
                keyring.share(purpose(row.id), by, [holder])
        except (NotAllowed, KeyChanged):  # it is gone, or the giver cannot look whom the case names
            continue


def roles_lost(console: Session, keyring: Keyring, user_id: bytes, taken: Collection[str]) -> None:
    """Who has lost the role to which a ground's parts are sealed loses those, but for what they sealed themselves.

    Who opens no cases any more loses all but those of their other roles. The only key that is left stays.
    """
    roles = roles_of(console, user_id)
    for row in console.execute(select(SealedObject.id, SealedObject.ground, SealedObject.by)):
        role = ground(row.ground).role
        lost = (role in taken and row.by != user_id) or (role not in roles and roles.isdisjoint(CASE_ROLES))
        if lost and keyring.holders(purpose(row.id)) != {user_id}:
            keyring.revoke(purpose(row.id), user_id)


def key_of(keyring: Keyring, desk: Desk, row: SealedObject) -> ContentKey:
    """Raises NotAllowed."""
    return ContentKey(keyring.get(purpose(row.id), desk.unlocked))


def open_object(keyring: Keyring, desk: Desk, row: SealedObject) -> Held:
    """Raises NotAllowed, also once it is gone."""
    return _opened(key_of(keyring, desk, row), row)


def _opened(key: ContentKey, row: SealedObject) -> Held:
    if row.sealed is None:
        raise NotAllowed
    return Held.decode(content_open(key, row.case_id, row.id, CONTENT, row.sealed))


def seal_answer(key: ContentKey, row: SealedObject, words: str) -> bytes:
    return content_seal(key, row.case_id, row.id, ANSWER, words.encode())


def open_answer(key: ContentKey, row: SealedObject) -> str:
    """What counsel wrote; "" before that."""
    return "" if row.answer is None else content_open(key, row.case_id, row.id, ANSWER, row.answer).decode()
