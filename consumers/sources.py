"""Where usage comes from, and how far each source can be trusted: one that is silent proves nothing."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from consumers.errors import ApiNotFound, Conflict, ConsumersError
from consumers.models import UsageBatch, UsageSource
from consumers.readers.mapped import checked
from registry.models import Api
from storage.upsert import insert_missing

_LONGEST_SILENCE = 24 * 400
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a source of usage told last.

    `api_id` None means that it reports on every API. `missing`: it never told of a single call; `stale`:
    its newest call is older than the source's own limit, or it is missing. Neither proves silence.
    """

    slug: str
    log_format: str
    mapping: Mapping[str, str] | None
    api_id: int | None
    is_example: bool
    retired: bool
    retired_at: datetime | None
    stale_after_hours: int
    first_event_at: datetime | None
    last_event_at: datetime | None
    last_batch_at: datetime | None
    stale: bool
    missing: bool


def sources(
    session: Session, api_id: int | None = None, *, retired_since: datetime | None = None, now: datetime
) -> tuple[SourceHealth, ...]:
    """Return the sources that report on an API and aren't retired, or all there are, by slug.

    `retired_since` takes those in that were retired later. The example company's sources report on its own
    APIs only, and no others on those.
    """
    statement = select(UsageSource).order_by(UsageSource.slug)
    if api_id is not None:
        live = UsageSource.retired_at.is_(None)
        is_example = session.scalar(select(Api.is_example).where(Api.id == api_id)) or False
        statement = statement.where(
            or_(UsageSource.api_id == api_id, UsageSource.api_id.is_(None)),
            UsageSource.is_example == is_example,
            live if retired_since is None else or_(live, UsageSource.retired_at > retired_since),
        )
    return tuple(_health(source, now) for source in session.scalars(statement))


def change_source(
    session: Session, source: UsageSource, *, api_slug: str | None, stale_after_hours: int, now: datetime
) -> SourceHealth:
    """Say which API a source reports on (None: every one), and how long its silence is nothing unusual."""
    if not 1 <= stale_after_hours <= _LONGEST_SILENCE:
        raise ConsumersError(f"a source may be silent for 1 to {_LONGEST_SILENCE} hours before it is stale")
    source.api_id, source.stale_after_hours = _api_id(session, api_slug), stale_after_hours
    session.flush()
    return _health(source, now)


def map_source(session: Session, source: UsageSource, mapping: Mapping[str, str] | None) -> None:
    """Say in which fields a source's lines have what; None leaves it to the formats that are known."""
    source.mapping = checked(mapping) if mapping else None
    session.flush()


def retire_source(session: Session, source: UsageSource, now: datetime) -> None:
    """Wait for a source no more; its counts stay, and what it sends later makes it live again."""
    source.retired_at = source.retired_at or now
    session.flush()


def resume_source(session: Session, source: UsageSource) -> None:
    """Wait for a source again."""
    source.retired_at = None
    session.flush()


def unmatched_between(session: Session, slugs: Collection[str], since: datetime, until: datetime) -> int:
    """Return how many calls, of batches that came in this span, matched no operation known then."""
    total = session.scalar(
        select(func.sum(UsageBatch.unmatched))
        .join(UsageSource, UsageSource.id == UsageBatch.source_id)
        .where(UsageSource.slug.in_(slugs), UsageBatch.received_at >= since, UsageBatch.received_at < until)
    )
    return int(total or 0)


def broken_shares(session: Session, slugs: Collection[str], since: datetime) -> dict[str, float]:
    """Return which share of its lines nobody could read, of each source that sent any since an instant."""
    rows = session.execute(
        select(UsageSource.slug, func.sum(UsageBatch.broken), func.sum(UsageBatch.lines))
        .join(UsageBatch, UsageBatch.source_id == UsageSource.id)
        .where(UsageSource.slug.in_(slugs), UsageBatch.received_at >= since)
        .group_by(UsageSource.slug)
    )
    return {slug: broken / lines for slug, broken, lines in rows if lines}


def heard_since(session: Session, at: datetime) -> bool:
    """Tell whether every source that ever told of a call did so from an instant on, or from before it."""
    latest = session.scalar(
        select(func.max(UsageSource.first_event_at)).where(UsageSource.retired_at.is_(None))
    )
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


def api_of(session: Session, slug: str, api_slug: str | None) -> int | None:
    """Return the API that a source reports on, or will when its first batch names one; None for all."""
    known = find_source(session, slug)
    return known.api_id if known is not None else _api_id(session, api_slug)


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
    values: dict[str, Any] = {"log_format": log_format, "last_batch_at": now, "retired_at": None}
    if first_at is not None and last_at is not None:
        oldest, newest = UsageSource.first_event_at, UsageSource.last_event_at
        values["first_event_at"] = case((oldest <= first_at, oldest), else_=first_at)
        values["last_event_at"] = case((newest >= last_at, newest), else_=last_at)
    session.execute(update(UsageSource).where(UsageSource.id == source.id).values(values))


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
        mapping=source.mapping,
        api_id=source.api_id,
        is_example=source.is_example,
        retired=source.retired_at is not None,
        retired_at=source.retired_at,
        stale_after_hours=source.stale_after_hours,
        first_event_at=source.first_event_at,
        last_event_at=last,
        last_batch_at=source.last_batch_at,
        stale=last is None or now - last > timedelta(hours=source.stale_after_hours),
        missing=last is None,
    )
