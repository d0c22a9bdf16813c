"""Spec repositories: connecting them, what they sent, and the secret that signs their deliveries."""

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from access.tokens import Scope
from interfaces.api.answers import complete
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.publishing import poll
from interfaces.views.apis import delivery_facts, repository_facts
from interfaces.views.facts import Facts
from registry import inbox
from registry import repositories as spec_repositories
from registry.apis import find_api
from registry.models import SpecRepository
from registry.sources import HOSTS


def list_repositories(api: str) -> ResponseReturnValue:
    """List an API's spec repositories with their newest deliveries."""
    with runtime().database.reading() as session:
        found = spec_repositories.repositories(session, find_api(session, api).id)
        return complete(_with_deliveries(session, one) for one in found)


def connect_repository(api: str) -> ResponseReturnValue:
    """Connect a repository to an API; answer its webhook and the secret to sign with."""
    around = runtime()
    with around.database.transaction() as session:
        now, asked = around.clock(), body()
        repository = spec_repositories.connect(
            session,
            find_api(session, api),
            host=asked["host"],
            location=asked["location"],
            branch=asked.get("branch", "main"),
            path=asked["path"],
            around=around.around,
            now=now,
        )
        subject = f"{api} {repository.location}"
        record(session, actor=actor(), action="repository connected", subject=subject, now=now)
    return jsonify({**repository_facts(repository), "signing": _signing(repository)}), 201


def show_secret(repository_id: int) -> ResponseReturnValue:
    """Show how a repository's deliveries are signed."""
    with runtime().database.reading() as session:
        return jsonify(_signing(spec_repositories.find_repository(session, repository_id)))


def rotate_secret(repository_id: int) -> ResponseReturnValue:
    """Begin a new secret; the one before works until the next time."""
    around = runtime()
    with around.database.transaction() as session:
        repository = spec_repositories.find_repository(session, repository_id)
        spec_repositories.rotate_secret(session, repository)
        subject = f"{repository.api.slug} {repository.location}"
        record(session, actor=actor(), action="webhook secret rotated", subject=subject, now=around.clock())
    return jsonify(_signing(repository))


def poll_repository(repository_id: int) -> ResponseReturnValue:
    """Publish what the branch points at now, as if it had just been pushed."""
    return jsonify(delivery_facts(poll(runtime(), repository_id)))


def _with_deliveries(session: Session, repository: SpecRepository) -> Facts:
    newest = inbox.deliveries(session, repository.id)
    return {**repository_facts(repository), "deliveries": [delivery_facts(one) for one in newest]}


def _signing(repository: SpecRepository) -> Facts:
    around, host = runtime(), HOSTS[repository.host]
    return {
        "address": f"{around.settings.address}/webhooks/{repository.host}/{repository.id}",
        "secret": spec_repositories.webhook_secret(repository, around.secret_key),
        "header": host.signature,
        "prefix": host.prefix,
    }


ROUTES = (
    Route("GET", "/apis/<api>/repositories", Scope.READ, list_repositories),
    Route("POST", "/apis/<api>/repositories", Scope.MANAGE, connect_repository),
    Route("GET", "/repositories/<int:repository_id>/secret", Scope.MANAGE, show_secret),
    Route("POST", "/repositories/<int:repository_id>/rotate-secret", Scope.MANAGE, rotate_secret),
    Route("POST", "/repositories/<int:repository_id>/poll", Scope.PUBLISH, poll_repository),
)
