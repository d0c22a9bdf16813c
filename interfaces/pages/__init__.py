"""Web pages: parse a request, call one verb, render a template. What is true is the other rooms' word."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import RequestEntityTooLarge

from interfaces.gate import guard_page
from interfaces.pages import (
    account,
    answers,
    api,
    api_document,
    api_gate,
    api_identity,
    api_settings,
    api_version_rule,
    apis,
    audit,
    brownouts,
    comparisons,
    consumers,
    contact,
    decisions,
    deprecations,
    dry_run,
    freezes,
    home,
    mailbox,
    notice_rules,
    notices,
    operations,
    people,
    probes,
    public,
    publication,
    removal,
    sign_in,
    source,
    source_acts,
    sources,
    suppressions,
    team,
    tokens,
    unknown,
    wordings,
)
from interfaces.pages.assets import send_asset
from interfaces.pages.context import surroundings
from interfaces.pages.route import Route
from interfaces.pages.templating import equip
from interfaces.pages.too_large import answer_too_large

ROUTES: tuple[Route, ...] = (
    *home.ROUTES,
    *apis.ROUTES,
    *api.ROUTES,
    *api_settings.ROUTES,
    *api_gate.ROUTES,
    *api_identity.ROUTES,
    *api_version_rule.ROUTES,
    *team.ROUTES,
    *publication.ROUTES,
    *public.ROUTES,
    *source.ROUTES,
    *comparisons.ROUTES,
    *operations.ROUTES,
    *deprecations.ROUTES,
    *dry_run.ROUTES,
    *brownouts.ROUTES,
    *probes.ROUTES,
    *freezes.ROUTES,
    *consumers.ROUTES,
    *contact.ROUTES,
    *removal.ROUTES,
    *sources.ROUTES,
    *source_acts.ROUTES,
    *unknown.ROUTES,
    *notices.ROUTES,
    *notice_rules.ROUTES,
    *answers.ROUTES,
    *decisions.ROUTES,
    *wordings.ROUTES,
    *suppressions.ROUTES,
    *mailbox.ROUTES,
    *sign_in.ROUTES,
    *account.ROUTES,
    *people.ROUTES,
    *tokens.ROUTES,
    *audit.ROUTES,
    *api_document.ROUTES,
)
"""Every page and act, one module a noun."""


def make_pages() -> Blueprint:
    """Return the blueprint of every page; its endpoints are named "pages.…"."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    pages.record_once(_equip)
    pages.before_request(guard_page)
    pages.register_error_handler(RequestEntityTooLarge, answer_too_large)
    pages.add_url_rule("/assets/<path:name>", "asset", send_asset)
    for route in ROUTES:
        pages.add_url_rule(route.path, route.endpoint, route.view, methods=list(route.methods))
    return pages


def _equip(state: BlueprintSetupState) -> None:
    equip(state.app.jinja_env)
    state.app.context_processor(surroundings)
