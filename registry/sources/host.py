"""What the registry needs of a host of spec repositories."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Push:
    """What a verified delivery says: which commit a branch points at now."""

    delivery: str
    branch: str
    revision: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A verified delivery that asks for nothing, and why."""

    delivery: str
    because: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What fetching may use: a folder for clones, where local repositories may lie, a token by host."""

    clones: Path
    local_repositories: Path | None
    github_api: str
    github_token: str | None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a document lies in a repository."""

    repository: str
    branch: str
    path: str


Reader = Callable[[str], bytes]


class Headers(Protocol):
    """The headers of a request; names in any case."""

    def get(self, key: str, default: str, /) -> str:
        """Return a header, or the default."""


@dataclass(frozen=True, slots=True)
class Host:
    """One kind of host.

    `signature` names the header that carries the HMAC-SHA256 of the body, in hex, behind `prefix`.
    `understand` reads a delivery's headers and decoded body. `reader` gives a function that reads
    files at a revision, relative to the repository's root; it raises SourceUnavailable, or NotFound.
    `check` refuses a location that this server would not fetch from. `tip` is the commit that a
    location's branch points at.
    """

    title: str
    signature: str
    prefix: str
    understand: Callable[[Headers, Mapping[str, object]], Push | Ignored]
    check: Callable[[str, Surroundings], None]
    reader: Callable[[Location, str, Surroundings], Reader]
    tip: Callable[[Location, Surroundings], str]
