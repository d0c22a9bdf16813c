"""What APIs promise about endings: policies by stability and audience, presets, exceptions, what-if."""

from datetime import date

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from deprecations import board, plans
from deprecations.policies import Scope as PolicyScope
from deprecations.policies import drop_policy, policies_of, set_policy, terms_of
from deprecations.presets import PRESETS
from deprecations.steps import days_of
from deprecations.what_if import what_if
from interfaces.answerable import exemption
from interfaces.api.answers import complete
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.changed_days import changed
from interfaces.gate import actor, runtime
from interfaces.views.deprecations import exception_facts, policy_facts, preset_facts
from interfaces.views.facts import plain
from registry.apis import find_api


def show_policy(api: str) -> ResponseReturnValue:
    """Show what an API promises."""
    scope = PolicyScope(query().get("stability", ""), query().get("audience", ""))
    with runtime().database.reading() as session:
        return jsonify(plain(terms_of(session, find_api(session, api).id, scope)))


def list_policies(api: str) -> ResponseReturnValue:
    """List every policy that an API has set, that for everything first."""
    with runtime().database.reading() as session:
        return complete(policy_facts(one) for one in policies_of(session, find_api(session, api).id))


def change_policy(api: str) -> ResponseReturnValue:
    """Change what an API promises from now on."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        terms = set_policy(session, find_api(session, api).id, **asked)
        whom = " ".join(filter(None, (asked.get("stability", ""), asked.get("audience", "")))) or "everything"
        detail = f"{whom}: {terms.minimum_notice_days} days of notice, replacement " + (
            "required" if terms.replacement_required else "optional"
        )
        record(
            session, actor=actor(), action="policy changed", subject=api, detail=detail, now=around.clock()
        )
    return jsonify(plain(terms))


def remove_policy(api: str) -> ResponseReturnValue:
    """Take an exacter policy away."""
    around = runtime()
    scope = PolicyScope(query().get("stability", ""), query().get("audience", ""))
    with around.database.transaction() as session:
        drop_policy(session, find_api(session, api).id, scope)
        record(session, actor=actor(), action="policy removed", subject=api, now=around.clock())
    return "", 204


def list_presets() -> ResponseReturnValue:
    """List policies that well-known providers publish."""
    return complete(preset_facts(one) for one in PRESETS.values())


def except_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Let a plan off one rule of its policy."""
    around = runtime()
    with around.database.transaction() as session:
        now, plan = around.clock(), board.find(session, deprecation_id)
        asked = exemption(session, **body(), by=actor())
        made = plans.make_exception(session, plan, asked, by=actor(), now=now)
        subject = f"{plan.api.slug} {plan.target.label}"
        record(session, actor=actor(), action="exception made", subject=subject, detail=made.rule, now=now)
    return jsonify(exception_facts(made)), 201


def foresee_deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Answer what other days would bring; nothing is changed."""
    around = runtime()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        days = changed(days_of(plan), _day("deprecated_on"), _day("sunset_on"), _day("closes_on"))
        return jsonify(plain(what_if(session, plan, days, around.clock())))


def _day(name: str) -> date | None:
    return date.fromisoformat(query()[name]) if name in query() else None


ROUTES = (
    Route("GET", "/apis/<api>/policy", Scope.READ, show_policy),
    Route("PUT", "/apis/<api>/policy", Scope.MANAGE, change_policy),
    Route("DELETE", "/apis/<api>/policy", Scope.MANAGE, remove_policy),
    Route("GET", "/apis/<api>/policies", Scope.READ, list_policies),
    Route("GET", "/policy-presets", Scope.READ, list_presets),
    Route("POST", "/deprecations/<int:deprecation_id>/exceptions", Scope.MANAGE, except_deprecation),
    Route("GET", "/deprecations/<int:deprecation_id>/what-if", Scope.READ, foresee_deprecation),
)
