"""What all of them are made of: JSON objects, instants in UTC, plain values."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

Facts = dict[str, Any]


def instant(value: datetime | None) -> str | None:
    """Write an instant as RFC 3339 in UTC, to the second."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value is not None else None


def plain(value: Any) -> Any:
    """Write a dataclass, a date or a collection of them as JSON values."""
    if hasattr(value, "__dataclass_fields__"):
        return {key: plain(item) for key, item in asdict(value).items()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value
