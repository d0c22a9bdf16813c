"""Makes rows of the registry, with defaults for whatever a test doesn't care about."""

import hashlib
import itertools
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from registry import apis
from registry.bundle import Bundle
from registry.models import Api
from registry.publish import Publication, Published, publish
from registry.workbench import Examined, ExaminedOperation

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_numbers = itertools.count(1)


def make_api(session: Session, *, slug: str = "orders", name: str = "Orders") -> Api:
    """Register an API."""
    return apis.register(session, slug=slug, name=name, now=NOW)


def an_operation(name: str, *, deprecated: bool = False, base: tuple[str, ...] = ("",)) -> ExaminedOperation:
    """Return the operation that people write as `GET /orders/{id}`, served below each base path."""
    method, path = name.split()
    return ExaminedOperation(
        method=method,
        path=path,
        full_paths=tuple(one + path for one in base),
        operation_id=None,
        summary=f"What {name} does",
        deprecated=deprecated,
        sunset=None,
    )


def a_publication(
    *operations: str, label: str | None = None, version: str = "1.0.0", text: str | None = None
) -> Publication:
    """Return a document with these operations, different from every other unless `text` is given."""
    data = (text or f"document {next(_numbers)}").encode()
    examined = Examined(
        digest=hashlib.sha256(data).hexdigest(),
        dialect="openapi-3.0",
        title="Orders",
        version=version,
        operations=tuple(an_operation(name) for name in operations),
        missing=(),
    )
    return Publication(Bundle("orders.yaml", data, {}), examined, "upload", "a test", label=label)


def make_version(session: Session, api: Api, *operations: str, label: str | None = None) -> Published:
    """Publish a document with these operations."""
    return publish(session, api, a_publication(*operations, label=label), NOW)
