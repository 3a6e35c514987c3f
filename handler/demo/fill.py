"""Plays the demonstration: every act of every case in the order of time, with the board published in between."""

import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from crypto.calendar import DAY, day_of
from handler.audit.log import record
from handler.cases.tables import Case
from handler.database import Databases
from handler.demo import team
from handler.demo.acts import ACTS
from handler.demo.housekeeping import threat_priorities
from handler.demo.phone import report_of
from handler.demo.plan import START, BadPlan, CasePlan, Planned, cases, check, sealed
from handler.demo.stage import Stage
from handler.demo.team import Colleague
from handler.demo.times import BETWEEN, RECENT, DemoClock, moment
from handler.errors import Refused
from handler.keys.unlocked import Unlocked
from handler.keys.upkeep import certify_when_due
from handler.publication.publish import TAKEN, prepare, publisher
from handler.publication.queue import queue_length
from handler.roster import current_roster
from handler.services import Services
from handler.settings import Settings

REPORTERS = frozenset({"arrive", "add", "withdraw"})
PUBLISH_AFTER = 3_600  # seconds after something was queued, and again while anything waits
SPREAD, DAY_PART = 97, 0.4
LAST_PUBLICATION = 1_800  # seconds before the end: what is written later waits, as it would


@dataclass(frozen=True)
class Told:
    """What came of it. `words`: of the reporters whose plan says that they are told, by the case's number."""

    cases: int
    sealed: int
    publications: int
    colleagues: Sequence[Colleague] = field(repr=False)
    words: dict[str, str] = field(repr=False)


def fill(
    settings: Settings,
    databases: Databases,
    given: Sequence[Unlocked],
    clock: Callable[[], float],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Told:
    """Fills a fresh console. `given`: a supervisor, then others who take part; `clock`: the real one.

    The times of the audit entries between the two that say so are invented. Raises NotFresh, NoSupervisor, BadPlan.
    """
    plans, end = cases(), clock()
    check(plans, ACTS)
    demo = DemoClock(end - (START + 1) * DAY)
    services = Services(settings, databases, demo)
    team.check_fresh(services)
    team.check_lead(given[0])
    _marked(databases, given[0], "demonstration begun: the times that follow are invented", clock)
    certify_when_due(services, given[0])
    cast, made = team.make(services, given)
    stage = Stage(services, demo, cast, _audience(services, end), {plan.name: plan for plan in plans})
    threat_priorities(stage)
    published = _play(stage, plans, end, progress)
    demo.set(end)
    certify_when_due(services, cast["supervisor"])
    left = sealed()
    for words in left:
        stage.drop(stage.new_phone().seal(stage.week(), report_of(words)))
    _marked(databases, given[0], "demonstration ended", clock)
    return Told(len(stage.cases), len(left), published, made, dict(_words(stage)))


def timed(plans: Sequence[CasePlan], end: float) -> list[tuple[float, Planned]]:
    """Every act with its time, in order; those of one case a little apart, each case at hours of its own."""
    found = []
    for plan in plans:
        last, own = 0.0, crc32(plan.name.encode()) % SPREAD / SPREAD * DAY_PART
        for act in plan.acts:
            ago = act.ago - own if act.ago > RECENT + 1 else act.ago
            last = max(last + BETWEEN, moment(end, ago, at_work=act.do not in REPORTERS))
            found.append((last, act))
    return sorted(found, key=lambda one: one[0])


def _play(stage: Stage, plans: Sequence[CasePlan], end: float, progress: Callable[[int, int], None]) -> int:
    """How many publications were made."""
    order = itertools.count()
    acts = [(at, next(order), act) for at, act in timed(plans, end)]
    heap: list[tuple[float, int, Planned | None]] = [*acts]  # None: a publication
    heapq.heapify(heap)
    waits, published, done = False, 0, 0
    while heap:
        at, _, act = heapq.heappop(heap)
        stage.clock.set(min(at, end))
        if act is None:
            waits, published = _publish(stage, end), published + 1
        else:
            certify_when_due(stage.services, stage.cast["supervisor"])
            _do(stage, act)
            done += 1
            progress(done, len(acts))
        if (not waits and act is not None) or (act is None and waits):
            waits = True
            if at + PUBLISH_AFTER < end - LAST_PUBLICATION:
                heapq.heappush(heap, (at + PUBLISH_AFTER, next(order), None))
    return published


def _do(stage: Stage, act: Planned) -> None:
    try:
        ACTS[act.do](stage, act, **act.given)
    except Refused as refusal:
        raise BadPlan(f"{act.case}: {act.do}, {act.ago:.1f} days before the end: {refusal}") from refusal


def _publish(stage: Stage, end: float) -> bool:
    """One publication, which no drop was told of; whether more waits."""
    settings = stage.services.settings
    roster = current_roster(settings, day_of(end))
    with stage.services.databases.console.write() as console:
        made = prepare(console, settings.console, roster, publisher(settings.publisher_key_path), stage.services.now())
        made.outcome = TAKEN
        return queue_length(console) > 0


def _audience(services: Services, end: float) -> int:
    """That of reports to the console's first group alone."""
    wanted = (services.console.groups[0],)
    roster = current_roster(services.settings, day_of(end))
    return next((one.number for one in roster.audiences if tuple(one.groups) == wanted), 1)


def _words(stage: Stage) -> Iterator[tuple[str, str]]:
    with stage.services.databases.console.read() as console:
        for name, plan in stage.plans.items():
            if plan.words.get("tell-words"):
                yield console.get_one(Case, stage.cases[name]).number, stage.phones[name].words


def _marked(databases: Databases, by: Unlocked, act: str, clock: Callable[[], float]) -> None:
    with databases.console.write() as console:
        record(console, by, act, clock=clock)
