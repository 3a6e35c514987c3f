"""A reporter's phone: words, and posts sealed to the certified keys of a week, as the public site's page does it."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crypto import pieces
from crypto.certificates import parse_epoch_certificate
from crypto.code import Keys, derive, new_code, words
from crypto.envelope import Recipient, seal
from crypto.post import Answer, FileRef, Item, NewCode, Post, Report, blind_seen, encode_post, seen_map
from crypto.secret import ContentKey, ReportCode
from crypto.suite import h
from handler.keys.tables import EpochCertificateRow
from handler.settings import ConsoleFile


@dataclass(frozen=True)
class Week:
    """To whom a phone seals."""

    epoch: int
    group: str
    public: bytes

    @classmethod
    def of(cls, row: EpochCertificateRow, console: ConsoleFile) -> "Week":
        """After the check that a phone makes."""
        found = parse_epoch_certificate(row.raw, bytes.fromhex(console.authority), console.site_id)
        return cls(found.epoch, found.group, found.public)


@dataclass(frozen=True)
class Phone:
    """Somebody with twelve words."""

    code: ReportCode
    keys: Keys

    @classmethod
    def new(cls, site: bytes, group: str, audience: int) -> "Phone":
        code = new_code(audience)
        return cls(code, derive(code, site, [group]))

    @property
    def words(self) -> str:
        return " ".join(words(self.code))

    def seal(self, week: Week, *items: Item, seen: Iterable[int] = (), newer: "Phone | None" = None) -> bytes:
        """An envelope. `seen`: indices of what this phone has read; `newer`: words that take over from these."""
        post_id = os.urandom(16)
        more = (NewCode(newer.keys.sign_public, newer.keys.reader_public),) if newer is not None else ()
        post = Post(
            id=post_id,
            sign=self.keys.sign_public,
            reader=self.keys.reader_public,
            items=(*items, *more),
            seen={week.group: blind_seen(seen_map(seen), self.keys.secrets[week.group], post_id)},
        )
        secret = (newer or self).keys.secrets[week.group]
        return seal(
            self.keys.site,
            week.epoch,
            {week.group: Recipient(week.public, secret)},
            encode_post(post),
            sign=self.keys.signer,
            sign_new=newer.keys.signer if newer is not None else None,
        )


VERSION, NOTICE = "2026-11d", "notice-2026-11"
"""Of the questionnaires that the plans answer."""

ROUTING = frozenset({"danger", "involves", "keep-from", "at-risk", "notice-involves"})
TYPED = frozenset({"what", "keep-from", "reach", "notice-what", "notice-name"})
"""Questions that are answered in words alone."""


def report_of(said: Mapping[str, object], files: Iterable[FileRef] = ()) -> Report:
    """From a plan: each question with a choice, a list of choices, or a table of choices and text."""
    answers = {name: _answer(name, given) for name, given in said.items()}
    return Report(
        NOTICE if any(name.startswith("notice-") for name in said) else VERSION,
        {name: answer for name, answer in answers.items() if name in ROUTING},
        {name: answer for name, answer in answers.items() if name not in ROUTING},
        tuple(files),
    )


def _answer(name: str, given: object) -> Answer:
    if name in TYPED:
        return Answer((), str(given).strip())
    if isinstance(given, Mapping):
        return Answer(_choices(given.get("choices", [])), str(given.get("text", "")).strip())
    return Answer(_choices(given))


def _choices(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def sealed_file(name: str, kind: str, content: bytes) -> tuple[FileRef, Mapping[bytes, bytes]]:
    """A file as a phone sends it: what the post says of it, and its pieces by their names."""
    key = ContentKey(os.urandom(32))
    count = pieces.ladder(len(content))
    parts = [pieces.seal_piece(key, n, content[n * pieces.PART : (n + 1) * pieces.PART]) for n in range(count)]
    ref = FileRef(name, kind, len(content), count, key, pieces.file_hash([h(part) for part in parts]), cleaned=True)
    return ref, {pieces.piece_name(key, n): part for n, part in enumerate(parts)}
