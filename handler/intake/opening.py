"""Opening the sealed inbox in bounded batches, in the session of a person with intake (SPEC 10.0).

Nothing is lost or doubled when the machine stops between any two steps: an envelope ends in the same transaction on the
console database in which its case, its post or its quarantine begins. Case keys are durable in the keyring before that.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import ThreadKnown
from crypto.openenvelope import OpenedPost
from handler.audit.log import record
from handler.cases.desk import Desk
from handler.cases.filing import names_of
from handler.cases.lines import Pen
from handler.cases.records import ThreadSecrets
from handler.cases.rows import Rows
from handler.cases.tables import Thread
from handler.intake.circle import Circle
from handler.intake.filing import Outcome, file_post
from handler.intake.indexing import alert_notices, index_cases, words_of
from handler.intake.newcases import FirstReport, Maker, audit_cases, number_cases, wrap_keys
from handler.intake.notify import tell_duty
from handler.intake.sources import Sealed, quarantine
from handler.intake.tables import HeldPost
from handler.intake.trying import Failed, Openers, try_envelope
from handler.keys.keyring import case_purpose
from handler.pickup.tables import InboxEnvelope
from handler.safeguarding import flagging

CHUNK = 100  # envelopes in memory and in one transaction
PIECES = 4_000  # pieces named by a chunk's posts, after which it ends; one post alone may name 8,192
MOST = 4_000  # envelopes a batch
SECONDS = 2.5  # after which nothing further is begun; a chunk takes a second or so
HELD_AT_ONCE = 200

Over = Callable[[], bool]
"""Whether the batch has used up its time."""


class InboxMoved(Exception):
    """Another session opened some of these envelopes first. Nothing was changed; the next batch goes on."""


@dataclass
class Batch:
    """What one batch came to. `left`: still sealed, of weeks this person can open; `shut`: of weeks they cannot."""

    tried: int = 0
    not_addressed: int = 0
    cases: int = 0
    filed: int = 0
    held: int = 0
    replayed: int = 0
    quarantined: int = 0
    left: int = 0
    shut: int = 0


@dataclass
class _Sorted:
    """A chunk, or the beginning of it, after trying."""

    tried: int = 0
    nothing: list[Sealed] = field(default_factory=list)
    failed: list[tuple[Sealed, str]] = field(default_factory=list)
    reports: list[tuple[Sealed, OpenedPost]] = field(default_factory=list)
    posts: list[tuple[Sealed, OpenedPost]] = field(default_factory=list)


def open_batch(
    desk: Desk, most: int = MOST, seconds: float = SECONDS, ticks: Callable[[], float] = time.monotonic
) -> Batch:
    """Opens what it can within the bounds. Raises NoReplyKey, NotAllowed when this person cannot sign replies."""
    batch = Batch()
    end = ticks() + seconds

    def over() -> bool:
        return ticks() >= end

    with desk.databases.console.read() as console:
        pen = Pen(desk.reply_signer(console), desk.today(), desk.random)
    openers = Openers(desk)
    while batch.tried < most:
        chunk = _next_chunk(desk, openers, min(CHUNK, most - batch.tried))
        if not chunk:
            break
        try:
            _open_chunk(desk, pen, openers, chunk, batch, over=over)
        except (InboxMoved, IntegrityError):
            break  # somebody was quicker: this chunk was undone, and the next batch reads anew
        if over():
            break  # after a chunk and not before it, so that every batch gets on
    tell_duty(desk.databases.console, desk.settings, desk.clock)
    retry_held(desk, pen, openers, batch, over=over)
    _count_left(desk, openers, batch)
    return batch


def _next_chunk(desk: Desk, openers: Openers, size: int) -> list[Sealed]:
    with desk.databases.console.read() as console:
        weeks = console.scalars(select(InboxEnvelope.epoch).distinct()).all()
        mine = [epoch for epoch in weeks if openers.of(epoch) is not None]
        rows = console.scalars(
            select(InboxEnvelope).where(InboxEnvelope.epoch.in_(mine)).order_by(InboxEnvelope.id).limit(size)
        )
        return [Sealed(row.id, row.epoch, row.day, row.raw) for row in rows]


def _open_chunk(desk: Desk, pen: Pen, openers: Openers, chunk: Sequence[Sealed], batch: Batch, *, over: Over) -> None:
    found = _sort(desk, openers, chunk)
    rows = Rows()
    with desk.databases.console.read() as console:
        circle = Circle.of(console)
    maker = Maker(desk, circle, rows, pen)
    drafts = [maker.draft(FirstReport.of(opened, sealed.day)) for sealed, opened in found.reports]
    if drafts:
        wrap_keys(maker, drafts)
    said = words_of(openers.index, drafts)
    with desk.databases.console.write() as console:
        _end(console, [*found.nothing, *(sealed for sealed, _ in found.reports)])
        number_cases(console, maker, drafts)
        rows.write(console)
        index_cases(console, rows, said)
        flagging.new_cases(console, desk, ((draft.case_id, draft.flags) for draft in drafts))
        for sealed, error in found.failed:
            if not quarantine(console, sealed, error):
                raise InboxMoved
            record(console, desk.unlocked, "envelope quarantined", clock=desk.clock, error=error)
        audit_cases(console, desk, drafts)
        alert_notices(console, desk, openers.index, drafts)
        if found.nothing:
            tried = len(found.nothing)
            record(console, desk.unlocked, "envelopes not for us deleted", clock=desk.clock, number=tried)
    batch.tried += found.tried - len(found.posts)
    batch.not_addressed += len(found.nothing)
    batch.cases += len(drafts)
    batch.quarantined += len(found.failed)
    for sealed, opened in found.posts:
        outcome = file_post(desk, pen, sealed, opened)
        _count(batch, outcome)
        batch.tried += 1
        if outcome is Outcome.LATER:
            raise InboxMoved
        if over():
            return  # those left stay in the inbox, to be opened again


def _end(console: Session, envelopes: Sequence[Sealed]) -> None:
    """Deletes them from the inbox, or raises InboxMoved where one is gone."""
    ids = [sealed.id for sealed in envelopes]
    if ids:
        done = console.execute(delete(InboxEnvelope).where(InboxEnvelope.id.in_(ids)))
        if not isinstance(done, CursorResult) or done.rowcount != len(ids):
            raise InboxMoved


def _sort(desk: Desk, openers: Openers, chunk: Sequence[Sealed]) -> _Sorted:
    found = _Sorted()
    opened: list[tuple[Sealed, OpenedPost]] = []
    pieces = 0
    for sealed in chunk:
        if pieces >= PIECES:
            break  # those left stay in the inbox, for the next chunk
        found.tried += 1
        tried = try_envelope(sealed, openers.of(sealed.epoch) or {}, desk.site)
        if tried is None:
            found.nothing.append(sealed)
        elif isinstance(tried, Failed):
            found.failed.append((sealed, tried.error))
        else:
            opened.append((sealed, tried))
            pieces += sum(file.count for file in tried.post.files)
    _sort_opened(desk, opened, found)
    return found


def _sort_opened(desk: Desk, opened: Sequence[tuple[Sealed, OpenedPost]], found: _Sorted) -> None:
    """First reports under new words make cases; under known threads they are refused; the rest waits."""
    names = {post.id: names_of(post.group, _words(post)) for _, post in opened}
    with desk.databases.console.read() as console:
        keys, others = _known(console, [names[post.id] for _, post in opened])
    for sealed, post in opened:
        key, name, reader = names[post.id]
        if post.post.report is None or key in keys:
            found.posts.append((sealed, post))
        elif name in others or reader in others:
            found.failed.append((sealed, ThreadKnown().name))
        else:
            found.reports.append((sealed, post))
            keys.add(key)
            others.update((name, reader))


def _known(console: Session, names: Sequence[tuple[bytes, bytes, bytes]]) -> tuple[set[bytes], set[bytes]]:
    keys, threads, readers = ([name[column] for name in names] for column in range(3))
    found = console.execute(
        select(Thread.key, Thread.name, Thread.reader).where(
            Thread.key.in_(keys) | Thread.name.in_(threads) | Thread.reader.in_(readers)
        )
    ).all()
    return {row.key for row in found}, {value for row in found for value in (row.name, row.reader)}


def _words(opened: OpenedPost) -> ThreadSecrets:
    return ThreadSecrets(opened.thread_secret, opened.post.sign, opened.post.reader)


def retry_held(desk: Desk, pen: Pen, openers: Openers, batch: Batch, *, over: Over) -> None:
    """Posts whose words have become known since, of cases that this person may open."""
    with desk.keyring() as keyring:
        mine = set(keyring.purposes(desk.unlocked.user_id, "case "))
    with desk.databases.console.read() as console:
        known = console.execute(
            select(HeldPost.id, Thread.case_id).join(Thread, Thread.key == HeldPost.thread_key).order_by(HeldPost.day)
        )
        due = [row.id for row in known if case_purpose(row.case_id) in mine][:HELD_AT_ONCE]
        rows = [console.get_one(HeldPost, held_id) for held_id in due]
    for row in rows:
        if over():
            return
        sealed = Sealed(row.id, row.epoch, row.day, row.raw, held=True)
        opened = try_envelope(sealed, openers.of(row.epoch) or {}, desk.site)
        if isinstance(opened, OpenedPost):
            _count(batch, file_post(desk, pen, sealed, opened))


def _count(batch: Batch, outcome: Outcome) -> None:
    match outcome:
        case Outcome.FILED:
            batch.filed += 1
        case Outcome.HELD | Outcome.NOT_OURS:
            batch.held += 1
        case Outcome.REPLAYED:
            batch.replayed += 1
        case Outcome.QUARANTINED:
            batch.quarantined += 1
        case Outcome.GONE | Outcome.LATER:
            pass


def _count_left(desk: Desk, openers: Openers, batch: Batch) -> None:
    for epoch, number in sealed_by_week(desk).items():
        if openers.of(epoch) is None:
            batch.shut += number
        else:
            batch.left += number


def sealed_by_week(desk: Desk) -> dict[int, int]:
    """How many envelopes of each week wait sealed."""
    with desk.databases.console.read() as console:
        counted = select(InboxEnvelope.epoch, func.count()).group_by(InboxEnvelope.epoch)
        return {row[0]: row[1] for row in console.execute(counted)}
