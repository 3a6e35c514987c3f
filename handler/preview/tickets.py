"""A ticket for one picture: given with the page that shows it, good for a minute and for that person's session only."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from handler.errors import Refused

LASTS = 60  # seconds
SALT = "preview"


class TicketOver(Refused):
    """This picture is shown for one minute after you ask for it. Go back and ask again."""


@dataclass(frozen=True)
class Ticket:
    """Which page of which file, for whom, until when (unix seconds)."""

    case_id: bytes
    record_id: bytes
    place: int
    page: int
    session_id: bytes
    until: int

    def written(self, key: bytes) -> str:
        """Signed with the web key; there is nothing secret in it."""
        ids = (self.case_id.hex(), self.record_id.hex(), self.place, self.page, self.session_id.hex(), self.until)
        return URLSafeSerializer(key, SALT).dumps(ids)


def read(text: str, key: bytes, session_id: bytes, now: int) -> Ticket:
    """Raises TicketOver for every ticket but a fresh one of this session."""
    try:
        case_id, record_id, place, page, session, until = URLSafeSerializer(key, SALT).loads(text)
        found = Ticket(bytes.fromhex(case_id), bytes.fromhex(record_id), place, page, bytes.fromhex(session), until)
    except (BadSignature, ValueError, TypeError):
        raise TicketOver from None
    if found.session_id != session_id or not now <= found.until <= now + LASTS:
        raise TicketOver
    return found
