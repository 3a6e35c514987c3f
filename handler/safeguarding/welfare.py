"""When the reporter may be in crisis or is under 18: texts that signpost, sent as they stand. Nobody counsels here."""

from collections.abc import Mapping

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.conversation.questions import words
from handler.conversation.sending import Reply, send
from handler.lifecycle.recording import PASSES
from handler.safeguarding import flagging

FLAGS: Mapping[str, str] = {
    flagging.WELFARE: "The reporter may be in crisis",
    flagging.UNDER_18: "The reporter is or may be under 18",
}
TEXTS: Mapping[str, str] = {
    "crisis": "Where to get help now",
    "safety": "Their safety",
    "victims-code": "The Victims’ Code",
}
"""Ready texts of handler/conversation/questions.toml, by id."""


def send_text(desk: Desk, case_id: bytes, name: str) -> None:
    """Queues a ready text before other replies and notes that it was sent; a hold on replies stops only what does not
    help at once. Raises what `send` raises, NotAllowed."""
    send(desk, case_id, Reply(words(name), urgent=True, read=True, asks=False, passes=name in PASSES))
    with desk.databases.console.write() as console:
        console.get_one(Case, case_id, with_for_update=True)
        flagging.mark(console, case_id, flagging.SENT[name], desk.now(), desk.unlocked.user_id)
        record(console, desk.unlocked, f"text sent: {name}", case_id, clock=desk.clock)
