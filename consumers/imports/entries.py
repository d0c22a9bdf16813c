"""What a list says, entry by entry, each with the place that it stands at."""

from dataclasses import dataclass

from consumers.errors import ConsumersError

MOST_ENTRIES = 20_000
LARGEST = 5 * 1024 * 1024  # bytes
_MOST_TOLD = 20


class ImportRefused(ConsumersError):
    """A list that can't be imported; each fault begins with its place."""

    def __init__(self, faults: list[str]) -> None:
        """Keep all faults, and tell the first of them."""
        more = len(faults) - _MOST_TOLD
        told = faults[:_MOST_TOLD] + ([f"and {more} more faults"] if more > 0 else [])
        super().__init__("; ".join(told))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ConsumerEntry:
    """A consumer; None is not told, and stays as it is."""

    place: str
    slug: str
    name: str | None
    team: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """A name that traffic uses for a consumer."""

    place: str
    slug: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """Somebody who is told what concerns a consumer; None is not told."""

    place: str
    slug: str
    email: str
    name: str | None
    role: str | None = None
    zone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class UseEntry:
    """That a consumer uses an API. `may_be_missing`: the list is about other APIs too."""

    place: str
    slug: str
    api: str
    may_be_missing: bool


@dataclass(frozen=True, slots=True)
class OwnerEntry:
    """Whom to ask about an API; lists are about other APIs too."""

    place: str
    api: str
    owner: str


Entry = ConsumerEntry | CredentialEntry | ContactEntry | UseEntry | OwnerEntry
