"""What every provider's report comes down to, and what its reader is handed."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from notifications.errors import EventUnreadable, EventUnsigned

MOST = 10_000
_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")


class What(StrEnum):
    """What became of a mail that was handed over."""

    HARD = "hard-bounce"
    SOFT = "soft-bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What one recipient's mail met with; `message_id` is the one that we gave it, "" where it isn't told."""

    recipient: str
    what: What
    detail: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A webhook's request: its headers by their small names, its body as it came."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outside:
    """What a reader needs of the world: the hour, and how to fetch an address that it has checked."""

    now: datetime
    fetch: Callable[[str], bytes]


Reader = Callable[[Posted, str, Outside], tuple[MailEvent, ...]]
"""Verifies a request by the operator's secret, and reads it; raises EventUnsigned and EventUnreadable."""


def check_age(at: datetime | None, now: datetime, oldest: timedelta) -> None:
    """See that what was signed isn't too old: somebody may have kept a report, to send it again.

    Raises EventUnsigned, also where no time is told.
    """
    if at is None or abs(now - at) > oldest:
        raise EventUnsigned(f"what was signed is more than {oldest.days * 24} hours old, or of no time")


def seconds_since_1970(text: str) -> datetime | None:
    """Read an instant, None for what is none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 12
    return datetime.fromtimestamp(int(text), UTC) if is_number else None


def decoded(body: bytes | str) -> Any:
    """Return what a body says as JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EventUnreadable(f"the body is no JSON: {str(error)[:200]}") from error


def as_object(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text_of(value: Any) -> str:
    """Return a text, "" for anything else; what no database holds is marked as not to be read."""
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else ""
