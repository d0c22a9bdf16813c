"""What an API promises about endings, as pure rules. Where the promise is kept is `policies`' business."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deprecations.dates_in_words import day
from deprecations.errors import PolicyRefused

NO_REPLACEMENT = "none"


class Rule(StrEnum):
    """What a policy can ask for; refusals and exceptions name it."""

    MINIMUM_NOTICE = "minimum-notice"
    OVERLAP = "overlap"
    REPLACEMENT = "replacement-required"
    DOCUMENTATION = "documentation-required"
    APPROVAL = "approval"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Terms:
    """An API's policy: notice in days, counted from the announcement to the last day.

    `overlap_days` count from the day on which the successor was first published.
    """

    minimum_notice_days: int = 90
    replacement_required: bool = True
    overlap_days: int = 0
    documentation_required: bool = False
    approval_required: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """Days on which nothing may end, the first and the last included."""

    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as a policy judges it. `successor_on` is when what replaces it was first published.

    `names_successor` tells that the replacement is an operation, published or not.
    """

    announced_on: date
    deprecated_on: date
    sunset_on: date
    replacement: str = ""
    documentation: str = ""
    names_successor: bool = False
    successor_on: date | None = None
    frozen: tuple[Frozen, ...] = ()


def earliest_sunset(
    terms: Terms,
    announced_on: date,
    deprecated_on: date,
    *,
    successor_on: date | None = None,
    frozen: Sequence[Frozen] = (),
) -> date:
    """Return the earliest last day that notice, overlap and freezes allow; never before the deprecation.

    RFC 9745 section 4: a sunset must not be earlier than the deprecation.
    """
    earliest = max(announced_on + timedelta(days=terms.minimum_notice_days), deprecated_on)
    if successor_on is not None:
        earliest = max(earliest, successor_on + timedelta(days=terms.overlap_days))
    return thawed(earliest, frozen)


def earliest_of(terms: Terms, proposal: Proposal) -> date:
    """Return the earliest last day that a plan could have, by all that its policy judges it by."""
    return earliest_sunset(
        terms,
        proposal.announced_on,
        proposal.deprecated_on,
        successor_on=proposal.successor_on if terms.overlap_days else None,
        frozen=proposal.frozen,
    )


def thawed(on: date, frozen: Sequence[Frozen]) -> date:
    """Return the first day from a day on that no freeze covers."""
    for freeze in sorted(frozen, key=lambda one: one.starts_on):
        if freeze.starts_on <= on <= freeze.ends_on:
            on = freeze.ends_on + timedelta(days=1)
    return on


def breaches(terms: Terms, proposal: Proposal) -> tuple[PolicyRefused, ...]:
    """Return every rule that a plan breaks, each with the sentence that says so; for a date the earliest."""
    return (*_words(terms, proposal), *_days(terms, proposal))


def _words(terms: Terms, proposal: Proposal) -> Iterator[PolicyRefused]:
    if terms.replacement_required and not proposal.replacement:
        yield PolicyRefused(
            "This API promises a replacement for whatever ends: name one (like “GET /v2/orders/{id}”), or "
            f"write “{NO_REPLACEMENT}” and say why in the reason.",
            rule=Rule.REPLACEMENT,
        )
    if terms.documentation_required and not proposal.documentation:
        yield PolicyRefused(
            "This API promises a migration guide for whatever ends: give its link.", rule=Rule.DOCUMENTATION
        )
    if terms.overlap_days and proposal.names_successor and proposal.successor_on is None:
        yield PolicyRefused(
            f"This API promises {terms.overlap_days} days in which {proposal.replacement} works beside what "
            "ends, and it isn't published yet: publish it first.",
            rule=Rule.OVERLAP,
        )


def _days(terms: Terms, proposal: Proposal) -> Iterator[PolicyRefused]:
    earliest = earliest_of(terms, proposal)
    for rule, why in _too_early(terms, proposal):
        yield PolicyRefused(
            f"The last day can't be {day(proposal.sunset_on)}: {why}. The earliest legal last day is "
            f"{day(earliest)}.",
            rule=rule,
            asked=proposal.sunset_on,
            earliest=earliest,
        )


def _too_early(terms: Terms, proposal: Proposal) -> Iterator[tuple[Rule, str]]:
    asked = proposal.sunset_on
    if asked < earliest_sunset(terms, proposal.announced_on, proposal.deprecated_on):
        yield (
            Rule.MINIMUM_NOTICE,
            f"this API promises {terms.minimum_notice_days} days' notice, counted from "
            f"{day(proposal.announced_on)}",
        )
    since = proposal.successor_on
    if terms.overlap_days and since is not None and asked < since + timedelta(days=terms.overlap_days):
        yield (
            Rule.OVERLAP,
            f"this API promises {terms.overlap_days} days beside {proposal.replacement}, which is there "
            f"since {day(since)}",
        )
    for freeze in proposal.frozen:
        if freeze.starts_on <= asked <= freeze.ends_on:
            yield (
                Rule.FREEZE,
                f"nothing ends from {day(freeze.starts_on)} to {day(freeze.ends_on)} ({freeze.name})",
            )
