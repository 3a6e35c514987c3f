"""Every case of a console, whoever may open it, in the order of the list: for tests that look into the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.tables import Case


@dataclass(frozen=True)
class Page:
    cases: Sequence[Case]


def page(console: Session) -> Page:
    return Page(console.scalars(select(Case).order_by(Case.ended, Case.place, Case.sequence)).all())
