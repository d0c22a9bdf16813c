"""The days of a plan with some of them changed, as pages, API and command ask what that would bring."""

from dataclasses import replace
from datetime import date

from deprecations.steps import Days


def changed(days: Days, deprecated_on: date | None, sunset_on: date | None, closes_on: date | None) -> Days:
    """Return days with those in place that are given."""
    return replace(
        days,
        deprecated_on=deprecated_on or days.deprecated_on,
        sunset_on=sunset_on or days.sunset_on,
        closes_on=closes_on or days.closes_on,
    )
