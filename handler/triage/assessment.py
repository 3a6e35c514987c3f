"""The assessment of a case: sealed records, a new one each time a section is saved, none ever changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from crypto.post import Post, decode_post
from handler.audit.log import record
from handler.cases import records
from handler.cases.desk import Desk
from handler.cases.records import CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.errors import Refused
from handler.identity.roles import SUPERVISOR
from handler.lifecycle import facts
from handler.lifecycle.acts import keep
from handler.lifecycle.states import NEEDS, SEALED_PARTS, STOPPED_BY, CaseStopped
from handler.sealing.flags import sealed_flags
from handler.times import written_day
from handler.triage import effects, sta
from handler.triage.fields import Sent, Values, many
from handler.triage.judging import Found
from handler.triage.known import Item, Known, checked
from handler.triage.sections import SECTIONS, Section, section

KIND = records.ASSESSMENT


class SupervisorsOnly(Refused):
    """Only a supervisor sets another priority. Ask one, and tell them your reasons."""


@dataclass(frozen=True)
class Version:
    """One section as it was saved once: by whom (a user's id), when (unix seconds), answers and what followed."""

    section: str
    at: int
    by: bytes
    record_id: bytes
    position: int
    values: Values = field(repr=False)
    found: Found = field(repr=False)


@dataclass(frozen=True)
class Assessment:
    """All versions of a case's sections, oldest first, and what is known. `recorded`: names of NEEDS that count now."""

    case: Case
    known: Known = field(repr=False)
    versions: Mapping[str, Sequence[Version]]
    recorded: frozenset[str] = frozenset()

    def newest(self, section_id: str) -> Version | None:
        """None before it was saved."""
        return self.versions[section_id][-1] if self.versions.get(section_id) else None

    def missing(self) -> list[Section]:
        """What must still be recorded here before a supervisor decides."""
        return [part for part in SECTIONS if any(name in NEEDS and name not in self.recorded for name in _needed(part))]


def read(desk: Desk, case_id: bytes) -> Assessment:
    """Opens the assessment and notes that it was read. Raises NotAllowed."""
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        record(console, desk.unlocked, "assessment read", case_id, clock=desk.clock)
    with desk.databases.console.read() as console:
        return _standing(console, desk, box, console.get_one(Case, case_id))


def save(desk: Desk, case_id: bytes, section_id: str, sent: Sent) -> Version:
    """Keeps a section anew and lets follow what follows: facts, priority and place, clocks.

    `sent`: answers by the names of the section's fields, each a list. Raises NoSuchSection, SupervisorsOnly,
    CaseStopped, NotComplete, NotGraded, NotScored, NotAllowed.
    """
    part = section(section_id)
    if part.supervisor and not desk.unlocked.may(SUPERVISOR):
        raise SupervisorsOnly
    box = CaseBox(case_id, desk.case_key(case_id))
    with desk.databases.console.write() as console:
        case = console.get_one(Case, case_id, with_for_update=True)
        if not (STOPPED_BY - SEALED_PARTS).isdisjoint(case.sides.split()):
            raise CaseStopped
        before = _standing(console, desk, box, case)
        values, found = part.read(sent, before.known)
        made = _keep(console, desk, box, part.id, values=values, found=found)
        after = _with(before, made)
        effects.follow(console, desk, case, part, effects.Change(before.known, after.known, made.record_id))
        effects.account(console, desk, case, part, before.known)
    return made


def _keep(console: Session, desk: Desk, box: CaseBox, section_id: str, *, values: Values, found: Found) -> Version:
    at, by = desk.now(), desk.unlocked.user_id
    content = {"section": section_id, "at": at, "by": by.hex(), "values": values, "found": found}
    record_id = keep(console, desk, box, KIND, compactjson.encode(content))
    position = console.get_one(CaseRecord, record_id).position
    return Version(section_id, at, by, record_id, position, values, found)


def _standing(console: Session, desk: Desk, box: CaseBox, case: Case) -> Assessment:
    kinds = (*records.GRADED_KINDS, KIND)
    rows = console.scalars(
        select(CaseRecord)
        .where(CaseRecord.case_id == case.id, CaseRecord.kind.in_(kinds))
        .order_by(CaseRecord.position)
    ).all()
    posts = [(row, decode_post(box.open(row))) for row in rows if row.kind != KIND]
    versions: dict[str, list[Version]] = {}
    for row in rows:
        if row.kind == KIND:
            made = _version(row, box.open(row))
            versions.setdefault(made.section, []).append(made)
    known = Known(
        flags=frozenset(case.flags.split()) | sealed_flags(console, case.id),
        choices=frozenset(_ticked(posts, "about")),
        items=tuple(_items(posts)),
        stream=case.stream,
        received=case.received,
        now=desk.now(),
        calendar=desk.deadlines.calendar,
        who=desk.unlocked.name,
        supervisor=desk.unlocked.may(SUPERVISOR),
        sta=sta.in_force(console),
    )
    recorded = facts.recorded(console, case.id, desk.now(), desk.deadlines)
    return Assessment(case, _told(known, versions), versions, recorded)


def _version(row: CaseRecord, raw: bytes) -> Version:
    kept = decode_object(raw)
    return Version(
        section=str(kept["section"]),
        at=int(kept["at"]),
        by=bytes.fromhex(kept["by"]),
        record_id=row.id,
        position=row.position,
        values=dict(kept["values"]),
        found=dict(kept["found"]),
    )


def _with(before: Assessment, made: Version) -> Assessment:
    versions = {**before.versions, made.section: [*before.versions.get(made.section, ()), made]}
    return replace(before, versions=versions, known=_told(before.known, versions))


def _told(known: Known, versions: Mapping[str, Sequence[Version]]) -> Known:
    newest = {name: made[-1] for name, made in versions.items()}
    order = {name: made.position for name, made in newest.items()}
    order["apsp"] = _apsp_since(versions.get("category", ()))
    order["p1"] = _p1_since([*versions.get("score", ()), *versions.get("danger", ())])
    return replace(
        known,
        values={name: made.values for name, made in newest.items()},
        found={name: made.found for name, made in newest.items()},
        order=order,
    )


def _apsp_since(saved: Iterable[Version]) -> int:
    since = 0
    for made in saved:
        since = (since or made.position) if many(made.values, "apsp") else 0
    return since


def _p1_since(saved: Iterable[Version]) -> int:
    """Where the newest of the grounds began that a score or a danger check now gives."""
    since: dict[str, int] = {}
    by_section: dict[str, frozenset[str]] = {}
    for made in sorted(saved, key=lambda one: one.position):
        by_section[made.section] = checked(made.values) | frozenset(many(made.values, "overrides"))
        standing = frozenset().union(*by_section.values())
        since = {ground: since.get(ground, made.position) for ground in standing}
    return max(since.values(), default=0)


def _items(posts: Iterable[tuple[CaseRecord, Post]]) -> Iterable[Item]:
    number = 0
    for row, post in posts:
        if post.report is None and post.follow_up is None:
            continue
        number += 1
        what = "Report" if post.report is not None else "Added by the reporter"
        known = _choices(post, "source")
        yield Item(row.id.hex(), f"{number}. {what}, {written_day(row.day)}", known[0] if known else "", row.position)


def _ticked(posts: Iterable[tuple[CaseRecord, Post]], question: str) -> Iterable[str]:
    for _, post in posts:
        yield from _choices(post, question)


def _choices(post: Post, question: str) -> Sequence[str]:
    answers = {**post.report.answers, **post.report.routing} if post.report is not None else {}
    return answers[question].choices if question in answers else ()


def _needed(part: Section) -> Iterable[str]:
    return (name for name in part.facts if name != "rethrive")
