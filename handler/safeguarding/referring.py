"""Writing a referral down: from any state of a case, sealed in a pack of its own, to one or several bodies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.post import decode_post
from crypto.secret import ContentKey
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.errors import NotAllowed, Refused
from handler.identity.roles import CASE_ROLES
from handler.identity.users import holders_with_role
from handler.safeguarding import flagging, pack, packkeys, rules, wording
from handler.safeguarding.pack import PackBox
from handler.safeguarding.tables import Referral, ReferralRecipient
from handler.safeguarding.tracking import BEFORE
from handler.vocabulary import vocabulary

MOST = 5_000  # characters of one field
NOT_ASSESSED = 5
"""The level of a referral without THRIVE: nobody knows yet, so it stands on top."""

PERSONS: Mapping[str, str] = {"child": "A child (under 18)", "adult": "An adult"}


class ReferralNotComplete(Refused):
    """Something is missing. Fill in what is marked."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__()


@dataclass(frozen=True)
class Draft:
    """What a handler writes, in words of their own. `levels`: of THRIVE by element, those that were assessed; `lines`:
    what of each can be handed over; `protected`: unix seconds of the first protective action, None where none yet."""

    person: str
    who: str
    where: str
    concern: str
    nation: str
    destinations: tuple[str, ...]
    now: bool = False
    levels: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    source_risk: bool = False
    protection: str = ""
    protected: int | None = None

    @property
    def level(self) -> int:
        """The highest, as the register ranks it."""
        ranks = {term.id: int(term.more["rank"]) for term in vocabulary("thrive_levels")}
        return max((ranks[level] for level in self.levels.values()), default=NOT_ASSESSED)

    def values(self) -> dict[str, object]:
        return {
            "person": self.person, "who": self.who, "where": self.where, "concern": self.concern,
            "nation": self.nation, "destinations": list(self.destinations), "now": self.now,
            "levels": dict(self.levels), "lines": dict(self.lines), "source-risk": self.source_risk,
        }  # fmt: skip


TOO_EARLY = "Give the time of the protective action: at most a day before the risk was noted here"


def refer(desk: Desk, case_id: bytes, draft: Draft) -> bytes:
    """Keeps the referral and wraps its key to those who have it and to whoever wrote it, in any role that the case is
    open to; its id. The state of the case is not looked at.

    Raises ReferralNotComplete, NoDestination, wording.ReportersWords, NotAllowed.
    """
    if not desk.unlocked.may(*CASE_ROLES):
        raise NotAllowed
    box = CaseBox(case_id, desk.case_key(case_id))
    check(draft, desk.now())
    with desk.databases.console.read() as console:
        wording.check_own_words(written(draft), reporters_texts(console, box))
    referral_id, key = desk.random(16), ContentKey(desk.random(32))
    with desk.databases.write_both() as (console, wraps):
        console.get_one(Case, case_id, with_for_update=True)
        keyring = desk.keyring_in(wraps)
        writer = [one for one in holders_with_role(console, *CASE_ROLES) if one.id == desk.unlocked.user_id]
        readers = [*packkeys.readers(console, keyring, desk.unlocked, case_id, desk.now()), *writer]
        keyring.put(packkeys.pack_purpose(referral_id), key.expose(), readers)
        record(  # first: writers on PostgreSQL wait for each other here, so that no number is given twice
            console, desk.unlocked, "safeguarding referral written", case_id, clock=desk.clock,
            referral=referral_id.hex(), recipients=len(draft.destinations),
        )  # fmt: skip
        if draft.protected is not None and draft.protected < flagging.known_since(console, case_id) - BEFORE:
            raise ReferralNotComplete({"protected-time": TOO_EARLY})
        _add(console, desk, case_id, referral_id, draft)
        sealed = PackBox(referral_id, key)
        sealed.add(console, desk, pack.WRITTEN, draft.values())
        if draft.protection:
            sealed.add(console, desk, pack.PROTECTED, {"what": draft.protection, "when": draft.protected})
        if draft.protected is not None:
            flagging.protected(console, case_id, draft.protected, desk.unlocked.user_id)
    return referral_id


def check(draft: Draft, now: int) -> None:
    """Raises ReferralNotComplete, NoDestination."""
    problems = {}
    if draft.person not in PERSONS:
        problems["person"] = "Say whether it is about a child or an adult"
    for name, text in (("who", draft.who), ("concern", draft.concern)):
        if not text.strip():
            problems[name] = "Say who is at risk" if name == "who" else "Say what the concern is"
    if draft.nation not in vocabulary("nations"):
        problems["nation"] = "Choose the nation where the person is"
    if draft.protected is not None and draft.protected > now:
        problems["protected-time"] = "The protective action is recorded once it was done: give a time that has passed"
    if bool(draft.protection) != (draft.protected is not None):
        problems["protection"] = "Say what was done to keep the person safe, and when; or leave both empty"
    for name, text in written(draft).items():
        if len(text) > MOST:
            problems[name] = f"Shorten it to {MOST:,} characters"
    if problems:
        raise ReferralNotComplete(problems)
    rules.check_destinations(draft.destinations, draft.nation)


def written(draft: Draft) -> dict[str, str]:
    """What leaves the case in words, by field."""
    lines = {f"{name}-line": text for name, text in draft.lines.items()}
    return {
        "who": draft.who, "where": draft.where, "concern": draft.concern, "protection": draft.protection, **lines,
    }  # fmt: skip


def reporters_texts(console: Session, box: CaseBox) -> Iterable[str]:
    """Every word that came from the reporter."""
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind.in_(records.POST_KINDS))
    for row in console.scalars(chosen):
        post = decode_post(box.open(row))
        if post.report is not None:
            yield from (answer.text for answer in post.report.answers.values())
            yield from (answer.text for answer in post.report.routing.values())
        if post.follow_up is not None:
            yield post.follow_up.text


def referrals_of(console: Session, case_id: bytes) -> Sequence[Referral]:
    """Of a case, the newest first."""
    return console.scalars(select(Referral).where(Referral.case_id == case_id).order_by(Referral.number.desc())).all()


def _add(console: Session, desk: Desk, case_id: bytes, referral_id: bytes, draft: Draft) -> None:
    flagged, due = _clock(console, desk, case_id)
    number = (console.scalar(select(func.max(Referral.number))) or 0) + 1
    console.add(
        Referral(
            id=referral_id, case_id=case_id, number=number, by=desk.unlocked.user_id, at=desk.now(), flagged=flagged,
            due=due, person=draft.person, level=draft.level, state="open", made=None, protected=draft.protected,
        )
    )  # fmt: skip
    console.flush()
    console.add_all(
        ReferralRecipient(
            referral_id=referral_id, number=place, made=None, how="", confirm_due=None, confirmed=None,
            answer_due=None, acknowledged=None, outcome=None,
        )
        for place in range(len(draft.destinations))
    )  # fmt: skip
    console.flush()


def _clock(console: Session, desk: Desk, case_id: bytes) -> tuple[int, int]:
    """When the risk was known and until when it must be referred: by the clock that runs, or by one that begins."""
    running = flagging.running_since(console, case_id)
    if running is not None:
        return running
    return desk.now(), flagging.begin(console, desk, case_id, desk.unlocked.user_id)
