"""Six-digit codes of an authenticator app (RFC 6238): one of this half minute or its neighbours, and each only once."""

import hmac

import pyotp

STEP_SECONDS = 30
DIGITS = 6


def matching_step(secret: str, code: str, now: int, last_step: int) -> int | None:
    """The half minute whose code this is, later than the last one used, or None. All candidates are compared."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not typed.isascii():
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    present = now // STEP_SECONDS
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed) and step > last_step:
            found = step
    return found


def enrolment_uri(secret: str, name: str, console: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"Candour {console}")
