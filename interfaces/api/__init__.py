"""The JSON API: parse a request, call one verb, render. `openapi.yaml` is the law of what may be asked."""

from flask import Blueprint

from interfaces.api import (
    access,
    alarms,
    apis,
    brownouts,
    comparisons,
    consumers,
    contacts,
    contracts,
    deprecations,
    description,
    dry_run,
    edge,
    extensions,
    headers,
    identity,
    mailbox,
    notices,
    operations,
    owners,
    policies,
    probes,
    problems,
    removal_gate,
    repositories,
    suppressions,
    usage,
    users,
    verdicts,
    version_rules,
    versions,
    wordings,
)
from interfaces.api.document import PREFIX
from interfaces.api.law import obeyed
from interfaces.api.route import Route
from interfaces.gate import needs

ROUTES: tuple[Route, ...] = (
    *apis.ROUTES,
    *versions.ROUTES,
    *comparisons.ROUTES,
    *operations.ROUTES,
    *repositories.ROUTES,
    *consumers.ROUTES,
    *contacts.ROUTES,
    *contracts.ROUTES,
    *identity.ROUTES,
    *version_rules.ROUTES,
    *usage.ROUTES,
    *deprecations.ROUTES,
    *dry_run.ROUTES,
    *policies.ROUTES,
    *extensions.ROUTES,
    *brownouts.ROUTES,
    *probes.ROUTES,
    *headers.ROUTES,
    *edge.ROUTES,
    *alarms.ROUTES,
    *verdicts.ROUTES,
    *removal_gate.ROUTES,
    *notices.ROUTES,
    *owners.ROUTES,
    *mailbox.ROUTES,
    *wordings.ROUTES,
    *suppressions.ROUTES,
    *users.ROUTES,
    *access.ROUTES,
    *description.ROUTES,
)
"""Every way in, one module a noun."""


def _blueprint() -> Blueprint:
    """Register every route behind its guards: first who asks, then what is asked."""
    made = Blueprint("api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        made.add_url_rule(
            route.path,
            route.view.__name__,
            needs(route.scope)(obeyed(route.view)),
            methods=[route.method],
            provide_automatic_options=False,
        )
    problems.register(made)
    return made


api = _blueprint()
