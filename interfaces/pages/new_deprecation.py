"""Planning an end: the form, and what it comes to."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers.usage import callers
from deprecations import board, plans, replacement
from deprecations.board import live_plan
from deprecations.errors import DeprecationNotFound, DeprecationsError, PolicyRefused
from deprecations.models import Deprecation, SunsetBy
from deprecations.policies import terms_of
from deprecations.policy import earliest_sunset
from interfaces.gate import actor, runtime
from interfaces.overview import newest_versions
from interfaces.pages.route import GET_OR_POST, Route
from interfaces.pages.standing import apis_by_id, finding_about
from interfaces.pages.successors import successors
from registry.apis import find_api, find_operation, operation_named
from registry.errors import RegistryError
from registry.models import Operation

DAYS = 30
_REFUSED = 422
_LONGEST_FINGERPRINT = 12
_TEXTS = ("reason", "replacement", "documentation", "zone", "finding", "sunset_by", "sunset_version")
_DATES = ("deprecated_on", "closes_on", "sunset_on")


def new_deprecation() -> ResponseReturnValue:
    """Show the form that plans the end of `?operation=`, or plan it; without one, ask for which."""
    asked = request.args.get("operation", "")
    if not (asked.isascii() and asked.isdigit()):
        return _choose()
    if request.method == "POST":
        return _plan(int(asked))
    with runtime().database.reading() as session:
        return _form(session, int(asked), _suggested(session, int(asked)))


def _choose() -> ResponseReturnValue:
    """Find the operation that somebody names by hand."""
    slug, name, error = request.args.get("api", ""), request.args.get("name", "").strip(), ""
    with runtime().database.reading() as session:
        if name:
            try:
                found = operation_named(session, find_api(session, slug), name)
            except RegistryError as refused:
                error = str(refused)
            else:
                return redirect(url_for("pages.new_deprecation", operation=found.id))
        errors = {"name": error} if error else {}
        apis = [(api.slug, api.name) for api in apis_by_id(session).values()]
    page = render_template("deprecation/choose.html", apis=apis, slug=slug, name=name, errors=errors)
    return (page, _REFUSED) if error else page


def _plan(operation_id: int) -> ResponseReturnValue:
    around = runtime()
    given = _given()
    announces = "announce" in request.form
    try:
        with around.database.transaction() as session:
            now = around.clock()
            made = (plans.plan_and_announce if announces else plans.plan)(
                session,
                operation_id=operation_id,
                **changes_in(given),
                finding=given["finding"][:_LONGEST_FINGERPRINT] or None,
                by=actor(),
                now=now,
            )
            act = "deprecation announced" if announces else "deprecation planned"
            subject = f"{made.api.slug} {made.target.label}"
            record(session, actor=actor(), action=act, subject=subject, now=now)
            odd = replacement.note(session, made.replacement, made.api_id)
    except DeprecationsError as error:
        return _again(operation_id, given, error, announces)
    except ValueError:
        return _again(operation_id, given, ValueError("Give the days as dates."), announces)
    flash("It is announced." if announces else "The draft is kept; nobody is told of it yet.", "good")
    if odd:
        flash(odd, "warn")
    return redirect(url_for("pages.deprecation", deprecation_id=made.id))


def edit_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Show a draft's form, or keep what it says now."""
    if request.method != "POST":
        with runtime().database.reading() as session:
            plan = board.find(session, deprecation_id)
            return _edit_form(session, plan, _said(plan))
    around, given = runtime(), _given()
    try:
        with around.database.transaction() as session:
            now, plan = around.clock(), board.find(session, deprecation_id)
            plans.edit(session, plan, by=actor(), now=now, **changes_in(given))
            subject = f"{plan.api.slug} {plan.target.label}"
            record(session, actor=actor(), action="deprecation edited", subject=subject, now=now)
    except DeprecationNotFound:
        raise
    except (DeprecationsError, ValueError) as error:
        said = error if isinstance(error, DeprecationsError) else ValueError("Give the days as dates.")
        earliest = error.earliest if isinstance(error, PolicyRefused) else None
        errors = {"sunset_on" if earliest else "": str(said)}
        with around.database.reading() as session:
            plan = board.find(session, deprecation_id)
            return _edit_form(session, plan, given, errors=errors, earliest=earliest), _REFUSED
    flash("The draft is changed.", "good")
    return redirect(url_for("pages.deprecation", deprecation_id=deprecation_id))


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
        "zone": given["zone"],
    }


