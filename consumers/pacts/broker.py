"""Contracts out of a Pact Broker, over its HAL API: of what is deployed, and of consumers' main branches.

A consumer of which the broker knows neither gets its newest contract, as one of its branch where the broker
names one. https://docs.pact.io/pact_broker/advanced_topics/consumer_version_selectors
Only the host that the caller names is asked, also where the broker's answers name others; every answer is
bounded, and no redirection is followed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from consumers.deployments import LONGEST, Environment
from consumers.errors import BrokerUnavailable, ConsumersError, NotFound

if TYPE_CHECKING:
    import requests

MOST_CONTRACTS = 500
_LARGEST = 20 * 1024 * 1024
_SECONDS = 20
_MOST_ENVIRONMENTS = 50
_NOT_FOUND = 404
_UNKNOWN_SELECTOR = {400, _NOT_FOUND, 405}  # what brokers say that are older than it
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

    @property
    def base(self) -> str:
        """The address that the broker's resources are below."""
        return self.url.rstrip("/")

    def of(self, provider: str) -> str:
        """Return the address of a provider's contracts."""
        return f"{self.base}/pacts/provider/{quote(provider, safe='')}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A contract as the broker has it, once for each environment that its version runs in.

    `branch` is told of what isn't on the consumer's main line.
    """

    consumer: str
    version: str | None
    data: bytes
    environment: Environment | None = None
    branch: str = ""


def environments(broker: Broker) -> tuple[Environment, ...]:
    """Return the environments that a broker knows; none of an old one. Raises BrokerUnavailable."""
    _check(broker.url)
    with _session(broker) as session:
        try:
            listed = _json(session, f"{broker.base}/environments", broker, "")
        except NotFound:
            return ()
    found = [
        Environment(str(one["name"])[:LONGEST], bool(one.get("production")))
        for one in _embedded(listed, "environments")
        if one.get("name")
    ]
    if len(found) > _MOST_ENVIRONMENTS:
        raise BrokerUnavailable(f"{broker.host} lists {len(found)} environments, over {_MOST_ENVIRONMENTS}")
    return tuple(found)


def fetch_contracts(broker: Broker, provider: str, known: Sequence[Environment] = ()) -> Iterator[Fetched]:
    """Yield the contracts of what runs in the `known` environments, of main branches, and of who has neither.

    Raises BrokerUnavailable, and NotFound for the provider.
    """
    _check(broker.url)
    with _session(broker) as session:
        latest = _latest(session, broker, provider)
        told = set[str]()
        for environment in (*known, None):
            for address in _selected(session, broker, provider, environment):
                data = _get(session, address, broker, provider)
                name = _told(data, "consumer", "name")
                told.add(name)
                yield Fetched(name, _version(data), data, environment)
        for name, address in latest:
            if name not in told:
                data = _get(session, address, broker, provider)
                yield Fetched(name, _version(data), data, branch=_branch(session, data, broker))


def _latest(session: "requests.Session", broker: Broker, provider: str) -> list[tuple[str, str]]:
    """Return names of consumers with the address of their newest contract, whatever branch it is of."""
    listed = _json(session, f"{broker.of(provider)}/latest", broker, provider)
    links = listed.get("_links", {})
    found = links.get("pb:pacts", links.get("pacts")) if isinstance(links, dict) else None
    if not isinstance(found, list):
        raise BrokerUnavailable(f"{broker.host} answered something else than a broker's list of pacts")
    _bound(len(found), broker)
    held = [link if isinstance(link, dict) else {} for link in found]
    return [(str(one.get("name", "")), str(one.get("href", ""))) for one in held]


def _selected(
    session: "requests.Session", broker: Broker, provider: str, environment: Environment | None
) -> Iterator[str]:
    """Yield the addresses of what runs in an environment, or of main branches; none of an old broker."""
    selector = {"environment": environment.name} if environment else {"mainBranch": True}
    asked = json.dumps({"consumerVersionSelectors": [selector]}).encode()
    try:
        found = _json(session, f"{broker.of(provider)}/for-verification", broker, provider, asked)
    except NotFound:
        return
    links = [one.get("_links") for one in _embedded(found, "pacts")]
    held = [link.get("self") for link in links if isinstance(link, dict)]
    _bound(len(held), broker)
    yield from (str(one.get("href", "")) for one in held if isinstance(one, dict))


def _bound(count: int, broker: Broker) -> None:
    if count > MOST_CONTRACTS:
        raise BrokerUnavailable(f"{broker.host} lists {count} pacts, more than {MOST_CONTRACTS}")


def _branch(session: "requests.Session", data: bytes, broker: Broker) -> str:
    """Return the branch that the version of a contract is of, "" where the broker names none."""
    address = _told(data, "_links", "pb:consumer-version", "href")
    if _origin(address) != _origin(broker.url):
        return ""
    try:
        version = _json(session, address, broker, "")
    except NotFound:
        return ""
    return next((str(one["name"]) for one in _embedded(version, "branchVersions") if one.get("name")), "")


def _embedded(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    held = told.get("_embedded")
    listed = held.get(name) if isinstance(held, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


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


def _get(
    session: "requests.Session", address: str, broker: Broker, provider: str, asked: bytes | None = None
) -> bytes:
    """Return what stands at an address; with `asked`, what is answered to it there."""
    import requests

    _check_same_host(address, broker)
    method, headers = ("POST", {"Content-Type": "application/json"}) if asked else ("GET", None)
    try:
        with session.request(
            method,
            address,
            data=asked,
            headers=headers,
            timeout=_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as answer:
            body = answer.raw.read(_LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise BrokerUnavailable(f"{broker.host} could not be reached: {type(error).__name__}") from error
    if answer.status_code == _NOT_FOUND or (asked and answer.status_code in _UNKNOWN_SELECTOR):
        raise NotFound(f"{broker.host} knows no provider {provider}, or not to whoever asks")
    if answer.status_code != 200:
        raise BrokerUnavailable(f"{broker.host} answered {answer.status_code} for {urlsplit(address).path}")
    if len(body) > _LARGEST:
        raise BrokerUnavailable(f"{urlsplit(address).path} is larger than {_LARGEST >> 20} MB")
    return bytes(body)


def _json(
    session: "requests.Session", address: str, broker: Broker, provider: str, asked: bytes | None = None
) -> dict[str, Any]:
    try:
        told = json.loads(_get(session, address, broker, provider, asked))
    except (ValueError, RecursionError) as error:
        raise BrokerUnavailable(f"{broker.host} answered no JSON: is it a broker?") from error
    return told if isinstance(told, dict) else {}


def _version(data: bytes) -> str | None:
    """Return the consumer's version, which the broker puts beside the contract."""
    return _told(data, "_links", "pb:consumer-version", "name") or None


def _told(data: bytes, *steps: str) -> str:
    try:
        told = json.loads(data)
        for step in steps:
            told = told[step]
        return str(told)
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
