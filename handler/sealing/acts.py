"""Sealing something out of a case: a key of its own, the case without it, a new key for the case; all or nothing.

The case's key is renewed so that an older copy of the database does not open with what anyone holds today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.post import Post, decode_post, encode_post
from crypto.secret import ContentKey
from handler.audit.log import record
from handler.cases import inforce, records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.renewal import renew
from handler.cases.tables import Case, CaseRecord
from handler.drafts.forgetting import forget_case
from handler.errors import Refused
from handler.identity.tables import User
from handler.identity.users import holder_of, holders_with_role
from handler.intake import latecomers
from handler.keys.keyring import Keyring, case_purpose
from handler.keys.unlocked import RECOVERY_ID, Holder
from handler.pickup.alarms import of_case, raise_alarm
from handler.sealing import grounds, notes, objects, redaction
from handler.sealing.grounds import GROUNDS, IMAGES, SEALED, SPILLAGE, Ground
from handler.sealing.objects import Held
from handler.sealing.tables import SealedObject
from handler.search import index


class NothingToSeal(Refused):
    """There is no such message or file in this case."""


class AlreadySealed(Refused):
    """This is sealed already."""


class NobodyToSealFor(Refused):
    """Nobody has the role that this would be sealed for. Have a supervisor add such a person. Do not read on."""


@dataclass(frozen=True)
class Part:
    """A message by its record, or the file at a place of its list."""

    record_id: bytes
    place: int | None = None


@dataclass(frozen=True)
class Work:
    """One act on a case's sealed things: its transaction and its case."""

    console: Session
    wraps: Session
    desk: Desk
    keyring: Keyring
    box: CaseBox
    case: Case


def work_on(console: Session, wraps: Session, desk: Desk, case_id: bytes) -> Work:
    """Holds on to the case and its key until the transaction ends. Raises NotAllowed, KeyChanged."""
    case = console.get_one(Case, case_id, with_for_update=True)
    keyring = desk.keyring_in(wraps)
    box = CaseBox(case_id, ContentKey(keyring.get(case_purpose(case_id), desk.unlocked)))
    inforce.hold(console, case_id, box.key_id)
    return Work(console, wraps, desk, keyring, box, case)


def seal(desk: Desk, case_id: bytes, part: Part, ground: str, said: Mapping[str, str]) -> bytes:
    """Takes a message or a file out of the case; the sealed object's id. `said`: by names of notes.LABELS.

    Raises NoGround, NothingToSeal, AlreadySealed, NobodyToSealFor, NotAllowed, KeyChanged.
    """
    what = grounds.ground(ground)
    desk.case_key(case_id)  # settles a renewal that a stopped machine left half done
    with desk.databases.write_both() as (console, wraps):
        work = work_on(console, wraps, desk, case_id)
        row, post = _found(work, part)
        content = work.box.open(row) if part.place is None else objects.only_file(post, part.place)
        held, holders = Held(row.kind, row.day, content), _holders(work, what)  # while the names are still there
        object_id, sealed = objects.put(work.keyring, desk, case_id, held, holders)
        forget_case(console, case_id)  # somebody's unfinished words may quote it
        put_in_place(work, row, encode_post(_without(post, part, what.words)))
        by, now = desk.unlocked.user_id, desk.now()
        console.add(
            SealedObject(
                id=object_id, case_id=case_id, record_id=row.id, place=part.place, ground=what.id, at=now, by=by,
                whole=row.kind == records.REPORT and part.place is None, state=SEALED, changed=now, changed_by=by,
                sealed=sealed, answer=None,
            )
        )  # fmt: skip
        former = work.keyring.holders(case_purpose(case_id)) - {RECOVERY_ID}
        told = {**said, notes.FORMER: " ".join(sorted(holder.hex() for holder in former))}
        notes.keep_note(console, desk, work.box, object_id, what=SEALED, values=told)
        follow_sides(console, case_id)
        if what.id == IMAGES:
            _alarm(work, object_id)
        place = part.place if part.place is not None else -1
        record(
            console, desk.unlocked, f"sealed: {what.id}", case_id, clock=desk.clock, object=object_id.hex(),
            post=row.id.hex(), place=place,
        )  # fmt: skip
        console.flush()
        locked = [holder.id for holder in holders] if what.id == SPILLAGE else None
        renew(console, wraps, desk, case_id, locked)
    scrub(desk)
    return object_id


def put_in_place(work: Work, row: CaseRecord, raw: bytes) -> None:
    """Another content of a message under the same id; the words that are gone are not found any more either."""
    row.sealed = work.box.seal(row.id, row.kind, raw)
    index.forget_record(work.console, row.id)
    index.add(work.console, work.desk, work.case.id, row.id, kind=row.kind, raw=raw)


def follow_sides(console: Session, case_id: bytes) -> None:
    """Makes the case's side states what its sealed things say."""
    console.flush()
    case = console.get_one(Case, case_id, with_for_update=True)
    chosen = select(SealedObject).where(SealedObject.case_id == case_id)
    found = grounds.sides((row.ground, row.state, row.whole) for row in console.scalars(chosen))
    case.sides = " ".join(sorted((set(case.sides.split()) - set(GROUNDS)) | found))


def scrub(desk: Desk) -> None:
    """After keys or contents went: nothing of them stays in the databases' own leavings."""
    desk.databases.keyring.scrub()
    desk.databases.console.scrub()


def alarm_key(object_id: bytes) -> str:
    return f"images {object_id.hex()}"


def _found(work: Work, part: Part) -> tuple[CaseRecord, Post]:
    row = work.console.get(CaseRecord, part.record_id, with_for_update=True)
    if row is None or row.case_id != work.case.id or row.kind not in records.POST_KINDS:
        raise NothingToSeal
    post = decode_post(work.box.open(row))
    if part.place is not None and not 0 <= part.place < len(post.files):
        raise NothingToSeal
    if part.place is not None and redaction.is_sealed(post, part.place):
        raise AlreadySealed
    if any(one.place is None and one.state not in grounds.GONE for one in of_record(work.console, row.id)):
        raise AlreadySealed
    return row, post


def of_record(console: Session, record_id: bytes) -> Iterable[SealedObject]:
    """What was sealed out of one message."""
    return console.scalars(select(SealedObject).where(SealedObject.record_id == record_id)).all()


def _without(post: Post, part: Part, words: str) -> Post:
    if part.place is None:
        return redaction.without_message(post, words)
    return redaction.without_file(post, part.place, words)


def _holders(work: Work, what: Ground) -> list[Holder]:
    """Those whose business it is and who are not kept out of the case; with a spillage, whoever found it too."""
    found = {holder.id: holder for holder in holders_with_role(work.console, what.role)}
    for user_id in latecomers.kept_out(
        work.console, work.keyring, work.desk.unlocked, work.case.id, found.keys(), now=work.desk.now()
    ):
        del found[user_id]
    if not found:  # the finder does not count: without a security officer the lock would never end
        raise NobodyToSealFor
    if what.id == SPILLAGE:
        me = work.desk.unlocked.user_id
        found[me] = holder_of(work.console.get_one(User, me))
    return list(found.values())


def _alarm(work: Work, object_id: bytes) -> None:
    text = (
        f"Something in {of_case(work.case.id)} was sealed as a possible indecent image. A supervisor hands it over to "
        "the authorised unit now, and scores the case as P1."
    )
    raise_alarm(work.console, alarm_key(object_id), text, work.desk.today())
