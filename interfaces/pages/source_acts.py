"""What is done to a source of usage: what it reports on, how long it may be silent, whether it is over."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers import sources as usage_sources
from consumers.errors import ConsumersError, NotFound
from consumers.models import UsageSource
from consumers.readers.mapped import mapping_in
from interfaces.gate import actor, runtime
from interfaces.pages.route import POST, Route
from interfaces.pages.sources import page

Act = Callable[[Session, UsageSource, datetime], tuple[str, str]]
_REFUSED = 422
_MOST_DIGITS = 6


def change_source(slug: str) -> ResponseReturnValue:
    """Say which API a source reports on, and after how many hours of silence it is stale."""
    only, asked = request.form.get("only", ""), request.form.get("stale_after_hours", "").strip()
    fields = request.form.get("mapping", "").strip()

    def act(session: Session, found: UsageSource, now: datetime) -> tuple[str, str]:
        if not (asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS):
            raise ConsumersError(f"“{asked}” is no number of hours")
        usage_sources.map_source(session, found, mapping_in(fields) if fields else None)
        usage_sources.change_source(
            session, found, api_slug=only or None, stale_after_hours=int(asked), now=now
        )
        about = f"{only} alone" if only else "every API"
        detail = f"about {about}, stale after {asked} hours" + (f", {fields}" if fields else "")
        return detail, f"{slug} is changed: it reports on {about}."

    return _take(slug, "source changed", act)


def retire_source(slug: str) -> ResponseReturnValue:
    """Wait for a source no more."""

    def act(session: Session, found: UsageSource, now: datetime) -> tuple[str, str]:
        usage_sources.retire_source(session, found, now)
        return "", f"{slug} is retired: nothing waits for it any more."

    return _take(slug, "source retired", act)


def resume_source(slug: str) -> ResponseReturnValue:
    """Wait for a source again."""

    def act(session: Session, found: UsageSource, _now: datetime) -> tuple[str, str]:
        usage_sources.resume_source(session, found)
        return "", f"{slug} is waited for again."

    return _take(slug, "source resumed", act)


def _take(slug: str, action: str, act: Act) -> ResponseReturnValue:
    around = runtime()
    with around.database.reading() as session:
        _found(session, slug)
    try:
        with around.database.transaction() as session:
            now = around.clock()
            detail, said = act(session, _found(session, slug), now)
            record(session, actor=actor(), action=action, subject=slug, detail=detail, now=now)
    except ConsumersError as error:
        return page(refused=slug, refusal=str(error)), _REFUSED
    flash(said, "good")
    return redirect(url_for("pages.sources"))


def _found(session: Session, slug: str) -> UsageSource:
    found = usage_sources.find_source(session, slug)
    if found is None:
        raise NotFound(f"there is no source called {slug}")
    return found


ROUTES = (
    Route("/sources/<slug>/change", "change_source", change_source, POST),
    Route("/sources/<slug>/retire", "retire_source", retire_source, POST),
    Route("/sources/<slug>/resume", "resume_source", resume_source, POST),
)
