"""One request to an address that somebody gave, made so that it can't be turned against this network.

http and https only; the address is resolved once, must be a public one unless that is allowed, and that
very one is connected to; no redirect is followed; nothing but the head of the reply is read, within a
bound on bytes and on time as a whole.
"""

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from deprecations.errors import DeprecationsError
from storage.public_addresses import resolved

_AGENT = "Sundial-live-check/1"
_LONGEST_ADDRESS = 4000


class Unreachable(DeprecationsError):
    """No reply, or none that may be asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a reply."""

    status: int
    headers: tuple[tuple[str, str], ...]


def head(method: str, address: str, *, seconds: float, allow_private: bool) -> Head:
    """Ask an address, and return the head of the reply; raises Unreachable.

    `seconds` bounds the whole; `allow_private` lets it ask addresses that aren't public.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > _LONGEST_ADDRESS:
        raise Unreachable(f"{address[:200]!r} is no http or https address")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        place = resolved(
            parts.hostname,
            port,
            allow_private=allow_private,
            setting="SUNDIAL_PROBE_PRIVATE_ADDRESSES",
            refusal=Unreachable,
        )
        connection = _connection(parts.scheme, parts.hostname, port, place, seconds)
    except ValueError as error:
        raise Unreachable(f"{address[:200]!r} is no address: {error}") from error
    late = threading.Event()
    watch = threading.Timer(seconds, _break, [connection, late])
    watch.daemon = True
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={"User-Agent": _AGENT, "Accept": "*/*"})
        reply = connection.getresponse()
        if late.is_set():  # a head that is cut off reads like a shorter one
            raise TimeoutError(f"no whole head within {seconds:g} s")
        return Head(reply.status, tuple(reply.getheaders()))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{method} {address[:200]}: {str(error) or type(error).__name__}") from error
    finally:
        watch.cancel()
        connection.close()


def _connection(scheme: str, host: str, port: int, place: str, seconds: float) -> http.client.HTTPConnection:
    made: http.client.HTTPConnection
    if scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=seconds)
    # The name goes into Host and into TLS; the connection goes to the address that was looked at.
    made._create_connection = lambda _there, timeout, source: socket.create_connection(  # type: ignore[attr-defined]
        (place, port), timeout, source
    )
    return made


def _break(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.close()
