"""What one does with Sundial in the seven steps, whichever way: by page, by API or by command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer as somebody enters it; `credentials` are kinds with the values that traffic shows."""

    slug: str
    name: str
    team: str
    credentials: tuple[tuple[str, str], ...]
    contact: str
    person: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a spec repository sends its pushes, and the secret that signs them."""

    address: str
    secret: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The end of an operation as somebody plans it, from the finding of this rule in that comparison."""

    api: str
    operation: str
    rule: str
    compared: tuple[str, str]
    deprecated_on: date
    sunset_on: date
    zone: str
    reason: str
    replacement: str
    documentation: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said on removing an operation: safe, unsafe or not_proven, and the kinds of reasons."""

    answer: str
    because: frozenset[str]


class Hands(Protocol):
    """One way in. Every act that is refused raises AssertionError, but for those that answer a message."""

    origin: str
    """How versions say that they came this way."""

    def register(self, slug: str, name: str) -> None:
        """Register an API."""

    def publish(self, slug: str, file: Path) -> bool:
        """Publish a document under its own version; False where it was there already."""

    def connect(self, slug: str, host: str, location: str, path: str) -> Webhook:
        """Connect a spec repository's branch `main`."""

    def compare(self, slug: str, old: str, new: str) -> None:
        """Have two versions compared."""

    def enrol(self, consumer: Consumer) -> None:
        """Register a consumer with its credentials and its contact."""

    def count(self, file: Path, source: str, api: str | None = None) -> None:
        """Count the calls in a log, from a source that may report on one API only."""

    def callers(self, slug: str, operation: str) -> Mapping[str, int]:
        """Tell who calls an operation: names of consumers with their calls in the last 30 days."""

    def promise(self, slug: str, days: int) -> None:
        """Promise so many days of notice for an API."""

    def announce(self, plan: Plan) -> str | None:
        """Announce the end of an operation; the message where that is refused."""

    def headers(self, slug: str, method: str, path: str) -> list[tuple[str, str]]:
        """Tell the header fields of a reply to a request."""

    def send_mail(self) -> None:
        """Have the notices sent that are due, or leave that to the scheduler."""

    def verdict(self, slug: str, operation: str) -> Verdict:
        """Ask whether an operation may be removed."""

    def cannot_judge(self, slug: str, operation: str) -> str:
        """Ask about an operation that isn't there; answer the message."""
