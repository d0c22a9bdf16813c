"""Rows to plan endings with: an API with operations, consumers with contacts, traffic, sources."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.day_marks import mark_hours
from consumers.models import Consumer, Contact, Credential, Usage, UsageSource
from deprecations.approvals import approve
from deprecations.lifecycle import Step
from deprecations.models import Approval, Deprecation
from deprecations.plans import plan_and_announce
from registry.models import Api, DocumentOperation, Operation, StoredDocument, Version
from registry.publish import shape

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def make_api(session: Session, slug: str = "orders", **changes: Any) -> Api:
    values = {
        "name": f"{slug.title()} API",
        "owner": "Orders team <orders-team@example.com>",
        "created_at": NOW,
    }
    api = Api(slug=slug, **(values | changes))
    session.add(api)
    session.flush()
    return api


def make_version(session: Session, api: Api, label: str = "1.0.0") -> Version:
    digest = f"{api.slug}-{label}".ljust(64, "0")
    session.add(
        StoredDocument(
            digest=digest,
            name="openapi.yaml",
            dialect="openapi-3.1",
            title=api.name,
            spec_version=label,
            size=1,
            bundle=b"",
            created_at=NOW,
        )
    )
    session.flush()
    version = Version(
        api_id=api.id,
        digest=digest,
        label=label,
        position=1,
        origin="upload",
        published_by="dana",
        published_at=NOW,
    )
    session.add(version)
    session.flush()
    return version


def make_operation(session: Session, api: Api, name: str = "GET /v1/orders/{id}") -> Operation:
    method, path = name.split()
    version = session.scalar(select(Version).where(Version.api_id == api.id)) or make_version(session, api)
    operation = Operation(
        api_id=api.id,
        method=method,
        path=path,
        shape=shape(path),
        first_version_id=version.id,
        last_version_id=version.id,
    )
    session.add(operation)
    session.flush()
    return operation


def spell(session: Session, version: Version, operation: Operation, base: str = "") -> None:
    """Let a version's document spell an operation, below a base path, so that paths lead to it."""
    session.add(
        DocumentOperation(
            digest=version.digest,
            method=operation.method,
            path=operation.path,
            full_path=base + operation.path,
            shape=shape(operation.path),
            summary="",
            deprecated=False,
        )
    )
    session.flush()


def make_consumer(session: Session, slug: str = "acme-sync", **changes: Any) -> Consumer:
    consumer = Consumer(slug=slug, **({"name": slug.replace("-", " ").title(), "created_at": NOW} | changes))
    session.add(consumer)
    session.flush()
    session.add(
        Credential(
            consumer_id=consumer.id,
            kind="api-key",
            digest=slug.ljust(64, "."),
            hint="…7f2a",
            created_at=NOW,
        )
    )
    session.flush()
    return consumer


def make_contact(
    session: Session, consumer: Consumer, email: str = "dana@example.com", **changes: Any
) -> Contact:
    values = {"name": "Dana", "role": "technical", "zone": "UTC", "created_at": NOW}
    contact = Contact(consumer_id=consumer.id, email=email, **(values | changes))
    session.add(contact)
    session.flush()
    return contact


def make_usage(
    session: Session, consumer: Consumer, operation: Operation, at: datetime, calls: int = 10
) -> Usage:
    credential = session.scalars(select(Credential).where(Credential.consumer_id == consumer.id)).one()
    usage = Usage(
        operation_id=operation.id,
        hour=at.replace(minute=0, second=0, microsecond=0),
        credential_id=credential.id,
        consumer_id=consumer.id,
        calls=calls,
        client_errors=0,
        server_errors=0,
        first_at=at,
        last_at=at,
        user_agent="acme-sync/2.1",
    )
    session.add(usage)
    session.flush()
    mark_hours(session, [round(usage.hour.timestamp()) // 3600])
    return usage


def make_source(
    session: Session,
    slug: str = "edge",
    *,
    api: Api | None = None,
    since: datetime = NOW - timedelta(days=200),
    until: datetime = NOW - timedelta(hours=1),
) -> UsageSource:
    source = UsageSource(
        slug=slug,
        log_format="combined",
        api_id=api.id if api else None,
        first_event_at=since,
        last_event_at=until,
        last_batch_at=until,
        created_at=since,
    )
    session.add(source)
    session.flush()
    return source


def make_plan(
    session: Session,
    operation: Operation,
    *,
    deprecated_on: date = date(2026, 12, 1),
    sunset_on: date = date(2027, 6, 30),
    now: datetime = NOW,
    **changes: Any,
) -> Deprecation:
    values = {
        "reason": "The field total becomes amount.value.",
        "replacement": "GET /v2/orders/{id}",
        "documentation": "https://docs.example.com/orders/v2",
        "zone": "UTC",
        "by": "dana@example.com",
    }
    return plan_and_announce(
        session,
        operation_id=operation.id,
        deprecated_on=deprecated_on,
        sunset_on=sunset_on,
        now=now,
        **(values | changes),
    )


def make_approval(
    session: Session,
    plan: Deprecation,
    sunset_on: date,
    *,
    first: date | None = None,
    by: str = "kim",
    now: datetime = NOW,
) -> Approval:
    """Agree that a plan may move to an earlier last day."""
    return approve(
        session,
        plan,
        Step.MOVE,
        deprecated_on=first or plan.deprecated_on,
        sunset_on=sunset_on,
        reason="The contract ends then.",
        by=by,
        now=now,
    )
