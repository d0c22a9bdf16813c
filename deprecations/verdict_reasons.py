"""What a verdict may rest on: kinds of reasons, and the answer that each alone would give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Answer(StrEnum):
    """The verdict in a word."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    NOT_PROVEN = "not_proven"


class Kind(StrEnum):
    """What a reason is about."""

    CALLS = "calls"
    CONTRACT = "contract"
    UNCLEAR_CONTRACT = "unclear-contract"
    PROMISE = "promise"
    EXTENSION = "extension"
    WIDER_PROMISE = "wider-promise"
    ASKED_FOR_TIME = "asked-for-time"
    NO_LAST_DAY = "no-last-day"
    PAUSED = "paused"
    AHEAD = "ahead"
    NO_SOURCE = "no-source"
    STALE_SOURCE = "stale-source"
    RETIRED_SOURCE = "retired-source"
    SOURCE_GAP = "source-gap"
    SAMPLED_SOURCE = "sampled-source"
    BROKEN_LINES = "broken-lines"
    SHORT_HISTORY = "short-history"
    UNTOLD_PART = "untold-part"
    UNKNOWN_CALLS = "unknown-calls"
    LOOKALIKE = "lookalike"
    SHARED_PATH = "shared-path"
    SHORT_SILENCE = "short-silence"
    NO_PLAN = "no-plan"
    SILENCE = "silence"


_UNSAFE = (Kind.CALLS, Kind.CONTRACT, Kind.PROMISE, Kind.EXTENSION)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the answer is what it is; `weighs` is the answer that this reason alone would give."""

    kind: Kind
    sentence: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weighs(self) -> Answer:
        """The best answer that this reason leaves open."""
        if self.kind in _UNSAFE:
            return Answer.UNSAFE
        return Answer.SAFE if self.kind is Kind.SILENCE else Answer.NOT_PROVEN


def calls_in_words(count: int) -> str:
    """Return `1 call`, `1,200 calls`."""
    return f"{count:,} {'call' if count == 1 else 'calls'}"
