"""New cases enter the search index in the transaction that makes them; a manager's notice may raise an alert."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.desk import Desk
from handler.cases.rows import Rows
from handler.cases.tables import Case
from handler.deconfliction.alerts import raise_alerts
from handler.intake import routing
from handler.intake.newcases import Draft
from handler.search.contents import of_post
from handler.search.index import Index, Source, write
from handler.search.tokens import Token

Said = Mapping[bytes, tuple[bytes, frozenset[Token]]]
"""By case: the report's record and its values."""


def words_of(index: Index | None, drafts: Sequence[Draft]) -> Said:
    """Before the transaction, so that nobody waits for it. Empty without the key of the index."""
    if index is None:
        return {}
    return {draft.case_id: (draft.report_id, index.values(of_post(draft.first.post))) for draft in drafts}


def index_cases(console: Session, rows: Rows, said: Said) -> None:
    """Once the cases have their numbers."""
    sequences = {bytes(row["id"]): int(row["sequence"]) for row in rows.cases}
    write(console, [Source(record, sequences[case_id], values) for case_id, (record, values) in said.items()])


def alert_notices(console: Session, desk: Desk, index: Index | None, drafts: Sequence[Draft]) -> None:
    """Where a notice mentions the whole name of another case's subject. After the audit's entry: its lock is held."""
    if index is None:
        return
    for draft in drafts:
        if routing.NOTICE not in draft.flags:
            continue
        looks = index.mentions(of_post(draft.first.post))
        if looks:
            case = console.scalars(select(Case).where(Case.id == draft.case_id)).one()
            raise_alerts(console, desk, case, looks)
