"""What becomes of sealed things: a spillage is moved and destroyed, an image handed over; counsel answers."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.errors import BadCount
from crypto.pieces import piece_names
from crypto.post import decode_post, encode_post
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.tables import CasePiece, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.roles import CASE_ROLES, INTAKE, LEGAL_APPROVER, SECURITY_OFFICER, SUPERVISOR
from handler.identity.users import holders_with_role
from handler.intake import latecomers
from handler.intake.additions import newly_named, shut_out
from handler.keys.keyring import case_purpose
from handler.lifecycle import conflict
from handler.oversight.hold import UnderHold, held
from handler.pickup.alarms import clear_alarm
from handler.pickup.piecestore import PieceStore
from handler.pickup.tables import Piece
from handler.sealing import notes, objects, redaction
from handler.sealing.acts import Work, alarm_key, follow_sides, put_in_place, scrub, work_on
from handler.sealing.grounds import (
    CLEARED,
    DESTROYED,
    GONE,
    HANDED,
    IMAGES,
    KEPT,
    MOVED,
    PRIVILEGED,
    RETURNED,
    SEALED,
    SPILLAGE,
)
from handler.sealing.tables import SealedObject

BACK = {
    (PRIVILEGED, CLEARED): CASE_ROLES,
    (SPILLAGE, SEALED): (SECURITY_OFFICER,),
    (SPILLAGE, MOVED): (SECURITY_OFFICER,),
    (IMAGES, HANDED): (SUPERVISOR,),
}
"""Who puts something back, by ground and state."""


class NotNow(Refused):
    """This cannot be done with it as it stands. Load the page again to see what can."""


class SayAll(Refused):
    """Fill in every field: whoever checks this later has nothing else."""


class NobodyToPutBack(Refused):
    """This seems to name everyone who could put it back. Have the case shared with somebody else first."""


def moved(desk: Desk, object_id: bytes, said: Mapping[str, str]) -> None:
    """A security officer confirms that a copy went by the approved route. Raises SayAll, NotNow, NotAllowed."""
    _needs(said, notes.INCIDENT, "route")
    _change(desk, object_id, said, grounds=(SPILLAGE, (SEALED,)), role=SECURITY_OFFICER, state=MOVED)


def hand_over(desk: Desk, object_id: bytes, said: Mapping[str, str]) -> None:
    """A supervisor records the hand-over to the authorised unit. Raises SayAll, NotNow, NotAllowed."""
    _needs(said, "unit", "reference", "when", "viewed")
    _change(desk, object_id, said, grounds=(IMAGES, (SEALED,)), role=SUPERVISOR, state=HANDED)


def destroy(desk: Desk, store: PieceStore, object_id: bytes) -> None:
    """Destroys the only key, the sealed content and the pieces of its files. A spillage's case goes back to its former
    holders, once nothing of that kind is left in it. Raises NotNow, UnderHold, NotAllowed."""
    case_id = _case_of(desk, object_id)
    desk.case_key(case_id)
    with desk.databases.write_both() as (console, wraps):
        work = work_on(console, wraps, desk, case_id)
        row = _row(work, object_id)
        role = {(SPILLAGE, MOVED): SECURITY_OFFICER, (IMAGES, HANDED): SUPERVISOR}.get((row.ground, row.state))
        if role is None:
            raise NotNow
        if not desk.unlocked.may(role):
            raise NotAllowed
        if held(work.case):
            raise UnderHold
        gone = _pieces(work, row)
        work.keyring.destroy(objects.purpose(row.id))
        row.sealed = row.answer = None
        _into(work, row, DESTROYED, {})
        _lift(work, row)
    scrub(desk)
    for name in gone:
        store.delete(name)


def answer(desk: Desk, object_id: bytes, *, returns: bool, words: str) -> None:
    """Counsel says whether it stays sealed. Raises SayAll, NotNow, NobodyToPutBack, NotAllowed.

    With “not privileged” the case's holders whom it does not name get the object's key: counsel holds none of the case
    to put it back.
    """
    words = words.strip()
    if not words:
        raise SayAll
    with desk.databases.write_both() as (console, wraps):
        row = console.get(SealedObject, object_id, with_for_update=True)
        if row is None or not desk.unlocked.may(LEGAL_APPROVER):
            raise NotAllowed
        keyring = desk.keyring_in(wraps)
        key = objects.key_of(keyring, desk, row)
        if row.ground != PRIVILEGED or row.state not in (SEALED, KEPT):
            raise NotNow
        row.answer = objects.seal_answer(key, row, words)
        row.state = CLEARED if returns else KEPT
        row.changed, row.changed_by = desk.now(), desk.unlocked.user_id
        if returns:
            readers = keyring.holders(case_purpose(row.case_id))
            able = {one.id: one for one in holders_with_role(console, *BACK[PRIVILEGED, CLEARED]) if one.id in readers}
            said = [objects.open_object(keyring, desk, row).post]
            for user_id in latecomers.kept_out(
                console, keyring, desk.unlocked, row.case_id, able.keys(), now=desk.now(), also=said
            ):
                del able[user_id]
            if not able:
                raise NobodyToPutBack
            keyring.put_more(objects.purpose(row.id), key.expose(), able.values())
        follow_sides(console, row.case_id)
        act = "not privileged" if returns else "privileged: stays sealed"
        record(console, desk.unlocked, act, row.case_id, clock=desk.clock, object=row.id.hex())


def put_back(desk: Desk, object_id: bytes) -> None:
    """What should not have been sealed goes back to its place in the case. Raises NotNow, NotAllowed.

    That it is not privileged counsel has said; that it is not too highly classified a security officer says by this;
    that it is no indecent image the authorised unit has told a supervisor. Whom it names loses the case.
    """
    case_id = _case_of(desk, object_id)
    desk.case_key(case_id)
    with desk.databases.write_both() as (console, wraps):
        work = work_on(console, wraps, desk, case_id)
        row = _row(work, object_id)
        role = BACK.get((row.ground, row.state))
        if role is None:
            raise NotNow
        if not desk.unlocked.may(*role):
            raise NotAllowed
        original = objects.open_object(work.keyring, desk, row).post
        words = objects.open_answer(objects.key_of(work.keyring, desk, row), row)
        place = console.get_one(CaseRecord, row.record_id, with_for_update=True)
        now = decode_post(work.box.open(place))
        back = (
            redaction.with_message(now, original)
            if row.place is None
            else redaction.with_file(now, row.place, original.files[0])
        )
        put_in_place(work, place, encode_post(back))
        work.keyring.destroy(objects.purpose(row.id))
        row.sealed = row.answer = None
        _into(work, row, RETURNED, {"counsel": words})
        _lift(work, row, newly_named(console, case_id, original) if place.kind in records.GRADED_KINDS else set())
    scrub(desk)


def _change(
    desk: Desk, object_id: bytes, said: Mapping[str, str], *, grounds: tuple[str, tuple[str, ...]], role: str,
    state: str,
) -> None:  # fmt: skip
    case_id = _case_of(desk, object_id)
    desk.case_key(case_id)
    with desk.databases.write_both() as (console, wraps):
        work = work_on(console, wraps, desk, case_id)
        row = _row(work, object_id)
        if not desk.unlocked.may(role):
            raise NotAllowed
        objects.key_of(work.keyring, desk, row)
        if row.ground != grounds[0] or row.state not in grounds[1]:
            raise NotNow
        _into(work, row, state, said)
        if row.ground == IMAGES:
            clear_alarm(console, alarm_key(row.id))


def _into(work: Work, row: SealedObject, state: str, said: Mapping[str, str]) -> None:
    """The new state with its note, sides and audit entry."""
    row.state, row.changed, row.changed_by = state, work.desk.now(), work.desk.unlocked.user_id
    notes.keep_note(work.console, work.desk, work.box, row.id, what=state, values=said)
    follow_sides(work.console, row.case_id)
    act = f"sealed part {state}"
    record(work.console, work.desk.unlocked, act, row.case_id, clock=work.desk.clock, object=row.id.hex())


def _needs(said: Mapping[str, str], *names: str) -> None:
    if any(not said.get(name, "").strip() for name in names):
        raise SayAll


def _case_of(desk: Desk, object_id: bytes) -> bytes:
    with desk.databases.console.read() as console:
        row = console.get(SealedObject, object_id)
    if row is None:
        raise NotAllowed
    return row.case_id


def _row(work: Work, object_id: bytes) -> SealedObject:
    return work.console.get_one(SealedObject, object_id, with_for_update=True)


def _lift(work: Work, row: SealedObject, named: Collection[bytes] = ()) -> None:
    """A case that was locked goes back to its former holders, once nothing of that kind is left in it; `named` are shut
    out of it."""
    ends = row.ground == SPILLAGE and SPILLAGE not in work.case.sides.split()
    back = _former(work) if ends else None
    work.console.flush()
    shut_out(work.console, work.wraps, work.desk, work.case.id, set(named), back=back)


def _former(work: Work) -> set[bytes]:
    """Who held the case before this lock, but for those who are kept out of it or have no role for it any more.

    Where none of them could hand it on, those who have it now keep it, so that it is nobody's never.
    """
    former, spilled = "", set[bytes]()
    for one in notes.notes_of(work.console, work.box):
        if one.what == SEALED and _spilled(work, one):
            former = former if spilled else one.values[notes.FORMER]  # a later one of the same lock knows the locked
            spilled.add(one.object_id)
        elif one.what in GONE:
            spilled.discard(one.object_id)
    able = {holder.id for holder in holders_with_role(work.console, *CASE_ROLES, INTAKE)}
    before = {bytes.fromhex(holder) for holder in former.split()}
    back = (before & able) - conflict.kept_out(work.console, work.case.id)
    if conflict.can_hand_on(work.console, back):
        return back
    return back | work.keyring.holders(case_purpose(work.case.id))


def _spilled(work: Work, note: notes.SealNote) -> bool:
    return work.console.get_one(SealedObject, note.object_id).ground == SPILLAGE


def _pieces(work: Work, row: SealedObject) -> Sequence[bytes]:
    """Names of the pieces that no other case names; the case names them no more."""
    names: set[bytes] = set()
    for ref in objects.open_object(work.keyring, work.desk, row).post.files:
        try:
            names.update(piece_names(ref))
        except BadCount:
            continue
    console: Session = work.console
    console.execute(delete(CasePiece).where(CasePiece.case_id == work.case.id, CasePiece.name.in_(names)))
    elsewhere = set(console.scalars(select(CasePiece.name).where(CasePiece.name.in_(names))))
    console.execute(delete(Piece).where(Piece.name.in_(names - elsewhere)))
    return sorted(names - elsewhere)
