"""What the script of a form asks: keep this, was something begun, forget it. And the end of a draft with its form."""

from flask import Blueprint, Response, abort, g, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from handler.cases.opened import desk, opened
from handler.drafts import store
from handler.errors import NotAllowed, Refused
from handler.identity.access import allow
from handler.identity.roles import CASE_ROLES
from handler.times import written_time
from handler.web.addresses import identity

blueprint = Blueprint("drafts", __name__)

KEPT = "draft-of"
"""The field by which a form that is sent names its draft. The script adds it."""

NOT_KEPT = frozenset({"csrf_token", KEPT})
DONE = 303  # what a form answers that was taken


@blueprint.get("/drafts/<case_id>/<form>")
@allow(*CASE_ROLES)
def draft(case_id: str, form: str) -> Response:
    """204 where nothing was begun."""
    row = opened(case_id)
    try:
        found = store.find(desk(), row.id, form)
    except NotAllowed:
        abort(404)
    if found is None:
        return Response(status=204)
    return jsonify({"at": written_time(found.at), "fields": found.fields})


@blueprint.post("/drafts/<case_id>/<form>")
@allow(*CASE_ROLES)
def keep(case_id: str, form: str) -> Response | tuple[Response, int]:
    row = opened(case_id)
    fields = {name: request.form.getlist(name) for name in request.form if name not in NOT_KEPT}
    try:
        at = store.keep(desk(), row.id, form, fields)
    except NotAllowed:
        abort(404)
    except Refused as refusal:
        return jsonify({"problem": str(refusal)}), 400
    return jsonify({"at": written_time(at)})


@blueprint.post("/drafts/<case_id>/<form>/discard")
@allow(*CASE_ROLES)
def discard(case_id: str, form: str) -> Response:
    store.discard(desk(), opened(case_id).id, form)
    return Response(status=204)


@blueprint.after_app_request
def sent(response: AnyResponse) -> AnyResponse:
    """A form of a case that was taken takes its draft along."""
    form = request.form.get(KEPT, "") if request.method == "POST" else ""
    case_id = (request.view_args or {}).get("case_id")
    if form and case_id and response.status_code == DONE and g.get("unlocked") is not None:
        store.discard(desk(), identity(str(case_id), 16), form)
    return response
