"""What the replies say, in the words that the site uses too (SPEC 3, 7)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from crypto import words
from crypto.board import Kind
from crypto.calendar import day_of
from crypto.certificates import ReplyCertificate
from crypto.code import Keys, parse_words
from crypto.errors import BadChecksum, BadProof, BadWordCount, ProtocolError, UnknownWord
from crypto.proof import Proof, check_proof, encode_receipt, parse_proof
from crypto.reading import Message, Replies
from crypto.secret import ReportCode
from crypto.state import State
from reporter.cli.refusals import CheckWords

_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # the direction of text

NORMAL_DAYS = 7  # within which a first reply comes

STATUS = {
    "received": "We have received your report.",
    "assessing": "Your report is being assessed.",
    "question": "We have a question for you.",
    "looking": "Your report is being looked into.",
    "finished": "Our work on your report is finished.",
}
NOTICES = {
    Kind.SUPERSEDED: "Use your newer words. If you made none, someone else has: write a new report and tell us.",
    Kind.NOT_IN_FORCE: "These words are not in use. Type the words you had before them.",
}


@dataclass(frozen=True)
class Shown:
    """One reply as it is shown. `day` is the day it was written."""

    group: str
    kind: str
    day: date
    text: str


def typed_code(text: str) -> ReportCode:
    """The code of typed words. Raises CheckWords, which says what to look at."""
    try:
        return parse_words(text)
    except BadWordCount as error:
        raise CheckWords(f"There must be twelve; you typed {error.detail}.") from error
    except UnknownWord as error:
        typed = words.split_words(text)[error.position]
        raise CheckWords(f"Word {error.position + 1}, “{typed}”, is not in the list.") from error
    except BadChecksum as error:
        likely = words.likely_words(text)
        if not likely:
            raise CheckWords("One is wrong, or two stand in each other's place.") from error
        position, word = likely[0]
        raise CheckWords(f"Word {position + 1} may be “{word}”.") from error


def check_audience(state: State, code: ReportCode) -> None:
    """Raises CheckWords where the site does not know the code's audience."""
    if not state.roster.audience_groups(code.audience):
        raise CheckWords("They are not words of this site, or one of them is wrong.")


def shown(keys: Keys, state: State, message: Message) -> Shown:
    """A reply in words."""
    kind = message.kind.name.lower().replace("_", "-")
    return Shown(message.group, kind, _date(message.day), _text(keys, state, message))


def nothing_yet(now: float) -> str:
    """For right words and nothing on a fresh board; `now` in unix seconds."""
    until = _date(day_of(now) + NORMAL_DAYS)
    return (
        f"Nothing yet. If you sent your report today, that is normal until {until.day} {until:%B %Y}. "
        "Your words look right. If you wrote newer words, type those. "
        "If these are new, the ones before them may still work."
    )


def unchecked(groups: list[str]) -> str:
    """For groups of which "Nothing yet" may not be said."""
    return f"We could not check for replies from: {', '.join(groups)}. Look again later. Your words look right."


def page(messages: list[Shown], unchecked_groups: list[str], now: float) -> str:
    """Everything there is to say, as text."""
    parts = [f"{m.kind.capitalize()} from {m.group}, {m.day.day} {m.day:%B %Y}\n{_harmless(m.text)}" for m in messages]
    if unchecked_groups:
        parts.append(unchecked(unchecked_groups))
    elif not messages:
        parts.append(nothing_yet(now))
    return "\n\n".join(parts)


def _harmless(text: str) -> str:
    """Without what would steer a terminal: whoever writes replies only writes."""
    return "".join(c for c in text if c in "\n\t" or (unicodedata.category(c) != "Cc" and c not in _TURNING))


def receipts(keys: Keys, state: State, replies: Replies, post_json: bytes) -> dict[str, bytes]:
    """For each group the receipt file of its newest proof that holds."""
    found = {}
    for message in replies.of(Kind.PROOF, Kind.HANDOVER):
        certificate = _certificate(state, message)
        if certificate and _proof(keys, state, message, post_json or None):
            found[message.group] = encode_receipt(state.roster.raw, certificate.raw, message.data, post_json)
    return found


def _text(keys: Keys, state: State, message: Message) -> str:
    if message.kind in (Kind.PROOF, Kind.HANDOVER):
        proof = _proof(keys, state, message)
        if proof is None:
            return (BadProof.__doc__ or "").strip()
        day = _date(proof.day)
        came = f"{day.day} {day:%B %Y}"
        if message.kind is Kind.PROOF:
            return f"Proof of your report: it came on {came}. Save it with --receipt FILE."
        return (
            "Your new words are in use. Cross out the old ones; what we wrote before is not shown under the new ones. "
            f"Your report came on {came}."
        )
    if message.kind is Kind.STATUS:
        return STATUS[message.text]
    return NOTICES.get(message.kind) or message.text


def _proof(keys: Keys, state: State, message: Message, post_json: bytes | None = None) -> Proof | None:
    """The proof, where it holds and is about this report."""
    certificate = _certificate(state, message)
    if certificate is None:
        return None
    owner = (message.group, keys.thread(message.group).id, keys.sign_public)
    try:
        return check_proof(message.data, certificate, owner, post_json)
    except BadProof:
        return None


def _certificate(state: State, message: Message) -> ReplyCertificate | None:
    """The reply certificate that a proof names."""
    bulletin = state.bulletin_of(message.group)
    try:
        return bulletin.reply_certificate(parse_proof(message.data).certificate_id) if bulletin else None
    except ProtocolError:
        return None


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)
