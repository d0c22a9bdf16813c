"""Extensions: one consumer's later last day."""

from datetime import date

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from consumers import directory
from deprecations import board, extensions
from interfaces.answerable import answerable
from interfaces.api.answers import complete
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.deprecations import extension_facts


def list_extensions(deprecation_id: int) -> ResponseReturnValue:
    """List every extension that a plan ever had, newest first."""
    with runtime().database.reading() as session:
        found = extensions.extensions(session, board.find(session, deprecation_id).id)
        return complete(extension_facts(one) for one in found)


def grant_extension(deprecation_id: int) -> ResponseReturnValue:
    """Give one consumer a later last day."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now, plan = around.clock(), board.find(session, deprecation_id)
        made = extensions.grant(
            session,
            plan,
            directory.find(session, asked["consumer"]),
            until_on=date.fromisoformat(asked["until_on"]),
            reason=asked["reason"],
            approved_by=answerable(session, asked["approved_by"], actor()),
            by=actor(),
            now=now,
        )
        subject = f"{plan.api.slug} {plan.target.label} {asked['consumer']}"
        record(session, actor=actor(), action="extension granted", subject=subject, now=now)
    return jsonify(extension_facts(made)), 201


def revoke_extension(extension_id: int) -> ResponseReturnValue:
    """Take an extension back."""
    around = runtime()
    with around.database.transaction() as session:
        now, found = around.clock(), extensions.find_extension(session, extension_id)
        plan = board.find(session, found.deprecation_id)
        extensions.revoke(session, plan, found, reason=body()["reason"], by=actor(), now=now)
        subject = f"{plan.api.slug} {plan.target.label} {found.consumer.slug}"
        record(session, actor=actor(), action="extension revoked", subject=subject, now=now)
    return jsonify(extension_facts(found))


ROUTES = (
    Route("GET", "/deprecations/<int:deprecation_id>/extensions", Scope.READ, list_extensions),
    Route("POST", "/deprecations/<int:deprecation_id>/extensions", Scope.MANAGE, grant_extension),
    Route("POST", "/extensions/<int:extension_id>/revoke", Scope.MANAGE, revoke_extension),
)
