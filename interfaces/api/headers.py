"""What gateways and services ask: the headers of one request, and the whole rule set with its ETag."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.tokens import Scope
from deprecations import rules
from deprecations.rules import RuleSet
from deprecations.signature import HEADER, signature
from interfaces.api.law import query
from interfaces.api.route import Route
from interfaces.gate import runtime
from registry.apis import find_api


def show_headers() -> ResponseReturnValue:
    """Answer the header fields that a reply to a method and path carries, none where nothing ends."""
    asked = query()
    with runtime().database.reading() as session:
        found = _rules(session)
    pairs = rules.headers_for(found, asked["method"], asked["path"])
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return jsonify(
        headers=[list(pair) for pair in pairs],
        fields={name: ", ".join(values) for name, values in fields.items()},
        rules=[rule.id for rule in rules.match(found, asked["method"], asked["path"])],
    )


def show_rules() -> ResponseReturnValue:
    """Answer the rule set, signed; 304 where the asker has it already."""
    with runtime().database.reading() as session:
        found = _rules(session)
    answer: Response = jsonify(rules.as_json(found))
    answer.headers["ETag"] = rules.etag(found)
    answer.headers[HEADER] = signature(answer.get_data(), runtime().rules_secret)
    answer.headers["Cache-Control"] = "private, max-age=30, stale-if-error=86400"
    return answer.make_conditional(request)


def show_rules_secret() -> ResponseReturnValue:
    """Show the secret that rule sets are signed with, and the key that exempt callers are known by."""
    around = runtime()
    told = jsonify(header=HEADER, secret=around.rules_secret, credential_key=around.pepper.hex())
    return told, 200, {"Cache-Control": "no-store"}


def _rules(session: Session) -> RuleSet:
    slug = query().get("api")
    api_id = find_api(session, slug).id if slug is not None else None
    return rules.ruleset(session, api_id=api_id, now=runtime().clock())


ROUTES = (
    Route("GET", "/headers", Scope.READ, show_headers),
    Route("GET", "/rules", Scope.READ, show_rules),
    Route("GET", "/rules/secret", Scope.MANAGE, show_rules_secret),
)
