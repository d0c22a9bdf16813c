"""One API: its versions, its operations, its settings, each a view of the same page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from consumers.usage import daily_many, operation_totals
from consumers.version_rules import rules
from deprecations import gate
from deprecations.aims import Suggestion, suggestions
from deprecations.board import live_plans
from deprecations.edge_terms import edge_terms
from deprecations.models import TargetKind
from deprecations.policies import policies_of, terms_of
from deprecations.presets import PRESETS
from interfaces.gate import is_administrator, runtime
from interfaces.overview import endings_by_api, newest_versions, steps_to
from interfaces.pages.identity_form import CONFIDENCES, RANKS, rows
from interfaces.pages.listing import page_number
from interfaces.pages.route import Route
from interfaces.pages.team_view import team_facts
from registry import apis, inbox, repositories
from registry.models import Api
from registry.repositories import webhook_secret
from registry.sources import HOSTS

DAYS = 30
SPARK_DAYS = 14
_ON_THE_RAIL = 5
Facts = dict[str, Any]


def api(slug: str) -> ResponseReturnValue:
    """Show an API; `?view=` chooses what of it."""
    view = request.args.get("view", "")
    with runtime().database.reading() as session:
        found = apis.find_api(session, slug)
        return page(session, found, view if view in VIEWS else "versions")


def page(session: Session, found: Api, view: str, **more: Any) -> str:
    """Render one view of an API; `more` is what a form that was refused hands back."""
    facts = {
        "api": found,
        "view": view,
        "versions": apis.versions(session, found.id).total,
        "operations": apis.operations(session, found.id).total,
        "endings": endings_by_api(session, [found.id]).get(found.id, 0),
        **VIEWS[view](session, found),
        **more,
    }
    return render_template(f"api/{view}.html", **facts)


def _versions(session: Session, found: Api) -> Facts:
    listed = apis.versions(session, found.id, page_number())
    steps = steps_to(session, [version.id for version in listed.items])
    rail = list(reversed(listed.items[:_ON_THE_RAIL])) if listed.number == 1 else []
    found_in_spec = suggestions(session, found.id)
    return {
        "listed": listed,
        "steps": steps,
        "rail": rail,
        "suggestions": [(one, _planning(found, one)) for one in found_in_spec[:_MOST_SUGGESTIONS]],
        "suggested": len(found_in_spec),
    }


def _planning(found: Api, suggestion: Suggestion) -> str:
    """Return the address of the form that plans what the document marks, filled in with its words."""
    thing = suggestion.aim.thing
    words: Facts = {
        "reason": suggestion.reason,
        "replacement": suggestion.replacement,
        "sunset_on": suggestion.sunset_on.isoformat() if suggestion.sunset_on else None,
    }
    if thing.kind == TargetKind.OPERATION:
        return url_for("pages.new_deprecation", operation=thing.operation_id, **words)
    part: Facts = {"name": thing.name, "place": thing.place or None, "of": suggestion.operation or None}
    return url_for("pages.new_deprecation", api=found.slug, kind=thing.kind, **part, **words)


_MOST_SUGGESTIONS = 20


def _operations(session: Session, found: Api) -> Facts:
    now = runtime().clock()
    since = now - timedelta(days=DAYS)
    listed = apis.operations(session, found.id, page_number())
    ids = [operation.id for operation in listed.items]
    newest = newest_versions(session, [found.id]).get(found.id)
    return {
        "listed": listed,
        "newest": newest,
        "totals": operation_totals(session, ids, since=since, until=now),
        "days": daily_many(session, ids, since=now - timedelta(days=SPARK_DAYS), until=now),
        "plans": live_plans(session, ids),
    }


def _settings(session: Session, found: Api) -> Facts:
    around, may_see = runtime(), is_administrator()
    connected = repositories.repositories(session, found.id)
    secrets = {one.id: webhook_secret(one, around.secret_key) for one in connected} if may_see else {}
    return {
        "terms": terms_of(session, found.id),
        "exact": [one for one in policies_of(session, found.id) if one.stability or one.audience],
        "presets": PRESETS,
        "start": PRESETS.get(request.args.get("preset", "")),
        "connected": connected,
        "deliveries": {one.id: inbox.deliveries(session, one.id, 3) for one in connected},
        "secrets": secrets,
        "edge": edge_terms(session, found.id),
        "ending_settings": gate.settings_of(session, found.id),
        "rules_secret": around.rules_secret if may_see else "",
        "credential_key": around.pepper.hex() if may_see else "",
        "hosts": HOSTS,
        "identity": rows(session, found.id),
        "version_rule": rules(session, found.id).get(found.id),
        "ranks": RANKS,
        "confidences": CONFIDENCES,
        "given": {},
        "errors": {},
    }


def _gate(session: Session, found: Api) -> Facts:
    return {
        "listed": gate.runs(session, found.id, page_number()),
        "rate": gate.alarm_rate(session, found.id),
        "ending_settings": gate.settings_of(session, found.id),
        "passes": gate.passes,
        "errors": {},
    }


VIEWS: dict[str, Callable[[Session, Api], Facts]] = {
    "versions": _versions,
    "operations": _operations,
    "gate": _gate,
    "team": team_facts,
    "settings": _settings,
}

ROUTES = (Route("/apis/<slug>", "api", api),)
