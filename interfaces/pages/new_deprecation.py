"""Planning an end: the form, and what it comes to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers.usage import callers
from deprecations import board, plans, replacement
from deprecations.aims import Aim, aim_of_finding, day_in
from deprecations.errors import DeprecationNotFound, DeprecationsError
from deprecations.models import Deprecation, SunsetBy, TargetKind
from deprecations.policies import excepted
from deprecations.reach import preview
from deprecations.targets import Thing, label
from interfaces.aiming import reaches, thing_named
from interfaces.gate import actor, runtime
from interfaces.pages.plan_form import as_given, changes_in, choices, earliest, given_form, wrong
from interfaces.pages.route import GET_OR_POST, Route
from interfaces.pages.standing import apis_by_id, finding_about
from registry.apis import find_api, find_operation, operation_named
from registry.errors import RegistryError

DAYS = 30
_REFUSED = 422
_LONGEST_FINGERPRINT = 12


def new_deprecation() -> ResponseReturnValue:
    """Show the form that plans an end, or plan it; where nothing says what ends, ask.

    `?operation=` names an operation by number, `?finding=` a finding whose part of it ends; `?kind=` with
    `api`, `name`, `place` and `value` any other thing.
    """
    try:
        with runtime().database.reading() as session:
            aim = _aim(session)
        if aim is None:
            return _choose()
        reached = aim.reaches or reaches(runtime(), aim.thing)
        with runtime().database.reading() as session:
            sight = _sight(session, aim, reached)
    except (DeprecationsError, RegistryError) as error:
        if not request.args.get("kind"):
            raise
        return _choose(str(error))
    if request.method == "POST":
        return _plan(sight)
    with runtime().database.reading() as session:
        return _form(session, sight, _suggested(session, sight))


def _aim(session: Session) -> Aim | None:
    """Read from the address what is to end; None where nothing says it."""
    asked, kind = request.args.get("operation", ""), request.args.get("kind", "")
    if kind in set(TargetKind):
        words = {name: request.args.get(name, "").strip() for name in ("name", "place", "value")}
        named = request.args.get("of", "").strip()
        return Aim(thing_named(session, request.args.get("api", ""), named, kind, **words), "", ())
    if not (asked.isascii() and asked.isdigit()):
        return None
    operation = find_operation(session, int(asked))
    fingerprint = request.args.get("finding", "")[:_LONGEST_FINGERPRINT]
    finding = finding_about(session, operation.id, fingerprint) if fingerprint else None
    if finding is not None:
        return aim_of_finding(session, finding, (operation,))
    return Aim(Thing(TargetKind.OPERATION, operation_id=operation.id), operation.label, ())


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to end, looked up: the thing, how people read it, one operation of it, all that it reaches."""

    thing: Thing
    label: str
    operation_id: int
    reaches: tuple[int, ...]


def _sight(session: Session, aim: Aim, reached: tuple[int, ...]) -> Sight:
    all_of_it = reached or preview(session, aim.thing)
    first = aim.thing.operation_id or all_of_it[0]
    operation = find_operation(session, first)
    own = operation if aim.thing.operation_id else None
    return Sight(aim.thing, label(aim.thing, own, operation.api), first, all_of_it)


def _choose(error: str = "") -> ResponseReturnValue:
    """Ask what is to end, by hand."""
    slug, name = request.args.get("api", ""), request.args.get("name", "").strip()
    with runtime().database.reading() as session:
        if name and not request.args.get("kind"):
            try:
                found = operation_named(session, find_api(session, slug), name)
            except RegistryError as refused:
                error = str(refused)
            else:
                return redirect(url_for("pages.new_deprecation", operation=found.id))
        apis = [(api.slug, api.name) for api in apis_by_id(session).values()]
    page = render_template(
        "deprecation/choose.html",
        apis=apis,
        slug=slug,
        name=name,
        asked=request.args,
        errors={"name": error} if error else {},
    )
    return (page, _REFUSED) if error else page


def _plan(sight: Sight) -> ResponseReturnValue:
    around, given = runtime(), given_form()
    announces = "announce" in request.form
    try:
        with around.database.transaction() as session:
            now = around.clock()
            made = (plans.plan_and_announce if announces else plans.plan)(
                session,
                thing=sight.thing,
                reaches=sight.reaches,
                **changes_in(given),
                finding=given["finding"][:_LONGEST_FINGERPRINT] or None,
                by=actor(),
                now=now,
            )
            act = "deprecation announced" if announces else "deprecation planned"
            subject = f"{made.api.slug} {made.target.label}"
            record(session, actor=actor(), action=act, subject=subject, now=now)
            odd = replacement.note(session, made.replacement, made.api_id)
    except (DeprecationsError, ValueError) as error:
        return _again(sight, given, error, announces)
    flash("It is announced." if announces else "The draft is kept; nobody is told of it yet.", "good")
    if odd:
        flash(odd, "warn")
    return redirect(url_for("pages.deprecation", deprecation_id=made.id))


