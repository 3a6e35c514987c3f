"""The auditor's own pages: counts and rates, samples of cases for review, the export for a log server."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handler.audit import counts, export, sampling
from handler.audit.entries import NoSuchDay, day_from
from handler.audit.log import record
from handler.audit.tables import AuditSample
from handler.audit.views import blueprint
from handler.errors import Refused
from handler.identity.access import allow
from handler.identity.roles import AUDITOR
from handler.identity.users import people
from handler.services import services
from handler.times import local
from handler.web.addresses import identity

__all__ = ["blueprint"]
LARGEST = 2**31 - 1


@blueprint.get("/audit/counts")
@allow(AUDITOR)
def counted() -> str:
    with services().databases.console.write() as console:
        days, rates = counts.days(console, services().now()), counts.rates(console)
        record(console, g.unlocked, "rates read", clock=services().clock)
    return render_template("audit/counts.html", tab="counts", days=days, rates=rates, enough=counts.ENOUGH)


@blueprint.get("/audit/samples")
@allow(AUDITOR)
def samples() -> str:
    return _samples("")


def _samples(error: str) -> str:
    today = local(services().now()).date()
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    typed = {"first": quarter.isoformat(), "last": today.isoformat(), "size": "10", **(request.form if error else {})}
    with services().databases.console.read() as console:
        drawn = sampling.samples(console)
        names = {person.id: person.name for person in people(console)}
    return render_template("audit/samples.html", tab="samples", drawn=drawn, names=names, typed=typed, error=error)


@blueprint.post("/audit/samples")
@allow(AUDITOR)
def draw() -> tuple[str, int] | Response:
    form = request.form
    try:
        size = form.get("size", "").strip()
        number = int(size) if size.isascii() and size.isdigit() and len(size) < 5 else -1
        wanted = sampling.Wanted(day_from(form.get("first", "")), day_from(form.get("last", "")), number)
        with services().databases.console.write() as console:
            sample_id = sampling.draw(console, g.unlocked, wanted, services().clock)
    except (NoSuchDay, sampling.BadPeriod, sampling.BadSize) as error:
        return _samples(str(error)), 400
    return redirect(url_for("audit.sample", sample_id=sample_id.hex()), 303)


@blueprint.get("/audit/samples/<sample_id>")
@allow(AUDITOR)
def sample(sample_id: str) -> str:
    with services().databases.console.read() as console:
        row = console.get(AuditSample, identity(sample_id, 16))
        if row is None:
            abort(404)
        cases = sampling.cases_of(console, row.id)
        names = {person.id: person.name for person in people(console)}
    return render_template(
        "audit/sample.html", tab="samples", sample=row, cases=cases, names=names, findings=sampling.FINDINGS,
        mine=row.by == g.unlocked.user_id, reviewed=sum(case.reviewed is not None for case in cases),
    )  # fmt: skip


@blueprint.post("/audit/samples/<sample_id>")
@allow(AUDITOR)
def review(sample_id: str) -> Response:
    form = request.form
    of = (identity(sample_id, 16), identity(form.get("case", ""), 16))
    try:
        with services().databases.console.write() as console:
            sampling.review(console, g.unlocked, of, form.get("finding", ""), services().clock)
    except Refused as error:
        flash(str(error), "error")
    else:
        flash("The finding is noted.", "success")
    return redirect(url_for("audit.sample", sample_id=sample_id), 303)


@blueprint.get("/audit/export")
@allow(AUDITOR)
def export_page() -> str:
    return render_template("audit/export.html", tab="export", since="0", error="")


@blueprint.post("/audit/export")
@allow(AUDITOR)
def download() -> tuple[str, int] | Response:
    """A file of JSON lines, sent as it is read."""
    text = request.form.get("since", "").strip() or "0"
    if not (text.isascii() and text.isdigit()) or int(text[:12]) > LARGEST:
        error = "Write the number of an entry, or 0 for all."
        return render_template("audit/export.html", tab="export", since=text, error=error), 400
    database, since = services().databases.console, int(text)
    with database.write() as console:
        until = export.begin(console, g.unlocked, since, services().clock, "page")
    name = f"audit-{services().console.name}-{since + 1}-{until}.jsonl"
    return Response(
        (line.encode() for line in export.lines(database, since, until)),
        mimetype="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
