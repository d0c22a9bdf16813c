"""Changing a source of usage, as API and command ask for it: what is left out stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consumers.errors import NotFound
from consumers.models import UsageSource
from consumers.sources import (
    SourceHealth,
    change_source,
    find_source,
    map_source,
    resume_source,
    retire_source,
)
from registry.models import Api


def source_of(session: Session, slug: str) -> UsageSource:
    """Return the source of that slug."""
    source = find_source(session, slug)
    if source is None:
        raise NotFound(f"there is no source called {slug}: `sundial source list` shows the names")
    return source


def apply(session: Session, source: UsageSource, asked: Mapping[str, Any], now: datetime) -> SourceHealth:
    """Change a source's `api` (a slug, or None for every API), `stale_after_hours`, `mapping`, `retired`."""
    if "mapping" in asked:
        map_source(session, source, asked["mapping"])
    if "retired" in asked:
        if asked["retired"]:
            retire_source(session, source, now)
        else:
            resume_source(session, source)
    return change_source(
        session,
        source,
        api_slug=asked["api"] if "api" in asked else _slug(session, source),
        stale_after_hours=asked.get("stale_after_hours", source.stale_after_hours),
        now=now,
    )


def said(asked: Mapping[str, Any]) -> str:
    """Say what is changed, for the audit trail."""
    nothing = {"api": "every API", "mapping": "none"}
    return ", ".join(f"{key}: {nothing.get(key) if value is None else value}" for key, value in asked.items())


def _slug(session: Session, source: UsageSource) -> str | None:
    return session.get_one(Api, source.api_id).slug if source.api_id is not None else None
