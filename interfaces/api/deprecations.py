"""Deprecations: planning the end of an operation, and every step that follows."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import cast

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from access.tokens import Scope
from deprecations import acts, approvals, board, extensions, moving, plans
from deprecations.aims import Aim, Suggestion, aim_of_finding, suggestions
from deprecations.edge_terms import edge_terms
from deprecations.errors import PlanRefused
from deprecations.headers import headers
from deprecations.history import history
from deprecations.known_callers import known_callers
from deprecations.lifecycle import Step, open_steps
from deprecations.models import Deprecation, SunsetBy, TargetKind
from deprecations.notices import notices
from deprecations.policies import excepted
from deprecations.reach import operations_of
from deprecations.replacement import note
from deprecations.steps import span_of
from deprecations.successors import successor_of
from deprecations.suggested import completed, find_suggestion
from interfaces.aiming import reaches, thing_named
from interfaces.answerable import exemption
from interfaces.api.answers import complete, days, listed, made, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.apis import operation_facts
from interfaces.views.deprecations import (
    approval_facts,
    deprecation_facts,
    event_facts,
    exception_facts,
    extension_facts,
    successor_facts,
    suggestion_facts,
)
from interfaces.views.facts import Facts
from interfaces.views.notices import notice_facts
from interfaces.views.usage import known_caller_facts
from registry import apis
from registry.models import StoredFinding


def list_deprecations() -> ResponseReturnValue:
    """List plans, the next to end first; without a state, those that aren't over."""
    asked = query()
    with runtime().database.reading() as session:
        api_id = apis.find_api(session, asked["api"]).id if "api" in asked else None
        found = board.deprecations(session, state=asked.get("state", ""), api_id=api_id, page=page_number())
        return listed(found, deprecation_facts)


def plan_deprecation() -> ResponseReturnValue:
    """Plan the end of a thing, by its name or from a finding; as a draft, or announced at once."""
    around, asked = runtime(), body()
    with around.database.reading() as session:
        finding = apis.find_finding(session, asked["finding"]) if "finding" in asked else None
        marked = _marked(session, asked)
        aim = marked.aim if marked else _aim(session, finding)
    reason, replacement, sunset_on = _words(asked, finding, marked)
    reached = aim.reaches or reaches(around, aim.thing)
    with around.database.transaction() as session:
        now = around.clock()
        verb = plans.plan_and_announce if asked.get("announce", False) else plans.plan
        plan = verb(
            session,
            thing=aim.thing,
            reaches=reached,
            reason=reason,
            replacement=replacement,
            documentation=asked.get("documentation", ""),
            deprecated_on=date.fromisoformat(asked["deprecated_on"]),
            sunset_on=sunset_on,
            closes_on=_day(asked, "closes_on"),
            sunset_by=SunsetBy(asked.get("sunset_by", SunsetBy.DATE)),
            sunset_version=asked.get("sunset_version", ""),
            stability=asked.get("stability", "stable"),
            audience=asked.get("audience", "public"),
            exceptions=tuple(exemption(session, **one, by=actor()) for one in asked.get("exceptions", ())),
            zone=asked.get("zone", "UTC"),
            finding=finding.fingerprint if finding else None,
            by=actor(),
            now=now,
        )
        _audit(session, plan, "deprecation announced" if plan.announced_at else "deprecation planned")
        facts = _detailed(session, plan)
    return made(facts, "show_deprecation", deprecation_id=plan.id)


def _marked(session: Session, asked: Facts) -> Suggestion | None:
    if "suggestion" not in asked:
        return None
    return find_suggestion(session, apis.find_api(session, asked["api"]).id, asked["suggestion"])


def _words(asked: Facts, finding: StoredFinding | None, marked: Suggestion | None) -> tuple[str, str, date]:
    """Return reason, replacement and last day: as asked, or as what the plan comes from says."""
    if marked is not None:
        return completed(
            marked,
            reason=asked.get("reason"),
            replacement=asked.get("replacement"),
            sunset_on=_day(asked, "sunset_on"),
        )
    reason = asked.get("reason") or (finding.text if finding else "")
    return reason, asked.get("replacement", ""), date.fromisoformat(asked["sunset_on"])


