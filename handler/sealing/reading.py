"""What was sealed, as those may read it whose business it is. There is no way here to what may be an indecent image."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crypto.post import Post
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.files import Download, put_together, safe_name
from handler.cases.reading import answer_lines
from handler.cases.tables import Case
from handler.errors import NotAllowed
from handler.identity.roles import LEGAL_APPROVER, SECURITY_OFFICER
from handler.pickup.piecestore import PieceStore
from handler.sealing import objects
from handler.sealing.grounds import GONE, PRIVILEGED, SPILLAGE
from handler.sealing.objects import Held
from handler.sealing.tables import SealedObject

READERS = {PRIVILEGED: LEGAL_APPROVER}
"""Whose page shows it, by ground."""

SAVERS = {PRIVILEGED: LEGAL_APPROVER, SPILLAGE: SECURITY_OFFICER}
"""Who may save a copy: counsel to read a file, a security officer to carry it by the approved route."""


@dataclass(frozen=True)
class Listed:
    """One sealed thing of those that a person holds the key of."""

    row: SealedObject
    case: Case


def held_by(desk: Desk) -> Sequence[Listed]:
    """What is sealed for this person by wrapped keys and by role, the newest first."""
    with desk.keyring() as keyring:
        prefix = objects.PREFIX
        ids = [bytes.fromhex(p.removeprefix(prefix)) for p in keyring.purposes(desk.unlocked.user_id, prefix)]
    with desk.databases.console.read() as console:
        chosen = select(SealedObject, Case).join(Case, Case.id == SealedObject.case_id)
        chosen = chosen.where(SealedObject.id.in_(ids), SealedObject.state.not_in(GONE))
        rows = console.execute(chosen.order_by(SealedObject.at.desc())).all()
    return [Listed(row, case) for row, case in rows]


def read(desk: Desk, object_id: bytes) -> tuple[Listed, Held, str]:
    """What counsel reads, and what counsel wrote before; in the audit. Raises NotAllowed."""
    found = _listed(desk, object_id, READERS)
    with desk.keyring() as keyring:
        held = objects.open_object(keyring, desk, found.row)
        answer = objects.open_answer(objects.key_of(keyring, desk, found.row), found.row)
    _account(desk, found.row, "sealed part read")
    return found, held, answer


def save(desk: Desk, store: PieceStore, object_id: bytes, place: int | None) -> Download:
    """The words as a text file (None), or a file as it was sent; in the audit. Raises NotAllowed, open_file's."""
    found = _listed(desk, object_id, SAVERS)
    with desk.keyring() as keyring:
        post = objects.open_object(keyring, desk, found.row).post
    if place is None:
        saved = Download(f"sealed-{object_id.hex()[:8]}.txt", "\n\n".join(words_of(post)).encode())
    elif 0 <= place < len(post.files):
        ref = post.files[place]
        saved = Download(safe_name(ref.name), put_together(store, ref))
    else:
        raise NotAllowed
    _account(desk, found.row, "sealed part saved")
    return saved


def words_of(post: Post) -> list[str]:
    """All that was written in it, an answer or message each."""
    given = answer_lines(post.report) if post.report is not None else []
    lines = [f"{name}: {' '.join((*answer.choices, answer.text)).strip()}" for name, answer in given]
    return [*lines, *([post.follow_up.text] if post.follow_up is not None and post.follow_up.text else [])]


def _listed(desk: Desk, object_id: bytes, roles: dict[str, str]) -> Listed:
    with desk.databases.console.read() as console:
        row = console.get(SealedObject, object_id)
        if row is None or not desk.unlocked.may(*filter(None, [roles.get(row.ground)])):
            raise NotAllowed
        return Listed(row, console.get_one(Case, row.case_id))


def _account(desk: Desk, row: SealedObject, act: str) -> None:
    with desk.databases.console.write() as console:
        record(console, desk.unlocked, act, row.case_id, clock=desk.clock, object=row.id.hex())
