"""The drop as a console sees it, over TLS with the console's client certificate (SPEC 9)."""

import http.client
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from crypto.envelope import LENGTH
from handler.errors import NotYetMember, Refused
from handler.settings import Settings

ENVELOPES_A_PULL = 1_000
NAMES_A_PULL = 65_536
LARGEST_ANSWER = 64 * 1024 * 1024  # bytes
TIMEOUT = 60  # seconds for one answer
ID, DAY, NAME, PIECE = 32, 2, 16, 262_144  # bytes


class DropUnreachable(Refused):
    """The drop did not answer. Nothing is lost: the next cycle goes on where this one stopped."""


class DropMisbehaved(Refused):
    """The drop answered with something that the protocol does not have. Look at its log and its version."""


class PublicationRefused(Refused):
    """The drop did not take the publication. The name of its reason follows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refusal_name(answer: bytes) -> str:
    """The error's name in the drop's answer. What is no name is not repeated: it would stand on pages and in tables."""
    name = answer.rstrip(b" ").decode("latin-1")
    return name if re.fullmatch("[A-Za-z]{1,32}", name) else "an answer that is no name"


@dataclass(frozen=True)
class PulledEnvelope:
    """As the drop keeps it: the id is the envelope's hash, the day the one it came."""

    id: bytes  # 32
    day: int
    raw: bytes  # 20,480


class Drop(Protocol):
    """What the cycle asks of a drop."""

    def envelopes(self) -> list[PulledEnvelope]: ...
    def acknowledge_envelopes(self, ids: Iterable[bytes]) -> None: ...
    def pieces(self) -> list[bytes]: ...
    def piece(self, name: bytes) -> bytes | None: ...
    def acknowledge_pieces(self, names: Iterable[bytes]) -> None: ...
    def publish(self, roster: bytes, bulletin: bytes, board: bytes) -> None: ...


class PickupDrop:
    """One connection to the pickup listener, opened when it is first needed."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname is None:
            raise DropUnreachable(url)
        self._host, self._port, self._tls = parts.hostname, parts.port or 443, tls
        self._link: http.client.HTTPSConnection | None = None

    @classmethod
    def of(cls, settings: Settings) -> "PickupDrop":
        """By the addresses and certificates of a console's folder. Raises NotYetMember before those were signed."""
        for path in (settings.ca_path, settings.client_certificate_path):
            if not path.is_file():
                raise NotYetMember
        tls = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(settings.ca_path))
        tls.minimum_version = ssl.TLSVersion.TLSv1_3
        tls.load_cert_chain(settings.client_certificate_path, settings.client_key_path)
        return cls(settings.console.drop_url, tls)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def envelopes(self) -> list[PulledEnvelope]:
        """Up to 1,000 that this console has not acknowledged. Raises DropUnreachable, DropMisbehaved."""
        body = self._get(f"/pickup/envelopes?limit={ENVELOPES_A_PULL}")
        size = ID + DAY + LENGTH
        if body is None or len(body) % size:
            raise DropMisbehaved("envelopes")
        rows = (body[at : at + size] for at in range(0, len(body), size))
        return [PulledEnvelope(row[:ID], int.from_bytes(row[ID : ID + DAY], "big"), row[ID + DAY :]) for row in rows]

    def acknowledge_envelopes(self, ids: Iterable[bytes]) -> None:
        self._post_empty("/pickup/envelopes/ack", b"".join(ids))

    def pieces(self) -> list[bytes]:
        """Names of pieces that this console has not acknowledged."""
        body = self._get(f"/pickup/pieces?limit={NAMES_A_PULL}")
        if body is None or len(body) % NAME:
            raise DropMisbehaved("pieces")
        return [body[at : at + NAME] for at in range(0, len(body), NAME)]

    def piece(self, name: bytes) -> bytes | None:
        """262,144 bytes, or None when the drop has it no more."""
        body = self._get(f"/pickup/pieces/{name.hex()}")
        if body is not None and len(body) != PIECE:
            raise DropMisbehaved("piece")
        return body

    def acknowledge_pieces(self, names: Iterable[bytes]) -> None:
        self._post_empty("/pickup/pieces/ack", b"".join(names))

    def publish(self, roster: bytes, bulletin: bytes, board: bytes) -> None:
        """Raises PublicationRefused with the drop's reason."""
        body = b"".join(len(part).to_bytes(4, "big") + part for part in (roster, bulletin)) + board
        status, answer = self._ask("POST", "/pickup/publication", body)
        if status == 409:
            raise PublicationRefused(refusal_name(answer))
        if status != 204:
            raise DropMisbehaved(f"publication: {status}")

    def _get(self, path: str) -> bytes | None:
        status, answer = self._ask("GET", path, None)
        if status == 404:
            return None
        if status != 200:
            raise DropMisbehaved(f"{path.split('?', maxsplit=1)[0]}: {status}")
        return answer

    def _post_empty(self, path: str, body: bytes) -> None:
        if body and self._ask("POST", path, body)[0] != 204:
            raise DropMisbehaved(path)

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """Every request may be sent twice: a repeat is answered like the first. So a link that idled out is renewed."""
        for last in (False, True):
            try:
                return self._ask_once(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if last:
                    raise DropUnreachable(type(error).__name__) from error
        raise AssertionError

    def _ask_once(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        if self._link is None:
            self._link = http.client.HTTPSConnection(self._host, self._port, context=self._tls, timeout=TIMEOUT)
        headers = {"Content-Type": "application/octet-stream"} if body is not None else {}
        self._link.request(method, path, body, headers)
        answer = self._link.getresponse()
        content = answer.read(LARGEST_ANSWER + 1)
        if len(content) > LARGEST_ANSWER:
            raise DropMisbehaved("an answer above 64 MiB")
        if answer.will_close:
            self.close()
        return answer.status, content
