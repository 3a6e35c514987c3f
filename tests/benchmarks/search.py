"""Search at 100,000 cases with sixty values and more each, and how fast its index is written, on both databases."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator

from sqlalchemy import func, insert, select

from crypto.calendar import day_of
from handler.cases.tables import Case, CaseReader
from handler.search import finding
from handler.search.contents import Content, Named
from handler.search.index import Index, Source, write
from handler.search.tables import SearchToken
from handler.search.tokens import SearchKey
from tests.benchmarks import report
from tests.benchmarks.console import postgresql, sqlite
from tests.handler.founded import NOW, FoundedConsole

CASES, CHUNK, ROUNDS = 100_000, 1_000, 15
LOW, HIGH = 60, 90  # words of a report, besides those that stand in all
VOCABULARY = 30_000
EVERYWHERE = "payments manager"  # in three of four cases
QUERIES = {
    "a rare word": "word29000",
    "a common word": "payments",
    "a name": "Smith",
    "two words, one common": "payments word25000",
    "a name and a common word": "Jon Smyth payments",
    "three common words": "payments manager word3",
}
SURNAMES = ("Smith", "Jones", "Taylor", "Brown", "Okafor", "Singh", "Khan", "Evans", "Schmidt", "Nowak")
GIVEN = ("John", "Mary", "Amir", "Grace", "Olu", "Siân", "Piotr", "Kate")


def run() -> None:
    """Both databases."""
    rows = []
    for name, console in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        with console() as founded:
            rows += _measure(name, founded)
    note = (
        f"{CASES:,} cases of {LOW} to {HIGH} distinct words each, by Zipf, with a person in every fifth; one searcher "
        f"who holds all of them, one who holds 500. Median and slowest of {ROUNDS}, the finding alone; a page of "
        "results then opens up to twenty passages."
    )
    report.add("Console: search", rows, note)


def _measure(database: str, console: FoundedConsole) -> list[report.Row]:
    everything, few = (console.add_person(name, "handler").user_id for name in ("All", "Few"))
    index = Index(SearchKey(os.urandom(32)))
    seconds = _fill(console, index, everything, few)
    rows: list[report.Row] = []
    with console.databases.console.read() as session:
        number = session.scalar(select(func.count()).select_from(SearchToken)) or 0
    rows.append(
        {"database": database, "what": "values in the index", "number": number, "a second": round(number / seconds)}
    )
    for what, text in QUERIES.items():
        asked = finding.terms(index.key, text)
        for who, user_id in (("holds all", everything), ("holds 500", few)):
            rows.append({"database": database, "what": f"{what}, {who}", **_timed(_query(console, user_id, asked))})
    return rows


def _query(console: FoundedConsole, user_id: bytes, asked: list[finding.Term]) -> Callable[[], int]:
    def query() -> int:
        with console.databases.console.read() as session:
            return len(finding.find(session, user_id, asked).found)

    return query


def _timed(query: Callable[[], int]) -> dict[str, int | float]:
    taken = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        number = query()
        taken.append((time.perf_counter() - before) * 1000)
    return {"number": number, "median (ms)": statistics.median(taken), "slowest (ms)": max(taken)}


def _fill(console: FoundedConsole, index: Index, everything: bytes, few: bytes) -> float:
    """How long the index itself took, in seconds."""
    taken = 0.0
    for cases, contents in _chunks():
        sources = [
            Source(os.urandom(16), case["sequence"], index.values(content))
            for case, content in zip(cases, contents, strict=True)
        ]
        with console.databases.console.write() as session:
            session.execute(insert(Case), cases)
            held = [{"case_id": case["id"], "user_id": everything} for case in cases]
            held += [
                {"case_id": case["id"], "user_id": few} for case in cases if case["sequence"] % (CASES // 500) == 0
            ]
            session.execute(insert(CaseReader), held)
            before = time.perf_counter()
            write(session, sources)
            taken += time.perf_counter() - before
    if console.databases.console.engine.dialect.name == "postgresql":
        with console.databases.console.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.exec_driver_sql("ANALYZE")  # as its own upkeep does within minutes
    return taken


def _chunks() -> Iterator[tuple[list[dict[str, object]], list[Content]]]:
    dice = random.Random(7)
    words = [f"word{number}" for number in range(VOCABULARY)]
    weights = [1 / (number + 10) for number in range(VOCABULARY)]
    for begin in range(1, CASES + 1, CHUNK):
        cases = [_case(sequence) for sequence in range(begin, begin + CHUNK)]
        yield cases, [_content(dice, words, weights, case["sequence"]) for case in cases]


def _content(dice: random.Random, words: list[str], weights: list[float], sequence: int) -> Content:
    wanted = dice.randint(LOW, HIGH)
    said = set(dice.choices(words, weights, k=wanted))
    while len(said) < wanted:
        said |= set(dice.choices(words, k=wanted - len(said)))
    common = EVERYWHERE if dice.random() < 0.75 else ""
    person = f"{dice.choice(GIVEN)} {dice.choice(SURNAMES)}"
    people = (Named(person, (f"N{sequence:07}",), True),) if sequence % 5 == 0 else ()
    return Content((" ".join(said), f"{common} {dice.choice(GIVEN)} {dice.choice(SURNAMES)}"), people)


def _case(sequence: int) -> dict[str, object]:
    return {
        "id": sequence.to_bytes(16, "big"), "sequence": sequence, "number": f"PSU-2026-{sequence:06}", "group": "psu",
        "state": "received", "status": "received", "day": day_of(NOW), "urgency": 2, "flags": "", "unread": True,
        "received": int(NOW) + sequence,
    }  # fmt: skip
