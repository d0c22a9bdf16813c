"""Contracts out of a Pact Broker: the newest of each consumer of a provider, over its HAL API.

Only the host that the caller names is asked, also where the broker's answers name others; every answer is
bounded, and no redirection is followed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from consumers.errors import BrokerUnavailable, ConsumersError, NotFound

if TYPE_CHECKING:
    import requests

MOST_CONTRACTS = 500
_LARGEST = 20 * 1024 * 1024
_SECONDS = 20
_NOT_FOUND = 404
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is, and how it lets us in: a token, or a user with a password, or nothing."""

    url: str
    token: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The host, as people write it."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A contract as the broker has it."""

    consumer: str
    version: str | None
    data: bytes


def fetch_contracts(broker: Broker, provider: str) -> Iterator[Fetched]:
    """Yield the newest contract of each consumer; raises BrokerUnavailable, and NotFound for the provider."""
    _check(broker.url)
    base = broker.url.rstrip("/")
    with _session(broker) as session:
        listed = _json(session, f"{base}/pacts/provider/{quote(provider, safe='')}/latest", broker, provider)
        links = listed.get("_links", {})
        found = links.get("pb:pacts", links.get("pacts")) if isinstance(links, dict) else None
        if not isinstance(found, list):
            raise BrokerUnavailable(f"{broker.host} answered something else than a broker's list of pacts")
        if len(found) > MOST_CONTRACTS:
            raise BrokerUnavailable(f"{broker.host} lists {len(found)} pacts, more than {MOST_CONTRACTS}")
        for link in found:
            address = str(link.get("href", "")) if isinstance(link, dict) else ""
            _check_same_host(address, broker)
            data = _get(session, address, broker, provider)
            yield Fetched(str(link.get("name", "")), _version(data), data)


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ConsumersError(f"“{url}” is no address of a broker: write it as https://pacts.example.com")
    if parts.username is not None:
        raise ConsumersError("a broker's address holds no user: give user and password apart from it")


def _check_same_host(address: str, broker: Broker) -> None:
    if _origin(address) != _origin(broker.url):
        raise BrokerUnavailable(
            f"{broker.host} points at {urlsplit(address).netloc or 'nowhere'}, another host than the one "
            "named: name the address that the broker itself goes by"
        )


def _origin(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None


def _session(broker: Broker) -> "requests.Session":
    import requests

    session = requests.Session()
    session.trust_env = False
    session.headers["Accept"] = "application/hal+json, application/json"
    if broker.token:
        session.headers["Authorization"] = f"Bearer {broker.token}"
    elif broker.user:
        session.auth = (broker.user, broker.password or "")
    return session


def _get(session: "requests.Session", address: str, broker: Broker, provider: str) -> bytes:
    import requests

    try:
        with session.get(address, timeout=_SECONDS, allow_redirects=False, stream=True) as answer:
            body = answer.raw.read(_LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise BrokerUnavailable(f"{broker.host} could not be reached: {type(error).__name__}") from error
    if answer.status_code == _NOT_FOUND:
        raise NotFound(f"{broker.host} knows no provider {provider}, or not to whoever asks")
    if answer.status_code != 200:
        raise BrokerUnavailable(f"{broker.host} answered {answer.status_code} for {urlsplit(address).path}")
    if len(body) > _LARGEST:
        raise BrokerUnavailable(f"{urlsplit(address).path} is larger than {_LARGEST >> 20} MB")
    return bytes(body)


def _json(session: "requests.Session", address: str, broker: Broker, provider: str) -> dict[str, Any]:
    try:
        told = json.loads(_get(session, address, broker, provider))
    except (ValueError, RecursionError) as error:
        raise BrokerUnavailable(f"{broker.host} answered no JSON: is it a broker?") from error
    return told if isinstance(told, dict) else {}


def _version(data: bytes) -> str | None:
    """Return the consumer's version, which the broker puts beside the contract."""
    try:
        link = json.loads(data)["_links"]["pb:consumer-version"]
        return str(link["name"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
