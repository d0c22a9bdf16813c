"""What carries an API's version, where several are served at the same path."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from consumers.version_rules import rule_of
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.version_rules import change_rule, rule_facts, shown_rule


def show_version_rule(api: str) -> ResponseReturnValue:
    """Show which calls are an API's."""
    return jsonify(rule_facts(shown_rule(runtime(), api)))


def set_version_rule(api: str) -> ResponseReturnValue:
    """Say which calls are an API's."""
    asked = body()
    rule = rule_of(
        asked["by"],
        name=asked.get("name", ""),
        values=asked["values"],
        or_absent=asked.get("or_absent", False),
    )
    change_rule(runtime(), api, rule, actor())
    return jsonify(rule_facts(rule))


def remove_version_rule(api: str) -> ResponseReturnValue:
    """Let an API take every call at its paths again."""
    change_rule(runtime(), api, None, actor())
    return "", 204


ROUTES = (
    Route("GET", "/apis/<api>/version-rule", Scope.READ, show_version_rule),
    Route("PUT", "/apis/<api>/version-rule", Scope.MANAGE, set_version_rule),
    Route("DELETE", "/apis/<api>/version-rule", Scope.MANAGE, remove_version_rule),
)
