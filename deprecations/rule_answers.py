"""What edges answer instead of the service: brownouts while their windows are open, tombstones after the end.

Each comes with its whole problem document (RFC 9457), so that every edge says the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy.orm import Session

from deprecations.brownouts.exemptions import Exempt, exempt_credentials, extended_credentials
from deprecations.brownouts.freezes import freezes_of
from deprecations.brownouts.windows import brownouts, is_frozen
from deprecations.dates_in_words import day, moment
from deprecations.edge_models import Brownout, Freeze
from deprecations.headers import EdgeTerms
from deprecations.models import Deprecation, State, SunsetBy
from deprecations.replacement import told

_RETIRED, _BROWNOUT = "retired", "brownout"


@dataclass(frozen=True, slots=True)
class Outage:
    """A window, in seconds since 1970: from `starts` up to `ends`, `percent` of callers get `problem`."""

    id: str
    starts: int
    ends: int
    percent: int
    status: int
    problem: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What an edge answers by itself: `tombstone` now, if there is one; else what `outages` say."""

    outages: tuple[Outage, ...] = ()
    tombstone: dict[str, Any] | None = None
    exempt: tuple[Exempt, ...] = ()


NOTHING = Answers()


def answers(
    session: Session, plans: Collection[Deprecation], terms: dict[int, EdgeTerms], *, now: datetime
) -> dict[int, Answers]:
    """Return what edges answer for each plan; windows that are over, aborted or frozen are left out."""
    ids = [plan.id for plan in plans]
    windows, exempt = brownouts(session, ids), exempt_credentials(session, ids, now)
    extended = extended_credentials(session, ids, now)
    frozen = {api_id: freezes_of(session, api_id) for api_id in {plan.api_id for plan in plans}}
    return {
        plan.id: Answers(
            outages=_outages(plan, windows[plan.id], frozen[plan.api_id], now),
            tombstone=_tombstone(plan) if terms[plan.api_id].tombstones else None,
            exempt=(*extended[plan.id], *exempt[plan.id]),
        )
        for plan in plans
    }


def _outages(
    plan: Deprecation, windows: Sequence[Brownout], freezes: Sequence[Freeze], now: datetime
) -> tuple[Outage, ...]:
    if plan.state == State.SUNSET:
        return ()
    return tuple(
        Outage(
            id=f"{plan.api.slug}-{plan.id}-{one.id}",
            starts=int(one.starts_at.timestamp()),
            ends=int(one.ends_at.timestamp()),
            percent=one.percent,
            status=one.status,
            problem=_brownout(plan, one),
        )
        for one in windows
        if one.aborted_at is None and one.ends_at > now and not is_frozen(one, freezes)
    )


def _brownout(plan: Deprecation, one: Brownout) -> dict[str, Any]:
    said = (
        f"{_what(plan)} is switched off on purpose until {moment(one.ends_at)}, as announced: "
        f"it ends for good {_end(plan)}."
    )
    return _problem(plan, one.status, _BROWNOUT, said) | {"brownout_ends_at": _instant(one.ends_at)}


def _tombstone(plan: Deprecation) -> dict[str, Any] | None:
    if plan.state != State.SUNSET:
        return None
    said = f"{_what(plan)} has ended: its last day was {day(plan.sunset_on)} ({plan.zone})."
    return _problem(plan, HTTPStatus.GONE, _RETIRED, said)


def _problem(plan: Deprecation, status: int, reason: str, said: str) -> dict[str, Any]:
    successor = told(plan.replacement)
    facts = {"successor": successor, "documentation": plan.documentation, "contact": plan.api.owner}
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": f"{said} Instead: {successor}" if successor else said,
        "reason": reason,
        "operation": _what(plan),
        "deprecated_at": _instant(plan.deprecated_at),
        **({"sunset_at": _instant(plan.sunset_at)} if plan.sunset_by == SunsetBy.DATE else {}),
        **{name: value for name, value in facts.items() if value},
    }


def _end(plan: Deprecation) -> str:
    if plan.sunset_by == SunsetBy.VERSION:
        return f"with version {plan.sunset_version}"
    word = "after" if plan.sunset_by == SunsetBy.DATE else "some time after"
    return f"{word} {day(plan.sunset_on)} ({plan.zone})"


def _what(plan: Deprecation) -> str:
    return plan.operation.label if plan.target.operation_id is not None else plan.target.label


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
