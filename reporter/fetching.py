"""Gets what a site serves, as a browser would that takes one content coding, and keeps every header that came."""

import http.client
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import brotli

TIMEOUT = 30  # seconds
MOST = 40 << 20  # bytes of one answer, as it came and unpacked
PLAIN = "identity"
CODINGS = (PLAIN, "br", "gzip")


class BadAddress(Exception):
    """The address must begin with http:// or https:// and name a host."""


@dataclass(frozen=True)
class Answer:
    """What a server said: status, headers in the order they came with names in lower case, body as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header; all of them, where it came more than once."""
        values = [value for found, value in self.headers if found == name]
        return ", ".join(values) if values else None

    @property
    def coding(self) -> str:
        """The content coding that it came with."""
        return self.header("content-encoding") or PLAIN


class NoAnswer(Exception):
    """The site could not be reached, or broke off."""


Fetch = Callable[[str, str, str], Answer]
"""(method, path below the site without its slash, the one content coding that is taken) -> answer. Raises NoAnswer."""


def fetcher(base: str, timeout: float = TIMEOUT) -> Fetch:
    """For what stands below `base`. It follows no redirect and sends no cookie. Raises BadAddress."""
    try:
        parts = urlsplit(base)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(f"{base}: {BadAddress.__doc__}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BadAddress(f"{base}: {BadAddress.__doc__}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    prefix = parts.path.rstrip("/")

    def fetch(method: str, path: str, coding: str) -> Answer:
        connection = kind(host, port, timeout=timeout)
        try:
            connection.request(method, f"{prefix}/{path}", headers={"Accept-Encoding": coding})
            response = connection.getresponse()
            headers = tuple((name.lower(), value) for name, value in response.getheaders())
            return Answer(response.status, headers, response.read(MOST))
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswer(type(problem).__name__) from problem
        finally:
            connection.close()

    return fetch


def unpacked(body: bytes, coding: str) -> bytes | None:
    """What a browser makes of the body; None where that is nothing, or more than MOST."""
    try:
        if coding == "br":
            packed = brotli.Decompressor()
            plain: bytes = packed.process(body, output_buffer_limit=MOST)
            return plain if packed.is_finished() else None
        if coding == "gzip":
            unzip = zlib.decompressobj(wbits=31)
            plain = unzip.decompress(body, MOST)
            return plain if unzip.eof and not unzip.unused_data else None
    except (brotli.error, zlib.error):
        return None
    return body
