"""The join request: how a second console asks the root for a place in the roster (SPEC 2.1)."""

from __future__ import annotations

from dataclasses import dataclass

from crypto import fields, framing
from crypto.errors import WrongSite
from crypto.roster import MAX_CONSOLE_GROUPS
from crypto.suite import Signer

KIND = 5
LABEL = "candour/1 join"


@dataclass(frozen=True)
class JoinRequest:
    """A console's name, keys and groups. `site` is the site it asks to join."""

    site: bytes
    name: str
    authority: bytes
    publisher: bytes
    groups: tuple[str, ...]


def encode_join_request(request: JoinRequest, signer: Signer) -> bytes:
    """The document, signed by the authority key that it names."""
    value = {
        "site": request.site.hex(),
        "name": request.name,
        "authority": request.authority.hex(),
        "publisher": request.publisher.hex(),
        "groups": list(request.groups),
    }
    _request(value)
    return framing.sign_document(KIND, LABEL, value, signer)


def parse_join_request(raw: bytes, site: bytes) -> JoinRequest:
    """Reads a request to join `site` and checks that the authority key it names signed it.

    Raises BadLength, BadVersion, BadKind, BadJson, BadField, WrongSite, BadSignature.
    """
    request = _request(framing.open_document(raw, KIND))  # spec: 2.1
    if request.site != site:
        raise WrongSite("join request")
    framing.check_document(raw, KIND, LABEL, [request.authority])
    return request


def _request(value: object) -> JoinRequest:
    m = fields.members(value, "site", "name", "authority", "publisher", "groups")
    return JoinRequest(
        site=fields.hexadecimal(m["site"], 16),
        name=fields.name(m["name"]),
        authority=fields.hexadecimal(m["authority"], 32),
        publisher=fields.hexadecimal(m["publisher"], 32),
        groups=fields.array(m["groups"], 1, MAX_CONSOLE_GROUPS, fields.name),
    )
