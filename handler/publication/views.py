"""The page of the board: what waits, when it goes, what the drop last said; and one's own replies among it."""

from flask import Blueprint, g, render_template
from sqlalchemy import func, select

from crypto.board import Kind
from handler.cases.reading import KIND_WORDS
from handler.identity.access import allow
from handler.identity.roles import ROLES
from handler.pickup import alarms
from handler.publication.ownreplies import waiting_of
from handler.publication.queue import LIVE, QUEUED, forecast, last_publication
from handler.publication.tables import Message, Publication, Slot
from handler.services import services

blueprint = Blueprint("publication", __name__)

SHOWN = 20


@blueprint.get("/board")
@allow(*ROLES)
def board() -> str:
    """Kinds and numbers only: which case a slot belongs to is told to nobody but who wrote what is in it."""
    policy = services().console.policy
    with services().databases.console.read() as console:
        outlook = forecast(console, policy, services().now())
        queued = console.execute(
            select(Message.kind, Slot.id)
            .join(Slot, Slot.message_id == Message.id)
            .where(Slot.state == QUEUED)
            .order_by(Slot.priority, Slot.id)
        ).all()
        live = console.scalar(select(func.count()).select_from(Slot).where(Slot.state == LIVE)) or 0
        publications = console.scalars(select(Publication).order_by(Publication.number.desc()).limit(SHOWN)).all()
        last = last_publication(console)
        own = waiting_of(console, outlook, g.unlocked.user_id)
        raised = alarms.shown(console, g.unlocked.user_id)
    waiting = [{"kind": KIND_WORDS[Kind(row.kind)], "at": outlook.times[row.id]} for row in queued]
    following = last.time + policy.publication if last is not None else None
    return render_template(
        "publication/board.html", waiting=waiting, live=live, publications=publications, policy=policy,
        following=following, alarms=raised, own=own, kinds=KIND_WORDS,
    )  # fmt: skip
