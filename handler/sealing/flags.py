"""What a case's sealed things say to its assessment."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.sealing.grounds import IMAGES
from handler.sealing.tables import SealedObject


def sealed_flags(console: Session, case_id: bytes) -> frozenset[str]:
    """“images” once something was sealed as a possible indecent image: the score's override asks for P1 then."""
    chosen = select(SealedObject.id).where(SealedObject.case_id == case_id, SealedObject.ground == IMAGES)
    return frozenset({IMAGES} if console.scalars(chosen.limit(1)).first() is not None else ())
