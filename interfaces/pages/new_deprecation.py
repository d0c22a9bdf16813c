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
from deprecations import plans, replacement
from deprecations.board import live_plan
from deprecations.errors import DeprecationsError, PolicyRefused
from deprecations.policies import terms_of
from deprecations.policy import earliest_sunset
from interfaces.gate import actor, runtime
from interfaces.overview import newest_versions
from interfaces.pages.route import GET_OR_POST, Route
from interfaces.pages.standing import apis_by_id, finding_about
from interfaces.pages.successors import successors
from registry.apis import find_api, find_operation, operation_named
from registry.errors import RegistryError

DAYS = 30
_REFUSED = 422
_LONGEST_FINGERPRINT = 12
_TEXTS = ("reason", "replacement", "documentation", "zone", "finding")
_DATES = ("deprecated_on", "sunset_on")


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
    given = {field: request.form.get(field, "").strip() for field in (*_TEXTS, *_DATES)}
    announces = "announce" in request.form
    try:
        with around.database.transaction() as session:
            now = around.clock()
            made = (plans.plan_and_announce if announces else plans.plan)(
                session,
                operation_id=operation_id,
                reason=given["reason"],
                replacement=given["replacement"],
                documentation=given["documentation"],
                deprecated_on=date.fromisoformat(given["deprecated_on"]),
                sunset_on=date.fromisoformat(given["sunset_on"]),
                zone=given["zone"],
                finding=given["finding"][:_LONGEST_FINGERPRINT] or None,
                by=actor(),
                now=now,
            )
            act = "deprecation announced" if announces else "deprecation planned"
            subject = f"{made.api.slug} {made.operation.label}"
            record(session, actor=actor(), action=act, subject=subject, now=now)
            odd = replacement.note(session, made.replacement, made.api_id)
    except DeprecationsError as error:
        return _again(operation_id, given, error, announces)
    except ValueError:
        return _again(operation_id, given, ValueError("Give both days as dates."), announces)
    flash("It is announced." if announces else "The draft is kept; nobody is told of it yet.", "good")
    if odd:
        flash(odd, "warn")
    return redirect(url_for("pages.deprecation", deprecation_id=made.id))


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
    newest = newest_versions(session, [operation.api_id]).get(operation.api_id)
    facts = {
        "operation": operation,
        "plan": live_plan(session, operation.id),
        "terms": terms_of(session, operation.api_id),
        "finding": finding_about(session, operation.id, given["finding"]) if given["finding"] else None,
        "callers": callers(session, operation.id, since=now - timedelta(days=DAYS), until=now),
        "legal_on": _earliest(session, operation.api_id, now),
        "successors": successors(session, operation, newest.id if newest else None),
        "zones": _zones(),
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
        "deprecated_on": now.date().isoformat(),
        "sunset_on": _earliest(session, operation.api_id, now).isoformat(),
    }


def _earliest(session: Session, api_id: int, now: datetime) -> date:
    return earliest_sunset(terms_of(session, api_id), now.date(), now.date())


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


ROUTES = (Route("/deprecations/new", "new_deprecation", new_deprecation, GET_OR_POST),)
