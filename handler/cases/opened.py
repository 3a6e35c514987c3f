"""Which case a page is of, that the person has said today why they open it, and that they have no conflict.

Pages about a case start here.
"""

from flask import abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from handler.cases import listing
from handler.cases.desk import Desk
from handler.cases.tables import Case
from handler.lifecycle import conflict
from handler.services import services
from handler.web.addresses import identity

MERGED = "merged"
AFTER_MERGING = frozenset({"cases.file", "preview.look", "sealing.seal_it", "sealing.do"})
"""Posts that are answered in a case that was merged into another, too: looking into files, and sealing what must not
stand there either."""


def desk() -> Desk:
    """The signed-in person's."""
    found = services()
    return Desk(found.databases, found.settings, g.unlocked, found.clock)


def known(case_id: str) -> Case:
    """The case that an address names, or 404."""
    with services().databases.console.read() as console:
        row = console.get(Case, identity(case_id, 16))
    if row is None:
        abort(404)
    return row


def opened(case_id: str) -> Case:
    """A case that this person has said today why they open, and that they know nobody it may be about.

    Otherwise a page leads to the question that is open, and an act is 403.
    """
    row = reasoned(case_id)
    if request.method == "POST" and MERGED in row.sides.split() and request.endpoint not in AFTER_MERGING:
        flash("This case was merged into an earlier one: it can only be read. Nothing was changed.", "error")
        abort(_ask(case_id))
    if not conflict.checked(desk(), row.id):
        abort(403 if request.method == "POST" else _ask(case_id))
    return row


def reasoned(case_id: str) -> Case:
    """The same without the conflict check: for pages that show no word of the case, such as whom to hand it to."""
    row = known(case_id)
    if not listing.has_reason(desk(), row.id):
        abort(403 if request.method == "POST" else _ask(case_id))
    return row


def _ask(case_id: str) -> Response:
    return redirect(url_for("cases.case", case_id=case_id), 303)
