"""The UTC day of an hour of usage, in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, type_coerce

from consumers.epochs import HOURS_A_DAY, DayNumber


def utc_day(hour: Any) -> ColumnElement[Any]:
    """Return the day, as a date, on which an hour of usage falls in UTC."""
    return type_coerce(type_coerce(hour, Integer) // HOURS_A_DAY, DayNumber)
