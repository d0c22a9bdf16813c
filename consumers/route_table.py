"""The routers that ingestion matches against, made from what the registry knows.

The templates of all versions count, so that calls of an operation that a newer version dropped still match.
Without an API, all APIs' templates count; where two APIs have the same, the one registered first answers:
a source that reports on one API had better name it.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from consumers.routing import Router, is_version, shape
from consumers.version_rules import choices_of, rules
from registry.models import DocumentOperation, Operation, Version


def routes(session: Session, api_id: int | None = None) -> Router:
    """Return the router over an API's operations in all its versions, newest first, or over all APIs'."""
    statement = (
        select(DocumentOperation.method, DocumentOperation.full_path, Operation.id, Operation.api_id)
        .join(Version, Version.digest == DocumentOperation.digest)
        .join(
            Operation,
            (Operation.api_id == Version.api_id)
            & (Operation.method == DocumentOperation.method)
            & (Operation.shape == DocumentOperation.shape),
        )
        .order_by(Version.api_id, Version.position.desc(), DocumentOperation.id)
    )
    if api_id is not None:
        statement = statement.where(Version.api_id == api_id)
    rows = dict.fromkeys(session.execute(statement))
    own = rules(session, api_id)
    groups: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for method, path, operation, api in rows if own else ():
        groups[method, shape(path)].append((operation, api))
    templates = ((method, path, operation) for method, path, operation, _api in rows)
    return Router(templates, choices_of(groups.values(), own))


def base_paths(session: Session, api_id: int | None = None) -> list[str]:
    """Return what the servers' addresses put before templates, `/v1`, in any version; shortest first."""
    statement = select(DocumentOperation.full_path, DocumentOperation.path).join(
        Version, Version.digest == DocumentOperation.digest
    )
    if api_id is not None:
        statement = statement.where(Version.api_id == api_id)
    pairs = session.execute(statement.distinct())
    found = {full.removesuffix(path) for full, path in pairs if full.endswith(path)}
    found |= {_leading(full) for full, _path in session.execute(statement.distinct())}
    return sorted(found, key=lambda base: (len(base), base))


def _leading(path: str) -> str:
    """Return a first segment that is like a version, which a template may have without a server's help."""
    first = path.split("/", 2)[1]
    return f"/{first}" if is_version(first) else ""


class RouteTable:
    """Keeps routers as long as no version comes or goes; one for each process."""

    def __init__(self) -> None:
        self._routers: dict[int | None, tuple[Any, Router]] = {}

    def router(self, session: Session, api_id: int | None = None) -> Router:
        """Return the router for an API, or for all of them, as the database has it now."""
        stamp = (session.execute(_stamp(api_id)).one(), rules(session, api_id))
        kept = self._routers.get(api_id)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        router = routes(session, api_id)
        self._routers[api_id] = (stamp, router)
        return router


def _stamp(api_id: int | None) -> Select[Any, Any, Any]:
    statement = select(func.count(Version.id), func.max(Version.id), func.max(Version.published_at))
    return statement if api_id is None else statement.where(Version.api_id == api_id)
