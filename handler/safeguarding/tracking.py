"""What becomes of a referral at each body that it went to: made, confirmed in writing, acknowledged, its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.errors import Refused
from handler.safeguarding import flagging, pack, rules
from handler.safeguarding.pack import PackBox, Piece
from handler.safeguarding.tables import Referral, ReferralRecipient
from handler.vocabulary import vocabulary

PHONE, IN_WRITING = "phone", "written"
HOW: Mapping[str, str] = {PHONE: "By phone", IN_WRITING: "In writing"}
OPEN, MADE, ACKNOWLEDGED, ENDED = "open", "made", "acknowledged", "ended"
STATES: Mapping[str, str] = {
    OPEN: "Not made yet",
    MADE: "Made, not acknowledged",
    ACKNOWLEDGED: "Acknowledged",
    ENDED: "Outcome recorded",
}
MOST = 5_000  # characters
BEFORE = 86_400  # seconds: who sees a danger rings first, and writes down afterwards


class NoSuchRecipient(Refused):
    """This referral does not go there. Load the page again."""


class NotMadeFully(Refused):
    """Say how it was made and who took it: their name, and a reference or why there is none."""


class NotATime(Refused):
    """Give a day and a time that have passed, at most a day before the risk was noted here."""


class NotMadeYet(Refused):
    """Record first that the referral was made there."""


class MadeAlready(Refused):
    """That is recorded already. The first record stands."""


class NoWords(Refused):
    """Write in at most 5,000 characters what was said or done."""


@dataclass(frozen=True)
class Made:
    """How one body got it. `at`: unix seconds; `name` and `reference` of who took it."""

    at: int
    how: str
    name: str
    reference: str


def make(desk: Desk, referral_id: bytes, number: int, made: Made) -> None:
    """Keeps that a body has the referral. The clock of the case stops once every body of every referral has it.

    Raises NotMadeFully, NotATime, NoSuchRecipient, MadeAlready, NotAllowed.
    """
    if made.how not in HOW or not made.name.strip() or not made.reference.strip():
        raise NotMadeFully
    check_length(made.name, made.reference)
    box = PackBox.of(desk, referral_id)
    with desk.databases.console.write() as console:
        referral, row = _locked(console, referral_id, number)
        check_past(desk, made.at, referral.flagged)
        if row.made is not None:
            raise MadeAlready
        calendar = desk.deadlines.calendar
        row.made, row.how = made.at, made.how
        row.answer_due = rules.answer_due(made.at, calendar)
        row.confirm_due = rules.confirm_due(made.at, calendar) if made.how == PHONE else None
        values = {"number": number, "when": made.at, "how": made.how, "name": made.name, "reference": made.reference}
        box.add(console, desk, pack.MADE, values)
        _settle(console, desk, referral)
        marks = flagging.marks(console, referral.case_id)
        if flagging.DANGER in marks:
            flagging.mark(console, referral.case_id, "referred", made.at, desk.unlocked.user_id)
        _account(console, desk, referral, "made", number)


def confirm(desk: Desk, referral_id: bytes, number: int) -> None:
    """It was confirmed in writing after the phone call. Raises as `acknowledge`."""
    box = PackBox.of(desk, referral_id)
    with desk.databases.console.write() as console:
        referral, row = _locked(console, referral_id, number)
        if row.made is None:
            raise NotMadeYet
        if row.confirmed is not None:
            raise MadeAlready
        row.confirmed = desk.now()
        box.add(console, desk, pack.CONFIRMED, {"number": number})
        _account(console, desk, referral, "confirmed in writing", number)


def acknowledge(desk: Desk, referral_id: bytes, number: int, words: str) -> None:
    """The body answered what it will do. Raises NotMadeYet, MadeAlready, NoWords, NoSuchRecipient, NotAllowed."""
    _answer(desk, referral_id, number, pack.ACKNOWLEDGED, words)


def end(desk: Desk, referral_id: bytes, number: int, words: str) -> None:
    """What came of it there. Raises as `acknowledge`."""
    _answer(desk, referral_id, number, pack.OUTCOME, words)


def _answer(desk: Desk, referral_id: bytes, number: int, kind: str, words: str) -> None:
    words = check_words(words)
    box = PackBox.of(desk, referral_id)
    with desk.databases.console.write() as console:
        referral, row = _locked(console, referral_id, number)
        if row.made is None:
            raise NotMadeYet
        if (row.acknowledged if kind == pack.ACKNOWLEDGED else row.outcome) is not None:
            raise MadeAlready
        if kind == pack.OUTCOME:
            row.outcome = desk.now()
        row.acknowledged = row.acknowledged or desk.now()  # an outcome is an answer too
        box.add(console, desk, kind, {"number": number, "what": words})
        _settle(console, desk, referral)
        _account(console, desk, referral, kind, number)


def add(desk: Desk, referral_id: bytes, body: str, which: str) -> None:
    """One more body: another force, say, or one that was thought of later. The clock is not begun anew for it.

    `body`: of the vocabulary "destinations", `which`: the name of the force or authority. Raises NoDestination,
    NoWords, NotAllowed.
    """
    if body not in vocabulary("destinations"):
        raise rules.NoDestination
    check_length(which)
    box = PackBox.of(desk, referral_id)
    with desk.databases.console.write() as console:
        referral = console.get_one(Referral, referral_id)
        console.get_one(Case, referral.case_id, with_for_update=True)
        number = len(recipients(console, referral_id))
        console.add(
            ReferralRecipient(
                referral_id=referral_id, number=number, made=None, how="", confirm_due=None, confirmed=None,
                answer_due=None, acknowledged=None, outcome=None,
            )
        )  # fmt: skip
        referral.state = OPEN
        box.add(console, desk, pack.FURTHER, {"number": number, "body": body, "which": which.strip()})
        _account(console, desk, referral, "one more recipient", number)


def bodies(pieces: Sequence[Piece]) -> list[str]:
    """Where a referral goes, as people read it, in the order of its recipients."""
    known, found = vocabulary("destinations"), []
    for piece in pieces:
        if piece.kind == pack.WRITTEN:
            found += [known.text(str(name)) for name in piece.values["destinations"]]
        elif piece.kind == pack.FURTHER:
            text, which = known.text(str(piece.values["body"])), str(piece.values["which"])
            found.append(f"{text}: {which}" if which else text)
    return found


def protect(desk: Desk, referral_id: bytes, words: str, at: int) -> None:
    """What was done to keep the person safe, beside the referral. Raises NoWords, NotATime, NotAllowed."""
    words = check_words(words)
    box = PackBox.of(desk, referral_id)
    with desk.databases.console.write() as console:
        referral = console.get_one(Referral, referral_id)
        console.get_one(Case, referral.case_id, with_for_update=True)
        console.refresh(referral)
        check_past(desk, at, flagging.known_since(console, referral.case_id))
        flagging.protected(console, referral.case_id, at, desk.unlocked.user_id)
        referral.protected = min(at, referral.protected) if referral.protected is not None else at
        box.add(console, desk, pack.PROTECTED, {"what": words, "when": at})
        _account(console, desk, referral, "protective action", None)


def recipients(console: Session, referral_id: bytes) -> list[ReferralRecipient]:
    """In their order."""
    chosen = select(ReferralRecipient).where(ReferralRecipient.referral_id == referral_id)
    return list(console.scalars(chosen.order_by(ReferralRecipient.number)))


def _locked(console: Session, referral_id: bytes, number: int) -> tuple[Referral, ReferralRecipient]:
    found = console.get(Referral, referral_id)
    if found is not None:  # the case first, as everywhere: two bodies of one referral told at once must not both wait
        console.get_one(Case, found.case_id, with_for_update=True)
        console.refresh(found)
    row = console.get(ReferralRecipient, (referral_id, number), populate_existing=True)
    if found is None or row is None:
        raise NoSuchRecipient
    return found, row


def _settle(console: Session, desk: Desk, referral: Referral) -> None:
    console.flush()
    rows = recipients(console, referral.id)
    times = [row.made for row in rows if row.made is not None]
    if len(times) < len(rows):
        return
    referral.made = referral.made or max(times)  # a body that was thought of later does not make it late
    if all(row.outcome is not None for row in rows):
        referral.state = ENDED
    else:
        referral.state = ACKNOWLEDGED if all(row.acknowledged is not None for row in rows) else MADE
    console.flush()
    still = select(Referral.id).where(Referral.case_id == referral.case_id, Referral.state == OPEN)
    if console.scalars(still).first() is None:
        last = select(Referral.made).where(Referral.case_id == referral.case_id).order_by(Referral.made.desc())
        flagging.stop_clock(console, referral.case_id, console.scalars(last).first() or desk.now())


def _account(console: Session, desk: Desk, referral: Referral, what: str, number: int | None) -> None:
    """`number`: of the recipient, none where it is about the referral as a whole."""
    record(
        console, desk.unlocked, f"safeguarding referral: {what}", referral.case_id, clock=desk.clock,
        referral=referral.id.hex(), recipient=number + 1 if number is not None else 0,
    )  # fmt: skip


def check_past(desk: Desk, at: int, earliest: int) -> None:
    """Raises NotATime."""
    if not earliest - BEFORE <= at <= desk.now():
        raise NotATime


def check_words(words: str) -> str:
    """Without the space around them. Raises NoWords."""
    words = words.strip()
    if not words:
        raise NoWords
    check_length(words)
    return words


def check_length(*texts: str) -> None:
    """Raises NoWords."""
    if any(len(text) > MOST for text in texts):
        raise NoWords
