"""Alarms: what of the endings needs somebody."""

from flask.typing import ResponseReturnValue

from access.tokens import Scope
from deprecations.alarms import alarms
from interfaces.api.answers import complete
from interfaces.api.law import query
from interfaces.api.route import Route
from interfaces.gate import runtime
from interfaces.views.facts import plain
from registry.apis import find_api


def list_alarms() -> ResponseReturnValue:
    """List every alarm of all APIs, or of one, the worst first."""
    asked = query()
    with runtime().database.reading() as session:
        api_id = find_api(session, asked["api"]).id if "api" in asked else None
        return complete(plain(one) for one in alarms(session, runtime().clock(), api_id=api_id))


ROUTES = (Route("GET", "/alarms", Scope.READ, list_alarms),)
