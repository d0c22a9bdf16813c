"""The invented company as values, read from the YAML files in the folder `company`.

Days stay relative here, as in the files; `specs` and `traffic` count them from a given today.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from pydantic import ConfigDict

FOLDER = Path(__file__).with_name("company")


class CredentialKind(StrEnum):
    """How traffic names a consumer."""

    API_KEY = "api-key"
    CLIENT_ID = "client-id"
    USER = "user"
    USER_AGENT = "user-agent"


class ContactRole(StrEnum):
    """What a contact answers for."""

    TECHNICAL = "technical"
    OWNER = "owner"
    SECURITY = "security"


class Via(StrEnum):
    """Where calls are recorded: in the nginx log of the edge, or as events of the gateway."""

    EDGE = "edge"
    GATEWAY = "gateway"


class Trend(StrEnum):
    """How calls developed over the past weeks."""

    STEADY = "steady"
    FALLING = "falling"
    RISING = "rising"


class Strict:
    """Makes an unknown key in a file an error."""

    __slots__ = ()
    __pydantic_config__: ClassVar["ConfigDict"] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Release(Strict):
    """A version of a spec, and how many days before today it was published."""

    version: str
    file: str
    days_ago: int
    notes: str


@dataclass(frozen=True, slots=True)
class ExampleApi(Strict):
    """An API with its releases, oldest first; `base_path` stands before every path of its specs."""

    slug: str
    name: str
    description: str
    owner: str
    minimum_notice_days: int
    host: str
    base_path: str
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class SpecFile(Strict):
    """Where a spec repository keeps an API's spec."""

    api: str
    path: str


@dataclass(frozen=True, slots=True)
class Repository(Strict):
    """The repository that the specs come from."""

    name: str
    url: str
    branch: str
    files: tuple[SpecFile, ...]


@dataclass(frozen=True, slots=True)
class Credential(Strict):
    """A name under which a consumer calls; never a real secret."""

    kind: CredentialKind
    value: str


@dataclass(frozen=True, slots=True)
class Contact(Strict):
    """A person or a mailbox behind a consumer; `zone` is an IANA time zone."""

    name: str
    email: str
    role: ContactRole
    zone: str
    language: str


@dataclass(frozen=True, slots=True)
class ExampleConsumer(Strict):
    """A registered consumer."""

    slug: str
    name: str
    description: str
    team: str
    credentials: tuple[Credential, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class ExampleContract(Strict):
    """A Pact file of a consumer, below `contracts/`, and the version of the consumer that it is of."""

    file: str
    version: str


@dataclass(frozen=True, slots=True)
class Stranger(Strict):
    """A caller that nobody registered, and nobody is to register."""

    slug: str
    description: str


@dataclass(frozen=True, slots=True)
class ExampleDeprecation(Strict):
    """A plan to make: announced in the past, its dates counted from today (below zero: before it)."""

    api: str
    operation: str
    replacement: str
    reason: str
    announced_days_ago: int
    deprecated_in_days: int
    sunset_in_days: int
    documentation: str


@dataclass(frozen=True, slots=True)
class Rhythm(Strict):
    """The shape of a day: a weight for each UTC hour, and a weekend day as a share of a weekday."""

    weekend: float
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallRate(Strict):
    """How often one operation is called: about `per_day` times on a weekday now, less or more before.

    `since_days_ago` is the first day of it, `only_days_ago` the only days. `errors` are the statuses
    that the share `error_rate` of the calls ends with.
    """

    api: str
    operation: str
    per_day: int
    query: str = ""
    trend: Trend = Trend.STEADY
    error_rate: float = 0.0
    errors: tuple[int, ...] = ()
    since_days_ago: int | None = None
    only_days_ago: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Habit(Strict):
    """What one caller does from one address with one credential (None: it shows none)."""

    caller: str
    via: Via
    address: str
    user_agents: tuple[str, ...]
    rhythm: str
    calls: tuple[CallRate, ...]
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class Company(Strict):
    """All of it. `written_for` is the day that the dates inside the specs count from."""

    name: str
    written_for: date
    apis: tuple[ExampleApi, ...]
    repository: Repository
    consumers: tuple[ExampleConsumer, ...]
    contracts: tuple[ExampleContract, ...]
    strangers: tuple[Stranger, ...]
    deprecations: tuple[ExampleDeprecation, ...]
    rhythms: dict[str, Rhythm]
    habits: tuple[Habit, ...]


def load_company() -> Company:
    """Read the company from its files; a wrong or unknown key raises pydantic's ValidationError."""
    import yaml
    from pydantic import TypeAdapter

    def read(path: str) -> Any:
        return yaml.load((FOLDER / path).read_bytes(), Loader=yaml.CSafeLoader)

    facts = read("company.yaml")
    for api in facts["apis"]:
        api["releases"] = read(f"{api['slug']}/releases.yaml")
    return TypeAdapter(Company).validate_python(facts)
