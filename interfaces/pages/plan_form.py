"""The form that says what a plan is: read, what it offers, and all that is wrong with it, by its fields."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from deprecations import plans
from deprecations.errors import DeprecationsError
from deprecations.models import Deprecation, Policy, SunsetBy
from deprecations.plan_faults import Fault, earliest_legal, faults
from deprecations.policies import Scope, frozen, policies_of, terms_of
from deprecations.policy import Rule
from interfaces.gate import runtime
from interfaces.overview import newest_versions
from interfaces.pages.successors import successors
from registry.models import Operation
from storage.zones import zones

_TEXTS = (
    "reason",
    "replacement",
    "documentation",
    "zone",
    "finding",
    "sunset_by",
    "sunset_version",
    "stability",
    "audience",
)
_DATES = ("deprecated_on", "closes_on", "sunset_on")


def changes_in(given: dict[str, str]) -> plans.Said:
    """Read what a form says of a plan; raises ValueError for days that are none."""
    return {
        "reason": given["reason"],
        "replacement": given["replacement"],
        "documentation": given["documentation"],
        "deprecated_on": date.fromisoformat(given["deprecated_on"]),
        "closes_on": date.fromisoformat(given["closes_on"]) if given["closes_on"] else None,
        "sunset_on": date.fromisoformat(given["sunset_on"]),
        "sunset_by": SunsetBy(given["sunset_by"] or SunsetBy.DATE),
        "sunset_version": given["sunset_version"],
        "stability": given["stability"] or "stable",
        "audience": given["audience"] or "public",
        "zone": given["zone"],
    }


def given_form() -> dict[str, str]:
    """Return what was sent, "" for what wasn't."""
    return {field: request.form.get(field, "").strip() for field in (*_TEXTS, *_DATES)}


def as_given(plan: Deprecation) -> dict[str, str]:
    """Return what a plan says as its form would send it."""
    values = {field: getattr(plan, field) for field in (*_TEXTS, *_DATES)}
    return {field: str(value) if value is not None else "" for field, value in values.items()}


def choices(
    session: Session, operation: Operation, given: dict[str, str], excused: Collection[str] = ()
) -> dict[str, Any]:
    """Return what a plan's fields offer: the promise that holds for it, successors, zones."""
    api_id, today = operation.api_id, runtime().clock().date()
    newest = newest_versions(session, [api_id]).get(api_id)
    scope = Scope(given["stability"] or "stable", given["audience"] or "public")
    return {
        "terms": terms_of(session, api_id, scope),
        "other_terms": [one for one in policies_of(session, api_id) if not _covers(one, scope)],
        "freezes": [one for one in frozen(session, api_id, "UTC") if one.ends_on >= today],
        "excused": excused,
        "rules": Rule,
        "legal_on": earliest(session, api_id, given),
        "successors": successors(session, operation, newest.id if newest else None),
        "zones": zones(),
    }


def _covers(policy: Policy, scope: Scope) -> bool:
    return policy.stability in ("", scope.stability) and policy.audience in ("", scope.audience)


def wrong(
    session: Session, api_id: int, given: dict[str, str], error: Exception, excused: Collection[str] = ()
) -> dict[str, Any]:
    """Return all that is wrong with a form, by its fields, where a verb stopped at the first `error`.

    `earliest` is the day whose choice would mend it, where nothing else is wrong.
    """
    unread = _unread(given)
    kind = given["sunset_by"] if given["sunset_by"] in set(SunsetBy) else ""
    days = dict.fromkeys(unread, runtime().clock().date().isoformat())
    said = changes_in(given | days | {"sunset_by": kind})
    found = [Fault(field, "Give the day as a date, like 2027-06-30.") for field in unread]
    found += [
        one
        for one in faults(session, api_id, said, runtime().clock(), excused)
        if not unread or one.field not in _DATES
    ]
    errors: dict[str, str] = {}
    for one in found:
        errors.setdefault(one.field, one.sentence)
    if not errors or (isinstance(error, DeprecationsError) and str(error) not in errors.values()):
        errors[""] = str(error)
    return {"errors": errors, "earliest": found[0].earliest if found and len(errors) == 1 else None}


def _unread(given: dict[str, str]) -> list[str]:
    """Return the fields for days that hold none; only the day that closes it may be left empty."""
    return [field for field in _DATES if (given[field] or field != "closes_on") and not _is_day(given[field])]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def earliest(session: Session, api_id: int, given: dict[str, str]) -> date:
    """Return the first legal last day for what a form says, were it deprecated from today on."""
    now = runtime().clock()
    today = now.date().isoformat()
    days = {"deprecated_on": today, "sunset_on": today, "closes_on": "", "zone": "UTC", "sunset_by": ""}
    return earliest_legal(session, api_id, changes_in(given | days), now)
