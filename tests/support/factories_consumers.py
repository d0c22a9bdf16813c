"""What the tests of consumers begin with: a published API, and lines that call it."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from registry.models import Api, DocumentOperation, Operation, StoredDocument, Version
from registry.publish import shape

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEPPER = b"a pepper for tests, as long as one is"


def publish_templates(
    session: Session, slug: str, label: str, templates: Iterable[tuple[str, str]], position: int = 1
) -> dict[str, int]:
    """Publish a version with these operations; return their ids by `GET /path`."""
    api = session.query(Api).filter_by(slug=slug).one_or_none()
    if api is None:
        api = Api(slug=slug, name=slug.title(), created_at=NOW)
        session.add(api)
        session.flush()
    digest = f"{slug}-{label}".ljust(64, "0")
    session.add(
        StoredDocument(
            digest=digest,
            name="openapi.yaml",
            dialect="openapi-3.0",
            title=slug,
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
        position=position,
        origin="test",
        published_by="test",
        published_at=NOW,
    )
    session.add(version)
    session.flush()
    return {f"{method} {path}": _operation(session, version, method, path) for method, path in templates}


def _operation(session: Session, version: Version, method: str, path: str) -> int:
    session.add(
        DocumentOperation(
            digest=version.digest,
            method=method,
            path=path,
            full_path=path,
            shape=shape(path),
            summary="",
            deprecated=False,
        )
    )
    found = (
        session.query(Operation)
        .filter_by(api_id=version.api_id, method=method, shape=shape(path))
        .one_or_none()
    )
    operation = found or Operation(
        api_id=version.api_id, method=method, shape=shape(path), path=path, first_version_id=version.id
    )
    operation.last_version_id = version.id
    session.add(operation)
    session.flush()
    return operation.id


def event(path: str = "/v1/orders/7", at: datetime = NOW, **members: object) -> bytes:
    """Return an event of our own NDJSON."""
    known = {"at": at.isoformat(), "method": "GET", "path": path, "status": 200}
    return json.dumps(known | members).encode() + b"\n"


def combined_line(
    path: str = "/v1/orders/7",
    user: str = "-",
    at: str = "22/Nov/2026:05:10:34 +0000",
    agent: str = "acme-sync/2.1",
) -> bytes:
    """Return a line of nginx's combined format."""
    return f'203.0.113.9 - {user} [{at}] "GET {path} HTTP/1.1" 200 53 "-" "{agent}"\n'.encode()
