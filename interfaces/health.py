"""Is it alive, is it ready, what are its figures: `/healthz`, `/readyz`, `/metrics`."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from access.tokens import Scope
from consumers.models import UsageSource
from interfaces.gate import needs, runtime
from interfaces.migrate import is_current
from notifications.models import Envelope
from registry.models import Delivery, StoredComparison
from storage.job_runs import JobRun, is_ticking

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether requests can be served: database there, migrations applied. The scheduler is told of."""
    around = runtime()
    try:
        with around.database.reading() as session:
            migrated = is_current(session.connection())
            ticking = migrated and is_ticking(session, around.clock())
    except SQLAlchemyError as error:
        return jsonify(status="unavailable", database=type(error).__name__), 503
    status = "ok" if migrated else "migrations are missing: run `sundial database upgrade`"
    scheduler = "ok" if ticking else "no tick within two minutes"
    return jsonify(status=status, scheduler=scheduler), 200 if migrated else 503


@health.get("/metrics")
@needs(Scope.READ)
def metrics() -> ResponseReturnValue:
    """Give the figures in Prometheus' text format."""
    around = runtime()
    figures = CollectorRegistry()
    now = around.clock().timestamp()
    with around.database.reading() as session:
        for name, text, value in _figures(session, now):
            Gauge(name, text, registry=figures).set(value)
        counts = Gauge("sundial_envelopes", "Envelopes by state.", ["state"], registry=figures)
        rows = select(Envelope.state, func.count()).group_by(Envelope.state)
        for state, count in session.execute(rows):
            counts.labels(state).set(count)
        ages = Gauge("sundial_job_age_seconds", "Seconds since each job began.", ["job"], registry=figures)
        for run in session.scalars(select(JobRun)):
            ages.labels(run.name).set(now - run.started_at.timestamp())
    return Response(generate_latest(figures), content_type=CONTENT_TYPE_LATEST)


def _figures(session: Session, now: float) -> list[tuple[str, str, float]]:
    oldest = session.scalar(select(func.min(Envelope.created_at)).where(Envelope.state == "queued"))
    newest = session.scalar(select(func.min(UsageSource.last_event_at)))
    waiting = select(func.count()).select_from(StoredComparison).where(StoredComparison.state == "pending")
    pushes = select(func.count()).select_from(Delivery).where(Delivery.state == "pending")
    return [
        ("sundial_outbox_oldest_seconds", "Age of the oldest queued envelope.", _age(oldest, now)),
        ("sundial_usage_stalest_seconds", "Age of the stalest source's last event.", _age(newest, now)),
        ("sundial_comparisons_pending", "Comparisons that wait.", session.scalar(waiting) or 0),
        ("sundial_deliveries_pending", "Pushes that wait.", session.scalar(pushes) or 0),
    ]


def _age(at: object, now: float) -> float:
    return now - at.timestamp() if at is not None else 0.0  # type: ignore[attr-defined]  # an instant
