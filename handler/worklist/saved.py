"""Views that a person saved under a name: wrapped to that person, so that nobody else reads what they look for."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.errors import BadSeal
from crypto.wrapping import unwrap, wrap
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.records import decode_object
from handler.errors import Refused
from handler.identity.tables import User
from handler.worklist.filters import READY, Filters, View, parse
from handler.worklist.tables import SavedView

MOST = 20  # views of one person
LONGEST = 40  # characters of a name


class NoViewName(Refused):
    """A view has a name of 1 to 40 characters, and no other of your views has it. Choose another."""


class TooManyViews(Refused):
    """You have 20 views. Delete one first."""


def save(desk: Desk, name: str, filters: Filters) -> bytes:
    """Keeps a view; its id. Raises NoViewName, TooManyViews."""
    name, me = " ".join(name.split()), desk.unlocked.user_id
    with desk.databases.console.write() as console:
        mine = views(console, desk)
        taken = {view.name.casefold() for view in (*READY, *mine)}
        if not 1 <= len(name) <= LONGEST or name.casefold() in taken:
            raise NoViewName
        if len(mine) >= MOST:
            raise TooManyViews
        view_id = desk.random(16)
        content = compactjson.encode({"name": name, "query": filters.query()})
        public = console.get_one(User, me).public
        sealed = wrap(public, desk.site, _purpose(view_id), content)
        console.add(SavedView(id=view_id, user_id=me, sealed=sealed))
        record(console, desk.unlocked, "view saved", clock=desk.clock)
    return view_id


def views(console: Session, desk: Desk) -> list[View]:
    """This person's, by name; those made for an earlier key of theirs are passed over."""
    found = []
    for row in console.scalars(select(SavedView).where(SavedView.user_id == desk.unlocked.user_id)):
        try:
            content = decode_object(unwrap(desk.unlocked.opener, desk.site, _purpose(row.id), row.sealed))
        except BadSeal:
            continue
        found.append(View(str(content["name"]), parse(str(content["query"])), row.id))
    return sorted(found, key=lambda view: view.name.casefold())


def remove(desk: Desk, view_id: bytes) -> None:
    """Of this person's; another's is left."""
    with desk.databases.console.write() as console:
        mine = (SavedView.id == view_id) & (SavedView.user_id == desk.unlocked.user_id)
        console.execute(delete(SavedView).where(mine))
        record(console, desk.unlocked, "view deleted", clock=desk.clock)


def _purpose(view_id: bytes) -> str:
    return f"view {view_id.hex()}"