def list_suggestions(api: str) -> ResponseReturnValue:
    """List what the newest document marks as deprecated and nothing is planned for."""
    with runtime().database.reading() as session:
        found = suggestions(session, apis.find_api(session, api).id)
    return complete(suggestion_facts(one) for one in found)


def show_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Show a plan with its history, whom it affects and what they were told."""
    with runtime().database.reading() as session:
        return jsonify(_detailed(session, board.find(session, deprecation_id)))


def edit_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Change what a draft says; what is left out stays."""
    around, asked = runtime(), body()
    return _step(
        deprecation_id,
        "deprecation edited",
        lambda session, plan: plans.edit(session, plan, by=actor(), now=around.clock(), **_changes(asked)),
    )


def announce_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Announce a draft: its dates are a promise from now on."""
    around = runtime()
    return _step(
        deprecation_id,
        "deprecation announced",
        lambda session, plan: plans.announce(session, plan, by=actor(), now=around.clock()),
    )


def move_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Move a plan's dates."""
    around, asked = runtime(), body()
    return _step(
        deprecation_id,
        "deprecation moved",
        lambda session, plan: moving.move(
            session,
            plan,
            deprecated_on=_day(asked, "deprecated_on") or plan.deprecated_on,
            sunset_on=date.fromisoformat(asked["sunset_on"]),
            closes_on=_day(asked, "closes_on"),
            sunset_by=SunsetBy(asked["sunset_by"]) if "sunset_by" in asked else None,
            sunset_version=asked.get("sunset_version", ""),
            by=actor(),
            reason=asked["reason"],
            now=around.clock(),
        ),
    )


def approve_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Agree to a step that somebody else is to take."""
    around, asked = runtime(), body()
    return _step(
        deprecation_id,
        "deprecation approved",
        lambda session, plan: approvals.approve(
            session,
            plan,
            Step(asked["step"]),
            deprecated_on=_day(asked, "deprecated_on") or plan.deprecated_on,
            sunset_on=_day(asked, "sunset_on") or plan.sunset_on,
            reason=asked["reason"],
            by=actor(),
            now=around.clock(),
        ),
    )


def resume_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Go on with a paused plan."""
    around, asked = runtime(), body()
    return _step(
        deprecation_id,
        "deprecation resumed",
        lambda session, plan: moving.resume(
            session,
            plan,
            sunset_on=_day(asked, "sunset_on"),
            by=actor(),
            reason=asked["reason"],
            now=around.clock(),
        ),
    )


def close_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Close what ends to new consumers."""
    return _because(deprecation_id, "deprecation closed", acts.close)


def reopen_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Let new consumers in again."""
    return _because(deprecation_id, "deprecation reopened", acts.reopen)


def pause_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Halt a plan."""
    return _because(deprecation_id, "deprecation paused", acts.pause)


def cancel_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Take a plan back."""
    return _because(deprecation_id, "deprecation cancelled", acts.cancel)


def revive_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Take a cancelled plan up again, as a draft."""
    return _because(deprecation_id, "deprecation taken up again", acts.revive)


def remove_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Note that the operation is gone."""
    despite = body().get("despite_verdict", False)
    return _because(deprecation_id, "operation removed", partial(acts.remove, despite_verdict=despite))


def _because(deprecation_id: int, action: str, verb: Callable[..., Deprecation]) -> ResponseReturnValue:
    around, reason = runtime(), body()["reason"]
    return _step(
        deprecation_id,
        action,
        lambda session, plan: verb(session, plan, by=actor(), reason=reason, now=around.clock()),
    )


def _day(asked: Facts, name: str) -> date | None:
    return date.fromisoformat(asked[name]) if asked.get(name) else None


def _changes(asked: Facts) -> plans.Changes:
    """Read what of a draft changes; the document's schema says what may be there."""
    days = {name: _day(asked, name) for name in ("deprecated_on", "sunset_on", "closes_on") if name in asked}
    kind = {"sunset_by": SunsetBy(asked["sunset_by"])} if "sunset_by" in asked else {}
    return cast(plans.Changes, {**asked, **days, **kind})


