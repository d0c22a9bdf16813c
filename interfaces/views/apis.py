"""APIs, their versions, operations and repositories."""

from interfaces.views.facts import Facts, instant
from registry.models import (
    Api,
    Delivery,
    Operation,
    SpecRepository,
    Version,
)


def api_facts(api: Api) -> Facts:
    """An API."""
    return {
        "slug": api.slug,
        "name": api.name,
        "description": api.description,
        "owner": api.owner,
        "created_at": instant(api.created_at),
    }


def version_facts(version: Version) -> Facts:
    """A version, with its document."""
    return {
        "label": version.label,
        "position": version.position,
        "digest": version.digest,
        "dialect": version.document.dialect,
        "title": version.document.title,
        "size": version.document.size,
        "origin": version.origin,
        "revision": version.revision,
        "published_by": version.published_by,
        "published_at": instant(version.published_at),
    }


def operation_facts(operation: Operation) -> Facts:
    """An operation."""
    return {
        "id": operation.id,
        "operation": operation.label,
        "method": operation.method,
        "path": operation.path,
        "operation_id": operation.operation_id,
        "summary": operation.summary,
        "deprecated_in_spec": operation.deprecated_in_spec,
    }


def repository_facts(repository: SpecRepository) -> Facts:
    """A spec repository, without its webhook's secret."""
    return {
        "id": repository.id,
        "host": repository.host,
        "location": repository.location,
        "branch": repository.branch,
        "path": repository.path,
        "webhook": f"/webhooks/{repository.host}/{repository.id}",
        "last_delivery_at": instant(repository.last_delivery_at),
    }


def delivery_facts(delivery: Delivery) -> Facts:
    """A push as the inbox has it."""
    return {
        "delivery": delivery.delivery,
        "revision": delivery.revision,
        "state": delivery.state,
        "outcome": delivery.outcome,
        "attempts": delivery.attempts,
        "received_at": instant(delivery.received_at),
    }
