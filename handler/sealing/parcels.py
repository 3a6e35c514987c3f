"""What may be an indecent image, written for the authorised unit: that unit's key alone opens it, nobody here sees it.

A supervisor asks with the twelve words that the unit read out, a second one approves, and then it can be written for
that one key. The pieces of files go as they came: nothing is put together or decrypted, in memory neither.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import BadCount
from crypto.parcel import fingerprint, parcel_head, parcel_piece
from crypto.pieces import piece_names
from crypto.post import Post
from crypto.words import from_words, to_words
from handler.approvals import acts as approvals
from handler.approvals.tables import Approval
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.files import NO_KEY
from handler.cases.records import CaseBox
from handler.cases.tables import Case
from handler.errors import NotAllowed, Refused
from handler.files import PRIVATE, sync_folder
from handler.identity.roles import SUPERVISOR
from handler.pickup.piecestore import PieceStore
from handler.sealing import notes, objects
from handler.sealing.grounds import HANDED, IMAGES, SEALED
from handler.sealing.objects import Held
from handler.sealing.tables import SealedObject

PARCEL = "parcel"


class NotThatKey(Refused):
    """These are not the words of this key. Do not use it: ring the unit by a number you know, and have it sent anew."""


class NothingToHandOver(Refused):
    """Nothing is sealed in this case as a possible indecent image, or it was destroyed or put back."""


class NotApproved(Refused):
    """No second supervisor has approved this for this key in the last seven days. Ask with `handler sealed ask`."""


@dataclass(frozen=True)
class Written:
    """One parcel. `sha256` in hex; `missing`: pieces of its files that never arrived here."""

    object_id: bytes
    path: Path
    sha256: str
    missing: int


def act_of(public: bytes) -> str:
    """The act that is approved names the key."""
    return f"{PARCEL} {urlsafe_b64encode(fingerprint(public)).decode().rstrip('=')}"


def words_of(act: str) -> str:
    """The twelve words of the key that an act names."""
    return " ".join(to_words(urlsafe_b64decode(f"{act.split()[1]}==")))


def ask(desk: Desk, number: str, public: bytes, words: str) -> None:
    """Asks a second supervisor; `words` are those that the unit read out.

    Raises NotThatKey, NothingToHandOver, AlreadyAsked, NotAllowed, and what from_words raises.
    """
    box = _box(desk, number)
    if from_words(words) != fingerprint(public):
        raise NotThatKey
    with desk.databases.console.write() as console:
        _sealed(console, box.case_id)
        approvals.ask(console, desk, act_of(public), case_id=box.case_id, roles=[SUPERVISOR])


def approve(desk: Desk, approval_id: bytes) -> None:
    """By someone who holds the case. Raises SamePerson, NotYours, NoLonger, NotAllowed."""
    with desk.databases.console.read() as console:
        waiting = approvals.waiting(console, approval_id, desk.now())
    desk.case_key(waiting.of_case)
    with desk.databases.console.write() as console:
        approvals.approve(console, desk, approval_id)


def write(desk: Desk, store: PieceStore, number: str, public: bytes, folder: Path) -> list[Written]:
    """A parcel for each thing, into a folder; all or none. May be repeated for as long as the approval lasts.

    Raises NotApproved, NothingToHandOver, NotAllowed, BadField for a key that is none, FileExistsError.
    """
    box = _box(desk, number)
    with desk.databases.console.read() as console, desk.keyring() as keyring:
        _check_approved(console, desk, box, public)
        found = [(row.id, objects.open_object(keyring, desk, row)) for row in _sealed(console, box.case_id)]
    folder.mkdir(mode=0o700, exist_ok=True)
    made: list[Written] = []
    try:
        for object_id, held in found:
            path = folder / f"{number}-{object_id.hex()[:8]}.parcel"
            made.append(_write(path, public, object_id, held, store))
        sync_folder(folder)
        with desk.databases.console.write() as console:
            _check_approved(console, desk, box, public)
            for one in made:
                _account(console, desk, box, one, public)
    except BaseException:  # what nobody accounted for must not be left
        for one in made:
            one.path.unlink()
        raise
    return made


def _box(desk: Desk, number: str) -> CaseBox:
    if not desk.unlocked.may(SUPERVISOR):
        raise NotAllowed
    with desk.databases.console.read() as console:
        case_id = console.scalars(select(Case.id).where(Case.number == number)).one_or_none()
    if case_id is None:
        raise NotAllowed
    return CaseBox(case_id, desk.case_key(case_id))


def _sealed(console: Session, case_id: bytes) -> Sequence[SealedObject]:
    chosen = select(SealedObject).where(SealedObject.case_id == case_id, SealedObject.ground == IMAGES)
    found = console.scalars(chosen.where(SealedObject.state.in_((SEALED, HANDED))).order_by(SealedObject.at)).all()
    if not found:
        raise NothingToHandOver
    return found


def _check_approved(console: Session, desk: Desk, box: CaseBox, public: bytes) -> None:
    chosen = select(Approval.id).where(
        Approval.case_id == box.case_id, Approval.act == act_of(public), Approval.state == approvals.APPROVED,
        Approval.until > desk.now(),
    )  # fmt: skip
    if console.scalars(chosen.limit(1)).first() is None:
        raise NotApproved


def _write(path: Path, public: bytes, object_id: bytes, held: Held, store: PieceStore) -> Written:
    head = parcel_head(public, object_id, held.encode())
    digest, missing = hashlib.sha256(head), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(head)
            for name in _names(held.post):
                piece = store.read(name)
                if piece is None:
                    missing += 1
                    continue
                row = parcel_piece(name, piece)
                sink.write(row)
                digest.update(row)
            sink.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink()
        raise
    return Written(object_id, path, digest.hexdigest(), missing)


def _names(post: Post) -> Iterator[bytes]:
    """Of the pieces of every file, each once; a file that was sealed before its message is a thing of its own."""
    names: dict[bytes, None] = {}
    for ref in post.files:
        try:
            names |= dict.fromkeys(piece_names(ref) if ref.key != NO_KEY else ())
        except BadCount:
            continue
    return iter(names)


def _account(console: Session, desk: Desk, box: CaseBox, one: Written, public: bytes) -> None:
    notes.keep_note(console, desk, box, one.object_id, what=PARCEL, values={PARCEL: one.sha256})
    record(
        console, desk.unlocked, "sealed part written for the unit", box.case_id, clock=desk.clock,
        object=one.object_id.hex(), key=fingerprint(public).hex(), sha256=one.sha256,
    )  # fmt: skip
