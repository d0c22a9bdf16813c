"""What the reply to a POST means for the envelope: the table of docs/channels.md, pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from notifications.outcome import Failure, Outcome, Receipt

_GONE: Final = frozenset({404, 410})
_MOVED: Final = frozenset({301, 308})
_NOT_NOW: Final = frozenset({401, 403, 408, 409, 421, 423, 425, 429})
"""What somebody may be mending at this moment, or asks to wait."""
_LONGEST_WAIT = 6 * 3600
_SHOWN = 300


def outcome_of(status: int, headers: Mapping[str, str], said: str, host: str, now: datetime) -> Outcome:
    """Judge a reply by its status; `said` is how its body begins."""
    told = f"{host} answered {status} {said[:_SHOWN]}".strip()
    if 200 <= status < 300:
        return Receipt(told)
    if status in _MOVED:
        where = headers.get("Location", "")[:_SHOWN] or "elsewhere"
        return Failure(True, f"{told}: it moved to {where}; give that address", is_about_recipient=True)
    if status in _GONE:
        return Failure(True, f"{told}: the address is gone", is_about_recipient=True)
    if 400 <= status < 500 and status not in _NOT_NOW:
        return Failure(True, told)
    return Failure(False, told, wait_seconds=_wait(headers.get("Retry-After", ""), now))


def _wait(text: str, now: datetime) -> int:
    """Read Retry-After (RFC 9110 section 10.2.3), seconds or a date; what can't be read is no wish."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0, min(int((at - now).total_seconds()), _LONGEST_WAIT))
