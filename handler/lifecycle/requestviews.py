"""Who asks in a request from another body: a page for whoever presses for it, each time."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from handler.cases.opened import desk, opened
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES
from handler.lifecycle import requests
from handler.web.addresses import identity

blueprint = Blueprint("requests", __name__)


@blueprint.post("/cases/<case_id>/records/<record_id>/requester")
@allow(*CASE_ROLES)
def show(case_id: str, record_id: str) -> tuple[str, int] | Response:
    row, errors, kept = opened(case_id), [], None
    try:
        kept = requests.shown(desk(), row.id, identity(record_id, 16))
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        errors = [{"text": str(refusal), "field": None}]
    page = render_template("lifecycle/requester.html", case=row, kept=kept, errors=errors)
    return page, 400 if errors else 200
