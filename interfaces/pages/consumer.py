"""One consumer: what it calls, whom to tell, how traffic names it, what it was told; each a view of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from consumers import contracts, directory
from consumers.declared import declared_apis
from consumers.habits import habits_of
from consumers.models import Consumer, ContactRole, CredentialKind
from consumers.usage import OperationCalls, calls_of, consumer_totals, daily
from deprecations.answers import list_answers
from deprecations.board import live_plans
from deprecations.contact_endpoints import endpoints_of
from deprecations.models import Deprecation, State
from deprecations.notices import notices
from deprecations.silence import Silence, open_silences
from interfaces.coming_hits import coming_hits
from interfaces.gate import runtime
from interfaces.overview import contacts_of_many
from interfaces.pages.listing import page_number
from interfaces.pages.rhythm_words import rhythm
from interfaces.pages.route import Route
from interfaces.pages.standing import daily_by_operation, envelopes_by_key
from interfaces.pages.times import day
from notifications.endpoints import NAMES
from storage.languages import NAMES as LANGUAGES
from storage.paging import page_within
from storage.zones import zones

DAYS = 30
SPARK_DAYS = 14
Facts = dict[str, Any]
KINDS = tuple(kind.value for kind in CredentialKind if kind is not CredentialKind.NONE)


@dataclass(frozen=True, slots=True)
class Row:
    """An operation that the consumer calls, day by day, how regularly, and how it ends if it does."""

    calls: OperationCalls
    daily: tuple[int, ...]
    rhythm: str
    plan: Deprecation | None


@dataclass(frozen=True, slots=True)
class SilentRow:
    """An operation that it hasn't called lately, but may call again by its own rhythm."""

    silence: Silence
    rhythm: str
    plan: Deprecation | None


def consumer(slug: str) -> ResponseReturnValue:
    """Show a consumer; `?view=` chooses what of it."""
    view = request.args.get("view", "")
    with runtime().database.reading() as session:
        found = directory.find(session, slug)
        return page(session, found, view if view in VIEWS else "calls")


def page(session: Session, found: Consumer, view: str, **more: Any) -> str:
    """Render one view of a consumer; `more` is what a form that was refused hands back."""
    now = runtime().clock()
    since = now - timedelta(days=DAYS)
    facts = {
        "consumer": found,
        "view": view,
        "tallies_of": {
            "contacts": directory.contacts_of(session, found.id).total,
            "credentials": directory.credentials_of(session, found.id).total,
            "contracts": contracts.contracts(session, consumer_id=found.id).total,
            "notices": notices(session, consumer_id=found.id).total,
        },
        "total": consumer_totals(session, [found.id], since=since, until=now).get(found.id),
        "reachable": contacts_of_many(session, [found.id]).get(found.id, 0),
        "asks": list_answers(session, consumer_id=found.id, only_asking=True),
        "days": DAYS,
        "given": {},
        "errors": {},
        **VIEWS[view](session, found),
        **more,
    }
    return render_template(f"consumer/{view}.html", **facts)


def _calls(session: Session, found: Consumer) -> Facts:
    now = runtime().clock()
    since = now - timedelta(days=DAYS)
    called = calls_of(session, found.id, since=since, until=now)
    ids = [one.operation_id for one in called]
    habits = habits_of(session, found.id)
    gaps = {one.operation.id: one.longest_gap_days for one in habits}
    silent = open_silences(habits, since=since, window_days=DAYS, now=now)
    plans = live_plans(session, [*ids, *(one.habit.operation.id for one in silent)])
    lines = daily_by_operation(session, found.id, ids, since=since, until=now)
    rows = [
        Row(
            one,
            lines[one.operation_id][-SPARK_DAYS:],
            rhythm(gaps.get(one.operation_id)),
            plans.get(one.operation_id),
        )
        for one in called
    ]
    ending = [row for row in rows if row.plan is not None and row.plan.state != State.DRAFT]
    declared = declared_apis(session, found.id)
    promised = contracts.contracts(session, consumer_id=found.id).items
    about = {one.id for one in declared} | {one.api_id for one in promised}
    per_day = daily(session, consumer_id=found.id, since=since, until=now)
    return {
        "declared": declared,
        "hits": coming_hits(session, found.slug, about | {one.operation.api_id for one in habits}),
        "silent": [
            SilentRow(one, rhythm(one.habit.longest_gap_days), plans.get(one.habit.operation.id))
            for one in silent
        ],
        "listed": page_within(rows, page_number()),
        "ending": sorted(ending, key=_last_day),
        "daily": [(day(one.on), one.calls) for one in per_day],
    }


def _last_day(row: Row) -> tuple[Any, int]:
    assert row.plan is not None  # noqa: S101 - for the type checker: only what ends is sorted so
    return row.plan.sunset_at, -row.calls.calls


def _contacts(session: Session, found: Consumer) -> Facts:
    listed = directory.contacts_of(session, found.id, page_number())
    return {
        "listed": listed,
        "told_at": endpoints_of(session, [one.id for one in listed.items]),
        "channel_names": NAMES,
        "roles": [(role.value, role.value.capitalize()) for role in ContactRole],
        "zones": zones(),
        "languages": [*LANGUAGES.items()],
        "language_names": LANGUAGES,
    }


def _credentials(session: Session, found: Consumer) -> Facts:
    return {
        "listed": directory.credentials_of(session, found.id, page_number()),
        "kinds": [(kind, kind) for kind in KINDS],
        "others": [one for one in directory.consumers(session).items if one.id != found.id],
    }


def _notices(session: Session, found: Consumer) -> Facts:
    listed = notices(session, consumer_id=found.id, page=page_number())
    keys = [one.envelope_key for one in listed.items if one.envelope_key]
    return {"listed": listed, "envelopes": envelopes_by_key(session, keys)}


def _contracts(session: Session, found: Consumer) -> Facts:
    listed = contracts.contracts(session, consumer_id=found.id, page=page_number())
    return {"listed": listed}


VIEWS: dict[str, Callable[[Session, Consumer], Facts]] = {
    "calls": _calls,
    "contacts": _contacts,
    "credentials": _credentials,
    "contracts": _contracts,
    "notices": _notices,
}

ROUTES = (Route("/consumers/<slug>", "consumer", consumer),)
