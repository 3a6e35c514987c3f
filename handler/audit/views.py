"""The auditor's page: who did what, when, in which case. There is no text of any report in it."""

from typing import Any

from flask import Blueprint, g, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import compactjson
from handler.audit.log import current_head, record
from handler.audit.tables import AuditEntry
from handler.identity.access import allow
from handler.identity.roles import AUDITOR, SUPERVISOR
from handler.identity.users import people
from handler.services import services

blueprint = Blueprint("audit", __name__)
PAGE = 100
LAST = 2**31 - 1  # the largest number that the column can have


@blueprint.get("/audit")
@allow(AUDITOR, SUPERVISOR)
def listing() -> str:
    """A hundred entries, the newest first; `before` continues."""
    before = request.args.get("before", type=int)
    if before is not None:
        before = min(max(before, 0), LAST)
    with services().databases.console.write() as console:
        rows = _rows(console, before)
        head = current_head(console)
        record(console, g.unlocked, "audit read", clock=services().clock)
    earlier = rows[-1]["number"] if rows and rows[-1]["number"] > 1 else None
    return render_template("audit/listing.html", rows=rows, head=head, earlier=earlier)


def _rows(console: Session, before: int | None) -> list[dict[str, Any]]:
    names = {person.id.hex(): person.name for person in people(console)}
    chosen = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(PAGE)
    if before is not None:
        chosen = chosen.where(AuditEntry.number < before)
    return [_row(row, names) for row in console.scalars(chosen)]


def _row(row: AuditEntry, names: dict[str, str]) -> dict[str, Any]:
    entry: Any = compactjson.decode(row.entry)
    facts = {name: names.get(str(value), value) for name, value in entry["facts"].items()}
    return {
        "number": row.number,
        "time": entry["time"],
        "actor": names.get(entry["actor"], entry["actor"]),
        "act": entry["act"],
        "case": entry["case"],
        "facts": ", ".join(f"{name}: {_written(value)}" for name, value in facts.items()),
    }


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
