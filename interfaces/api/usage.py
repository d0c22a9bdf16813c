"""Usage: taking batches in, and telling how far each source can be trusted."""

from datetime import timedelta

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from consumers.ingest import ingest
from consumers.readers.decoded import pieces
from consumers.readers.mapped import mapping_in
from consumers.source_hours import calls_told, tellings
from consumers.sources import find_source, sources
from consumers.unknown_traffic import unknown_traffic
from interfaces import source_changes
from interfaces.api.answers import days, listed, page_number
from interfaces.api.batch import unpacked
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.body import whole_body
from interfaces.gate import actor, runtime
from interfaces.route_tables import route_table
from interfaces.views.usage import batch_facts, source_facts, telling_facts, unknown_facts
from registry.apis import find_api
from registry.apis import slugs as slugs_of
from storage.paging import page_within


def send_usage() -> ResponseReturnValue:
    """Count a batch, unless it was counted before; the first of a source begins the source."""
    around, asked = runtime(), query()
    text, digest = unpacked(whole_body(), _encoding(), around.settings.max_unpacked_mb)
    with around.database.transaction() as session:
        now, is_new = around.clock(), find_source(session, asked["source"]) is None
        report = ingest(
            session,
            source=asked["source"],
            key=request.headers.get("Idempotency-Key") or f"sha256 {digest}",
            log_format=asked.get("format"),
            data=pieces(text),
            pepper=around.pepper,
            api_slug=asked.get("api"),
            mapping=mapping_in(asked["map"]) if "map" in asked else None,
            table=route_table(),
            now=now,
        )
        if is_new:
            record(session, actor=actor(), action="source begun", subject=report.source, now=now)
    return jsonify(batch_facts(report))


def list_sources() -> ResponseReturnValue:
    """List the sources of usage."""
    around = runtime()
    with around.database.reading() as session:
        slugs = slugs_of(session)
        found = sources(session, now=around.clock())
    return listed(page_within(found, page_number()), lambda one: source_facts(one, slugs))


def show_source(slug: str) -> ResponseReturnValue:
    """Show a source with its rate, its gaps and its calls day by day."""
    around = runtime()
    now = around.clock()
    since = now - timedelta(days=days())
    with around.database.reading() as session:
        source = source_changes.source_of(session, slug)
        [health] = [one for one in sources(session, now=now) if one.slug == slug]
        told = tellings(session, [slug], since=since, until=now)[slug]
        facts = {
            **source_facts(health, slugs_of(session)),
            **telling_facts(told),
            "daily": [
                {"on": day.on.isoformat(), "calls": day.calls}
                for day in calls_told(session, source.id, since=since, until=now)
            ],
        }
    return jsonify(facts)


def list_unknown() -> ResponseReturnValue:
    """List the calls that no published operation answers."""
    asked = query()
    with runtime().database.reading() as session:
        api = asked.get("api")
        found = unknown_traffic(
            session,
            page_number(),
            source=asked.get("source"),
            api_id=find_api(session, api).id if api else None,
        )
        slugs = slugs_of(session)
    return listed(found, lambda row: unknown_facts(row, slugs))


def change_source(slug: str) -> ResponseReturnValue:
    """Change what a source reports on, how long it may be silent, and whether it is waited for."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now = around.clock()
        changed = source_changes.apply(session, source_changes.source_of(session, slug), asked, now)
        detail = source_changes.said(asked)
        record(session, actor=actor(), action="source changed", subject=slug, detail=detail, now=now)
        facts = source_facts(changed, slugs_of(session))
    return jsonify(facts)


def _encoding() -> str:
    """Return how the body is packed, whether the request says so as an encoding or as a type."""
    told = request.headers.get("Content-Encoding", "").strip().lower()
    return "gzip" if not told and request.mimetype == "application/gzip" else told


ROUTES = (
    Route("POST", "/usage", Scope.USAGE, send_usage),
    Route("GET", "/sources", Scope.READ, list_sources),
    Route("GET", "/sources/<slug>", Scope.READ, show_source),
    Route("GET", "/unknown-traffic", Scope.READ, list_unknown),
    Route("PATCH", "/sources/<slug>", Scope.MANAGE, change_source),
)
