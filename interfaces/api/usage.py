"""Usage: taking batches in, and telling how far each source can be trusted."""

from typing import cast

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.audit import record
from access.tokens import Scope
from consumers.ingest import ingest
from consumers.route_table import RouteTable
from consumers.sources import find_source, sources
from interfaces import source_changes
from interfaces.api.answers import complete
from interfaces.api.batch import checked, lines
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.body import whole_body
from interfaces.gate import actor, runtime
from interfaces.views import batch_facts, source_facts
from registry.models import Api


def send_usage() -> ResponseReturnValue:
    """Count a batch, unless it was counted before; the first of a source begins the source."""
    around, asked = runtime(), query()
    batch, encoding = whole_body(), _encoding()
    digest = checked(batch, encoding, around.settings.max_unpacked_mb)
    with around.database.transaction() as session:
        now, is_new = around.clock(), find_source(session, asked["source"]) is None
        report = ingest(
            session,
            source=asked["source"],
            key=request.headers.get("Idempotency-Key") or f"sha256 {digest}",
            log_format=asked.get("format"),
            data=lines(batch, encoding),
            pepper=around.pepper,
            api_slug=asked.get("api"),
            table=_table(),
            now=now,
        )
        if is_new:
            record(session, actor=actor(), action="source begun", subject=report.source, now=now)
    return jsonify(batch_facts(report))


def list_sources() -> ResponseReturnValue:
    """List the sources of usage."""
    around = runtime()
    with around.database.reading() as session:
        slugs = _slugs(session)
        found = sources(session, now=around.clock())
    return complete(source_facts(one, slugs) for one in found)


def change_source(slug: str) -> ResponseReturnValue:
    """Change what a source reports on, how long it may be silent, and whether it is waited for."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now = around.clock()
        changed = source_changes.apply(session, source_changes.source_of(session, slug), asked, now)
        detail = source_changes.said(asked)
        record(session, actor=actor(), action="source changed", subject=slug, detail=detail, now=now)
        facts = source_facts(changed, _slugs(session))
    return jsonify(facts)


def _slugs(session: Session) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(select(Api.id, Api.slug))}


def _encoding() -> str:
    """Return how the body is packed, whether the request says so as an encoding or as a type."""
    told = request.headers.get("Content-Encoding", "").strip().lower()
    return "gzip" if not told and request.mimetype == "application/gzip" else told


def _table() -> RouteTable:
    """Return the routers that this process keeps between batches."""
    return cast(RouteTable, current_app.extensions.setdefault("sundial_routes", RouteTable()))


ROUTES = (
    Route("POST", "/usage", Scope.USAGE, send_usage),
    Route("GET", "/sources", Scope.READ, list_sources),
    Route("PATCH", "/sources/<slug>", Scope.MANAGE, change_source),
)