def _given() -> dict[str, str]:
    return {field: request.form.get(field, "").strip() for field in (*_TEXTS, *_DATES)}


def _said(plan: Deprecation) -> dict[str, str]:
    values = {field: getattr(plan, field) for field in (*_TEXTS, *_DATES)}
    return {field: str(value) if value is not None else "" for field, value in values.items()}


def _edit_form(session: Session, plan: Deprecation, given: dict[str, str], **more: Any) -> str:
    facts = {
        "plan": plan,
        **_choices(session, plan.operation),
        "given": given,
        "errors": {},
        **more,
    }
    return render_template("deprecation/edit.html", **facts)


def _choices(session: Session, operation: Operation) -> dict[str, Any]:
    """Return what a plan's fields offer: the promise that holds, successors, zones."""
    newest = newest_versions(session, [operation.api_id]).get(operation.api_id)
    return {
        "terms": terms_of(session, operation.api_id),
        "legal_on": _earliest(session, operation.api_id, runtime().clock()),
        "successors": successors(session, operation, newest.id if newest else None),
        "zones": _zones(),
    }


def _again(
    operation_id: int, given: dict[str, str], error: Exception, announces: bool
) -> ResponseReturnValue:
    earliest = error.earliest if isinstance(error, PolicyRefused) else None
    with runtime().database.reading() as session:
        page = _form(
            session,
            operation_id,
            given,
            errors={"sunset_on" if earliest else "": str(error)},
            earliest=earliest,
            announces=announces,
        )
    return page, _REFUSED


def _form(session: Session, operation_id: int, given: dict[str, str], **more: Any) -> str:
    now = runtime().clock()
    operation = find_operation(session, operation_id)
    facts = {
        "operation": operation,
        "plan": live_plan(session, operation.id),
        **_choices(session, operation),
        "finding": finding_about(session, operation.id, given["finding"]) if given["finding"] else None,
        "callers": callers(session, operation.id, since=now - timedelta(days=DAYS), until=now),
        "days": DAYS,
        "given": given,
        "errors": {},
        **more,
    }
    return render_template("deprecation/new.html", **facts)


def _suggested(session: Session, operation_id: int) -> dict[str, str]:
    """Return what the form holds at first: from today, for as long as policy asks."""
    now = runtime().clock()
    operation = find_operation(session, operation_id)
    fingerprint = request.args.get("finding", "")[:_LONGEST_FINGERPRINT]
    finding = finding_about(session, operation.id, fingerprint) if fingerprint else None
    return {
        "reason": finding.text.replace("`", "") if finding else "",
        "replacement": "",
        "documentation": "",
        "zone": "UTC",
        "finding": finding.fingerprint if finding else "",
        "sunset_by": SunsetBy.DATE.value,
        "sunset_version": "",
        "closes_on": "",
        "deprecated_on": now.date().isoformat(),
        "sunset_on": _earliest(session, operation.api_id, now).isoformat(),
    }


def _earliest(session: Session, api_id: int, now: datetime) -> date:
    return earliest_sunset(terms_of(session, api_id), now.date(), now.date())


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


ROUTES = (
    Route("/deprecations/new", "new_deprecation", new_deprecation, GET_OR_POST),
    Route("/deprecations/<int:deprecation_id>/edit", "edit_deprecation", edit_deprecation, GET_OR_POST),
)
