"""One POST to an address that somebody gave, made so that it can't be turned against this network.

The host is resolved once, must be public unless that is allowed, and that very address is connected to; no
redirect is followed, no proxy or password of the environment used; little of the reply is read, and the
whole takes so long and no longer.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from notifications.channels.reply import outcome_of
from notifications.errors import PostError
from notifications.outcome import Failure, Outcome
from storage.public_addresses import resolved

if TYPE_CHECKING:
    import requests

_AGENT = "Sundial-notices/1"
_READ = 1000
_PORTS = {"http": 80, "https": 443}


class _Refused(PostError):
    """A host that isn't posted to."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted, where, and within how many seconds; `ca` is "" for the usual authorities."""

    address: str
    body: bytes
    headers: Mapping[str, str]
    seconds: float
    allow_private: bool
    ca: str = ""


def send(post: Post, now: datetime) -> Outcome:
    """Post once, and tell what came of it; trouble on the way is an outage of that host."""
    import requests

    parts = urlsplit(post.address)
    host = parts.netloc
    try:
        place = resolved(
            parts.hostname or "",
            parts.port or _PORTS[parts.scheme],
            allow_private=post.allow_private,
            setting="SUNDIAL_CHANNEL_PRIVATE_ADDRESSES",
            refusal=_Refused,
        )
    except _Refused as error:
        return Failure(permanent=False, detail=str(error), is_outage=True)
    with requests.Session() as session, _watch(session, parts, post.seconds) as (late, opened):
        try:
            reply = session.post(
                _at(parts, place),
                data=post.body,
                headers={"User-Agent": _AGENT, **post.headers, "Host": host},
                timeout=post.seconds,
                verify=post.ca or True,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, OSError) as error:
            why = f"no answer within {post.seconds:g} s" if late.is_set() else in_words(error)
            arrived = bool(opened)  # a connection stood, so the request may have been read
            return Failure(False, f"{host}: {why}", is_outage=True, may_have_arrived=arrived)
        with reply:
            return outcome_of(reply.status_code, reply.headers, _said(reply), host, now)


def in_words(error: Exception) -> str:
    """Say what became of the connection, without the address that was posted to."""
    import requests

    for kind, words in (
        (requests.exceptions.SSLError, "its certificate can't be trusted, or TLS failed"),
        (requests.Timeout, "it didn't answer in time"),
        (requests.ConnectionError, "the connection failed, or was broken off"),
    ):
        if isinstance(error, kind):
            return words
    return type(error).__name__


def _at(parts: SplitResult, place: str) -> str:
    """Return the address with the host's own in the place of its name."""
    bracketed = f"[{place}]" if ":" in place else place
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{bracketed}{port}").geturl()


def _said(reply: "requests.Response") -> str:
    """Read the beginning of a reply; what breaks off or dribbles changes nothing about its status."""
    from urllib3.exceptions import HTTPError

    try:
        said = reply.raw.read(_READ, decode_content=False)
    except (HTTPError, OSError, ValueError):
        return ""
    return " ".join(said.decode("utf-8", "replace").split())


@contextmanager
def _watch(
    session: "requests.Session", parts: SplitResult, seconds: float
) -> Iterator[tuple[threading.Event, list[Any]]]:
    """Connect for the name and to nothing else, and break what takes longer.

    The event tells that it did, the list holds the connections that stood.
    """
    from requests.adapters import HTTPAdapter
    from urllib3 import PoolManager

    opened: list[Any] = []
    late = threading.Event()

    class Pinned(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            if parts.scheme == "https":  # the name goes into TLS, though an address is connected to
                options |= {"server_hostname": parts.hostname, "assert_hostname": parts.hostname}
            super().init_poolmanager(*arguments, **options)
            manager: PoolManager = self.poolmanager
            manager.pool_classes_by_scheme = _noting(opened)

    session.trust_env = False
    session.mount(f"{parts.scheme}://", Pinned(max_retries=0))
    watch = threading.Timer(seconds, _break, [opened, late])
    watch.daemon = True
    watch.start()
    try:
        yield late, opened
    finally:
        watch.cancel()


def _noting(opened: list[Any]) -> dict[str, Any]:
    """Return pools that note each connection they open."""
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            opened.append(self)

    class Protected(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            opened.append(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class ProtectedPool(HTTPSConnectionPool):
        ConnectionCls = Protected

    return {"http": PlainPool, "https": ProtectedPool}


def _break(opened: list[Any], late: threading.Event) -> None:
    late.set()
    for connection in opened:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
