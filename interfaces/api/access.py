"""Who may come in, and who did what: tokens and the audit trail."""

from datetime import timedelta

from flask import jsonify
from flask.typing import ResponseReturnValue

from access import tokens
from access.audit import record, trail
from access.tokens import Scope
from interfaces.api.answers import listed, page_number
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.access import audit_facts, token_facts
from registry.errors import NotFound


def list_tokens() -> ResponseReturnValue:
    """List the tokens, newest first; their secrets are kept nowhere."""
    with runtime().database.reading() as session:
        return listed(tokens.tokens(session, page_number()), token_facts)


def make_token() -> ResponseReturnValue:
    """Make a token; its secret is answered this once."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now = around.clock()
        expires_at = now + timedelta(days=asked["days"]) if "days" in asked else None
        token, secret = tokens.issue(
            session, name=asked["name"], scopes=asked["scopes"], by=actor(), expires_at=expires_at, now=now
        )
        record(session, actor=actor(), action="token made", subject=token.name, detail=token.scopes, now=now)
    return jsonify({**token_facts(token), "secret": secret}), 201, {"Cache-Control": "no-store"}


def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token."""
    around = runtime()
    with around.database.transaction() as session:
        now = around.clock()
        if not tokens.revoke(session, token_id, now):
            raise NotFound(f"there is no live token {token_id}")
        record(session, actor=actor(), action="token revoked", subject=str(token_id), now=now)
    return "", 204


def list_audit() -> ResponseReturnValue:
    """List who did what, newest first."""
    with runtime().database.reading() as session:
        return listed(trail(session, page_number()), audit_facts)


ROUTES = (
    Route("GET", "/tokens", Scope.MANAGE, list_tokens),
    Route("POST", "/tokens", Scope.MANAGE, make_token),
    Route("DELETE", "/tokens/<int:token_id>", Scope.MANAGE, revoke_token),
    Route("GET", "/audit", Scope.MANAGE, list_audit),
)
