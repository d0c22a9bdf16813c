"""From a contract's concrete paths to an API's operations, whether they begin with its base path or not."""

from collections.abc import Callable
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.routing import Router
from registry.models import DocumentOperation, Operation, Version

Match = Callable[[str, str], int | None]


def contract_matcher(session: Session, api_id: int) -> Match:
    """Return what finds the operation, of any version of an API, that answers a method and a path."""
    rows = session.execute(
        select(DocumentOperation.method, DocumentOperation.full_path, DocumentOperation.path, Operation.id)
        .join(Version, Version.digest == DocumentOperation.digest)
        .join(
            Operation,
            (Operation.api_id == Version.api_id)
            & (Operation.method == DocumentOperation.method)
            & (Operation.shape == DocumentOperation.shape),
        )
        .where(Version.api_id == api_id)
        .order_by(Version.position.desc(), DocumentOperation.id)
    ).all()
    served = ((method, full_path, operation) for method, full_path, _path, operation in rows)
    written = ((method, path, operation) for method, _full_path, path, operation in rows)
    router = Router(dict.fromkeys(chain(served, written)))

    def match(method: str, path: str) -> int | None:
        return router.match(method, path)

    return match
