"""The values a comparison answers with: findings, their places, and the comparison itself.

Their JSON form is the public contract; `reports` renders it, `schema` describes it.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from diffing.document import Dialect, Node


class Level(StrEnum):
    """How much a change hurts, most severe first."""

    __hash__ = str.__hash__  # an enumeration's own takes three times as long, and is asked often

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    COMPATIBLE = "compatible"
    EDITORIAL = "editorial"


class Direction(StrEnum):
    """Which set of messages a change acts on."""

    __hash__ = str.__hash__

    REQUEST = "request"
    RESPONSE = "response"
    NONE = "none"


class Effect(StrEnum):
    """What a change does to the set of legal messages."""

    __hash__ = str.__hash__

    NARROWS = "narrows"
    WIDENS = "widens"
    SWAPS = "swaps"
    UNKNOWN = "unknown"
    NONE = "none"


class WitnessStatus(StrEnum):
    """Whether a concrete value proves the finding."""

    FOUND = "found"
    GAVE_UP = "gave_up"
    NOT_APPLICABLE = "not_applicable"


class Place(NamedTuple):
    """One side of a finding: where it stands in the original text, and the value that stands there."""

    pointer: str
    value: Node
    file: str
    line: int
    column: int


class Reach(NamedTuple):
    """An operation that a finding reaches, and where in it: "request body application/json".

    `properties` are the paths there below the schema, as a finding's `property` is written; a shared
    component may be reached at several.
    """

    method: str
    path: str
    operation_id: str | None
    where: str
    properties: tuple[str, ...] = ()


class Witness(NamedTuple):
    """A value that one side accepts and the other refuses; the sides are "old" and "new"."""

    value: Node
    accepted_by: str
    refused_by: str


class Waived(NamedTuple):
    """The approval under which a finding stands: still shown, no longer counted."""

    reason: str
    owner: str
    expires_on: date | None


class Lifecycle(NamedTuple):
    """What the old document said of the end of the thing that a finding is about."""

    deprecated: bool
    sunset: str | None


class Finding(NamedTuple):
    """A judged change. `old` or `new` is None for what was added or removed.

    `near` is where the new document might still hold what was removed: the nearest object around it.
    """

    rule: str
    level: Level
    kind: str
    direction: Direction
    element: str
    aspect: str
    action: str
    effect: Effect
    text: str
    why: str
    property: str | None
    old: Place | None
    new: Place | None
    operations: tuple[Reach, ...]
    witness_status: WitnessStatus
    witness: Witness | None
    by: str
    waived: Waived | None
    lifecycle: Lifecycle | None
    fingerprint: str
    near: Place | None = None


class Side(NamedTuple):
    """One of the two documents, as the comparison names it."""

    source: str
    dialect: Dialect
    version: str
    sha256: str


class Bump(NamedTuple):
    """The semver step that the findings call for, and the one that `info.version` took (None: unreadable)."""

    needed: str
    given: str | None


class Hint(NamedTuple):
    """A rename or move that two findings suggest; never a substitute for the verdict."""

    kind: str
    old: str
    new: str


class Comparison(NamedTuple):
    """Everything that a comparison found, sorted by level, then place."""

    old: Side
    new: Side
    today: date
    bump: Bump
    hints: tuple[Hint, ...]
    findings: tuple[Finding, ...]
