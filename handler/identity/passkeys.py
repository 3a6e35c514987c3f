"""Passkeys as second factor (WebAuthn level 2). The passphrase is still needed: it opens the seed."""

import json
import os
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from crypto.suite import Random
from handler.errors import Refused
from handler.identity.tables import Passkey, SignedIn, User

SITE_NAME = "Candour"
CHALLENGE_BYTES = 32


class PasskeyRefused(Refused):
    """The passkey was not accepted. Try again, or use the six-digit code instead."""


@dataclass(frozen=True)
class Origin:
    """The address that handlers see, to which passkeys are bound."""

    url: str  # https://console.example
    host: str  # console.example


def registration_options(
    console: Session, row: SignedIn, user: User, origin: Origin, random: Random = os.urandom
) -> str:
    """What the browser needs to make a passkey, as JSON. Keeps the challenge in the session's row."""
    row.challenge = random(CHALLENGE_BYTES)
    options = generate_registration_options(
        rp_id=origin.host,
        rp_name=SITE_NAME,
        user_name=user.name,
        user_id=user.id,
        challenge=row.challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(console, user.id),
    )
    return options_to_json(options)


def register(console: Session, row: SignedIn, origin: Origin, credential: str, *, name: str, today: int) -> None:
    """Adds the passkey that the browser made. Raises PasskeyRefused."""
    challenge = _take_challenge(row)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=origin.host,
            expected_origin=origin.url,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    if console.get(Passkey, made.credential_id) is not None:
        raise PasskeyRefused
    console.add(
        Passkey(
            id=made.credential_id,
            user_id=row.user_id,
            name=name.strip()[:64] or "Passkey",
            public=made.credential_public_key,
            count=made.sign_count,
            added=today,
        )
    )
    console.flush()


def sign_in_options(console: Session, row: SignedIn, origin: Origin, random: Random = os.urandom) -> str:
    """What the browser needs to use a passkey, as JSON. Keeps the challenge in the session's row."""
    row.challenge = random(CHALLENGE_BYTES)
    options = generate_authentication_options(
        rp_id=origin.host,
        challenge=row.challenge,
        allow_credentials=_descriptors(console, row.user_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def check(console: Session, row: SignedIn, origin: Origin, credential: str) -> None:
    """Checks the answer of a passkey of this person. A challenge serves once. Raises PasskeyRefused."""
    challenge = _take_challenge(row)
    try:
        passkey = console.get(Passkey, _credential_id(credential), with_for_update=True)
        if passkey is None or passkey.user_id != row.user_id:
            raise PasskeyRefused
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=origin.host,
            expected_origin=origin.url,
            credential_public_key=passkey.public,
            credential_current_sign_count=passkey.count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    passkey.count = used.new_sign_count


def _take_challenge(row: SignedIn) -> bytes:
    challenge, row.challenge = row.challenge, None
    if challenge is None:
        raise PasskeyRefused
    return challenge


def _credential_id(credential: str) -> bytes:
    return base64url_to_bytes(json.loads(credential)["rawId"])


def _descriptors(console: Session, user_id: bytes) -> list[PublicKeyCredentialDescriptor]:
    ids = console.scalars(select(Passkey.id).where(Passkey.user_id == user_id))
    return [PublicKeyCredentialDescriptor(id=identity) for identity in ids]