def _step(
    deprecation_id: int, action: str, take: Callable[[Session, Deprecation], object]
) -> ResponseReturnValue:
    """Take one step in a transaction of its own, and answer what became of the plan."""
    with runtime().database.transaction() as session:
        plan = board.find(session, deprecation_id)
        take(session, plan)
        _audit(session, plan, action)
        facts = _detailed(session, plan)
    return jsonify(facts)


def _aim(session: Session, finding: StoredFinding | None) -> Aim:
    """Return the thing that the request names, or the one that its finding takes away."""
    asked = body()
    slug = asked.get("api") or (finding.comparison.api.slug if finding else "")
    target = asked.get("target")
    if target is not None or finding is None:
        named = {"kind": TargetKind.OPERATION, "name": "", "place": "", "value": "", **(target or {})}
        thing = thing_named(session, slug, asked.get("operation", ""), **named)
        return Aim(thing, "", ())
    reached = tuple(apis.operations_of_finding(session, finding.id))
    if "operation" in asked:
        reached = (apis.operation_named(session, apis.find_api(session, slug), asked["operation"]),)
    if not reached:
        raise PlanRefused(f"finding {finding.id} reaches no operation: name one as “operation”")
    aim = aim_of_finding(session, finding, reached)
    if aim.thing.kind == TargetKind.OPERATION and len(reached) != 1:
        names = ", ".join(one.label for one in reached)
        raise PlanRefused(f"finding {finding.id} reaches {names}: name one as “operation”")
    return aim


def _audit(session: Session, plan: Deprecation, action: str) -> None:
    detail = f"from {plan.deprecated_on} to {plan.sunset_on} ({plan.zone})"
    record(
        session,
        actor=actor(),
        action=action,
        subject=f"{plan.api.slug} {plan.target.label}",
        detail=detail,
        now=runtime().clock(),
    )


def _detailed(session: Session, plan: Deprecation) -> Facts:
    now = runtime().clock()
    since = now - timedelta(days=days())
    rows = known_callers(session, plan.operation_id, plan, since=since, window_days=days())
    told = notices(session, deprecation_id=plan.id)
    return {
        **deprecation_facts(plan),
        "reaches": [operation_facts(one) for one in operations_of(session, [plan.id])[plan.id]],
        "note": note(session, plan.replacement, plan.api_id),
        "successor": successor_facts(successor_of(session, plan)),
        "steps": sorted(open_steps(plan.state, span_of(plan), now)),
        "headers": [list(pair) for pair in headers(plan, edge_terms(session, plan.api_id))],
        "history": [event_facts(one) for one in history(session, plan)],
        "exceptions": [exception_facts(one) for one in excepted(session, plan.id).values()],
        "approvals": [approval_facts(one) for one in approvals.approvals(session, plan.id)],
        "extensions": [extension_facts(one) for one in extensions.extensions(session, plan.id)],
        "consumers": [known_caller_facts(one) for one in rows],
        "notices": [notice_facts(one) for one in told.items],
        "notices_total": told.total,
    }


ROUTES = (
    Route("GET", "/deprecations", Scope.READ, list_deprecations),
    Route("POST", "/deprecations", Scope.MANAGE, plan_deprecation),
    Route("GET", "/apis/<api>/suggestions", Scope.READ, list_suggestions),
    Route("GET", "/deprecations/<int:deprecation_id>", Scope.READ, show_deprecation),
    Route("PATCH", "/deprecations/<int:deprecation_id>", Scope.MANAGE, edit_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/approve", Scope.MANAGE, approve_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/announce", Scope.MANAGE, announce_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/move", Scope.MANAGE, move_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/close", Scope.MANAGE, close_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/reopen", Scope.MANAGE, reopen_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/pause", Scope.MANAGE, pause_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/resume", Scope.MANAGE, resume_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/cancel", Scope.MANAGE, cancel_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/revive", Scope.MANAGE, revive_deprecation),
    Route("POST", "/deprecations/<int:deprecation_id>/remove", Scope.MANAGE, remove_deprecation),
)