def edit_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Show a draft's form, or keep what it says now."""
    if request.method != "POST":
        with runtime().database.reading() as session:
            plan = board.find(session, deprecation_id)
            return _edit_form(session, plan, as_given(plan))
    around, given = runtime(), given_form()
    try:
        with around.database.transaction() as session:
            now, plan = around.clock(), board.find(session, deprecation_id)
            plans.edit(session, plan, by=actor(), now=now, **changes_in(given))
            subject = f"{plan.api.slug} {plan.target.label}"
            record(session, actor=actor(), action="deprecation edited", subject=subject, now=now)
    except DeprecationNotFound:
        raise
    except (DeprecationsError, ValueError) as error:
        with around.database.reading() as session:
            plan = board.find(session, deprecation_id)
            told = wrong(session, plan.api_id, given, error, excepted(session, plan.id))
            return _edit_form(session, plan, given, **told), _REFUSED
    flash("The draft is changed.", "good")
    return redirect(url_for("pages.deprecation", deprecation_id=deprecation_id))


def _edit_form(session: Session, plan: Deprecation, given: dict[str, str], **more: Any) -> str:
    facts = {
        "plan": plan,
        **choices(session, plan.operation, given, excepted(session, plan.id)),
        "given": given,
        "errors": {},
        **more,
    }
    return render_template("deprecation/edit.html", **facts)


def _again(sight: Sight, given: dict[str, str], error: Exception, announces: bool) -> ResponseReturnValue:
    with runtime().database.reading() as session:
        api_id = find_operation(session, sight.operation_id).api_id
        told = wrong(session, api_id, given, error)
        page = _form(session, sight, given, **told, announces=announces)
    return page, _REFUSED


def _form(session: Session, sight: Sight, given: dict[str, str], **more: Any) -> str:
    now = runtime().clock()
    operation = find_operation(session, sight.operation_id)
    facts = {
        "sight": sight,
        "here": _here(),
        "operation": operation,
        "plan": _standing(session, sight),
        **choices(session, operation, given),
        "finding": finding_about(session, operation.id, given["finding"]) if given["finding"] else None,
        "callers": callers(session, operation.id, since=now - timedelta(days=DAYS), until=now),
        "days": DAYS,
        "given": given,
        "errors": {},
        **more,
    }
    return render_template("deprecation/new.html", **facts)


def _here() -> str:
    """Return this form's address, with nothing but what says what is to end."""
    asked: dict[str, Any] = {name: request.args[name] for name in _ASKED if name in request.args}
    return url_for("pages.new_deprecation", **asked)


_ASKED = ("operation", "finding", "api", "kind", "name", "place", "value", "of")


def _standing(session: Session, sight: Sight) -> Deprecation | None:
    """Return the plan that the very thing has already."""
    plans_of_it = board.plans_about(session, sight.operation_id)
    return next((one for one in plans_of_it if one.target.label == sight.label), None)


def _suggested(session: Session, sight: Sight) -> dict[str, str]:
    """Return what the form holds at first: from today, for as long as policy asks."""
    now = runtime().clock()
    operation = find_operation(session, sight.operation_id)
    fingerprint = request.args.get("finding", "")[:_LONGEST_FINGERPRINT]
    finding = finding_about(session, operation.id, fingerprint) if fingerprint else None
    said = day_in(request.args.get("sunset_on", ""))
    reason = finding.text.replace("`", "") if finding else request.args.get("reason", "")
    first = {
        "reason": reason,
        "replacement": request.args.get("replacement", ""),
        "documentation": "",
        "zone": "UTC",
        "finding": finding.fingerprint if finding else "",
        "sunset_by": SunsetBy.DATE.value,
        "sunset_version": "",
        "stability": "stable",
        "audience": "public",
        "closes_on": "",
        "deprecated_on": now.date().isoformat(),
        "sunset_on": now.date().isoformat(),
    }
    legal_on = earliest(session, operation.api_id, first)
    return first | {"sunset_on": max(said or legal_on, legal_on).isoformat()}


ROUTES = (
    Route("/deprecations/new", "new_deprecation", new_deprecation, GET_OR_POST),
    Route("/deprecations/<int:deprecation_id>/edit", "edit_deprecation", edit_deprecation, GET_OR_POST),
)
