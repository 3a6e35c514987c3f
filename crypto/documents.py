"""Everything that is signed and published, under one name: roster, certificates, bulletin and the rest (SPEC 2.1)."""

from crypto.bulletin import Bulletin, Policy, encode_bulletin, parse_bulletin
from crypto.certificates import (
    EpochCertificate,
    ReplyCertificate,
    certificate_id,
    encode_epoch_certificate,
    encode_reply_certificate,
    parse_epoch_certificate,
    parse_reply_certificate,
)
from crypto.joining import JoinRequest, encode_join_request, parse_join_request
from crypto.roster import Audience, Console, Roster, encode_roster, parse_roster
from crypto.sitesignature import SiteSignature, encode_site_signature, parse_site_signature

__all__ = [
    "Audience",
    "Bulletin",
    "Console",
    "EpochCertificate",
    "JoinRequest",
    "Policy",
    "ReplyCertificate",
    "Roster",
    "SiteSignature",
    "certificate_id",
    "encode_bulletin",
    "encode_epoch_certificate",
    "encode_join_request",
    "encode_reply_certificate",
    "encode_roster",
    "encode_site_signature",
    "parse_bulletin",
    "parse_epoch_certificate",
    "parse_join_request",
    "parse_reply_certificate",
    "parse_roster",
    "parse_site_signature",
]
