"""Where usage comes from, and how far each source can be trusted: one that is silent proves nothing."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from consumers.errors import ApiNotFound, Conflict, ConsumersError
from consumers.models import UsageSource
from registry.models import Api
from storage.upsert import insert_missing

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a source of usage told last.

    `api_id` None means that it reports on every API. `missing`: it never told of a single call; `stale`:
    its newest call is older than the source's own limit, or it is missing. Neither proves silence.
    """

    slug: str
    log_format: str
    api_id: int | None
    first_event_at: datetime | None
    last_event_at: datetime | None
    last_batch_at: datetime | None
    stale: bool
    missing: bool


def sources(session: Session, api_id: int | None = None, *, now: datetime) -> tuple[SourceHealth, ...]:
    """Return the sources that report on an API, or all of them, by slug."""
    statement = select(UsageSource).order_by(UsageSource.slug)
    if api_id is not None:
        statement = statement.where(or_(UsageSource.api_id == api_id, UsageSource.api_id.is_(None)))
    return tuple(_health(source, now) for source in session.scalars(statement))


def heard_since(session: Session, at: datetime) -> bool:
    """Tell whether every source that ever told of a call did so from an instant on, or from before it."""
    latest = session.scalar(select(func.max(UsageSource.first_event_at)))
    return latest is not None and latest <= at


def source_named(
    session: Session, slug: str, *, log_format: str, api_slug: str | None, now: datetime
) -> UsageSource:
    """Return the source of that slug, made on first use; it stays with the API that it began with."""
    if not _SLUG.fullmatch(slug):
        raise ConsumersError(
            f"“{slug}” can't name a source: use up to 80 small letters, digits, dots, hyphens and underscores"
        )
    api_id = _api_id(session, api_slug)
    source = find_source(session, slug)
    if source is None:
        row = {
            "slug": slug,
            "log_format": log_format,
            "api_id": api_id,
            "stale_after_hours": 24,
            "is_example": False,
            "created_at": now,
        }
        insert_missing(session, UsageSource, [row], ["slug"])
        source = session.scalars(select(UsageSource).where(UsageSource.slug == slug)).one()
    if api_slug is not None and source.api_id != api_id:
        raise Conflict(
            f"the source {slug} doesn't report on {api_slug} alone: send that usage under another name"
        )
    return source


def find_source(session: Session, slug: str) -> UsageSource | None:
    """Return the source of that slug, None before its first batch."""
    return session.scalar(select(UsageSource).where(UsageSource.slug == slug))


def heard(
    session: Session,
    source: UsageSource,
    *,
    log_format: str,
    first_at: datetime | None,
    last_at: datetime | None,
    now: datetime,
) -> None:
    """Note a batch: its format, its oldest and its newest call; two at once leave the widest span."""
    values = {"log_format": log_format, "last_batch_at": now}
    session.execute(update(UsageSource).where(UsageSource.id == source.id).values(values))
    if first_at is None or last_at is None:
        return
    for column, at, wider in (
        (UsageSource.first_event_at, first_at, UsageSource.first_event_at > first_at),
        (UsageSource.last_event_at, last_at, UsageSource.last_event_at < last_at),
    ):
        widen = update(UsageSource).where(UsageSource.id == source.id, or_(column.is_(None), wider))
        session.execute(widen.values({column: at}))


def _api_id(session: Session, slug: str | None) -> int | None:
    if slug is None:
        return None
    api_id = session.scalar(select(Api.id).where(Api.slug == slug))
    if api_id is None:
        raise ApiNotFound(f"there is no API called {slug}: `sundial api list` shows the names")
    return api_id


def _health(source: UsageSource, now: datetime) -> SourceHealth:
    last = source.last_event_at
    return SourceHealth(
        slug=source.slug,
        log_format=source.log_format,
        api_id=source.api_id,
        first_event_at=source.first_event_at,
        last_event_at=last,
        last_batch_at=source.last_batch_at,
        stale=last is None or now - last > timedelta(hours=source.stale_after_hours),
        missing=last is None,
    )
