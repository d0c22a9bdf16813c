"""What an API promises about endings, as pure rules. Where the promise is kept is `policies`' business."""

from dataclasses import dataclass
from datetime import date, timedelta

from deprecations.errors import PolicyRefused

NO_REPLACEMENT = "none"


@dataclass(frozen=True, slots=True)
class Terms:
    """An API's policy: notice in days, counted from the announcement to the last day."""

    minimum_notice_days: int = 90
    replacement_required: bool = True


def earliest_sunset(terms: Terms, announced_on: date, deprecated_on: date) -> date:
    """Return the earliest last day that the notice period allows; never before the deprecation itself.

    RFC 9745 section 4: a sunset must not be earlier than the deprecation.
    """
    return max(announced_on + timedelta(days=terms.minimum_notice_days), deprecated_on)


def check_dates(terms: Terms, *, announced_on: date, deprecated_on: date, sunset_on: date) -> None:
    """Raise PolicyRefused when the last day comes before the earliest one that policy allows."""
    earliest = earliest_sunset(terms, announced_on, deprecated_on)
    if sunset_on >= earliest:
        return
    raise PolicyRefused(
        f"The last day can't be {sunset_on}: this API promises {terms.minimum_notice_days} days' notice, "
        f"counted from {announced_on}. The earliest legal last day is {earliest}.",
        rule="minimum-notice",
        asked=sunset_on,
        earliest=earliest,
    )


def check_replacement(terms: Terms, *, replacement: str) -> None:
    """Raise PolicyRefused when consumers aren't told what to call instead, nor that there is nothing."""
    if replacement or not terms.replacement_required:
        return
    raise PolicyRefused(
        "This API promises a replacement for whatever ends: name one (like “GET /v2/orders/{id}”), or "
        f"write “{NO_REPLACEMENT}” and say why in the reason.",
        rule="replacement-required",
    )
