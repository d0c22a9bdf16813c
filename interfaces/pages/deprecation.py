"""One ending: its dates, who still calls, whether it may go, its history, and every act on it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from consumers.usage import daily
from deprecations import approvals, board, extensions, history
from deprecations.answers import list_answers
from deprecations.calendar import local
from deprecations.edge_terms import edge_terms
from deprecations.headers import EdgeTerms, deprecation_value, links, sunset_value
from deprecations.known_callers import ConsumerRow
from deprecations.lifecycle import open_steps
from deprecations.models import Deprecation, State, SunsetBy
from deprecations.moving import earliest_resumed
from deprecations.notices import notices
from deprecations.plan_verdict import verdict_on
from deprecations.policies import excepted
from deprecations.policy import Rule
from deprecations.reach import operations_of
from deprecations.steps import span_of
from deprecations.successors import successor_of
from deprecations.targets import is_whole
from deprecations.verdict import Verdict
from interfaces.gate import runtime
from interfaces.overview import daily_by_consumer
from interfaces.pages.context import reader_zone
from interfaces.pages.listing import page_number
from interfaces.pages.planned_brownouts import planned_brownouts
from interfaces.pages.reasons import reasons
from interfaces.pages.route import Route
from interfaces.pages.standing import Telling, finding_about, not_reached, telling
from interfaces.pages.times import day, day_in

DAYS = 30
SPARK_DAYS = 14
_HALTED = {State.CANCELLED: ("Cancelled", "it stays"), State.PAUSED: ("Paused", "time stands still")}


@dataclass(frozen=True, slots=True)
class Row:
    """A consumer that ever called, with its traffic, how far telling it came, and whom that doesn't reach."""

    caller: ConsumerRow
    daily: tuple[int, ...]
    telling: Telling
    not_reached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """A day of the plan in three ways: as people chose it, as one instant, as responses say it."""

    word: str
    on: date
    chosen: str
    at: datetime
    header: str


def deprecation(deprecation_id: int) -> ResponseReturnValue:
    """Show an ending."""
    with runtime().database.reading() as session:
        return page(session, board.find(session, deprecation_id))


def page(session: Session, plan: Deprecation, **more: Any) -> str:
    """Render an ending; `more` is what an act that was refused hands back."""
    now = runtime().clock()
    since = now - timedelta(days=DAYS)
    judged = verdict_on(session, plan, window_days=DAYS, now=now)
    verdict = judged.worst
    per_day = daily(session, operation_id=verdict.operation_id, since=since, until=now)
    facts = {
        "plan": plan,
        "steps": open_steps(plan.state, span_of(plan), now),
        "way": _way(plan),
        "elapsed": _elapsed(plan, now),
        "promises": _promises(plan),
        "headers": _headers(plan, edge_terms(session, plan.api_id)),
        "verdict": verdict,
        "judged": judged.operations,
        "reasons": reasons(verdict),
        "rows": _rows(session, plan, verdict, since, now),
        "daily": [(day(one.on), one.calls) for one in per_day],
        "told": notices(session, deprecation_id=plan.id, page=page_number()),
        "events": history.history(session, plan),
        "reached": operations_of(session, [plan.id]).get(plan.id, ()),
        "whole": is_whole(plan.target),
        "exceptions": excepted(session, plan.id),
        "rules": list(Rule),
        "approvals": approvals.approvals(session, plan.id),
        "successor": successor_of(session, plan),
        "asks": list_answers(session, deprecation_id=plan.id, only_asking=True),
        "extensions": extensions.extensions(session, plan.id),
        "resumes_on": earliest_resumed(plan, now) if plan.state == State.PAUSED else None,
        "finding": finding_about(session, plan.operation_id, plan.finding) if plan.finding else None,
        "days": DAYS,
        **planned_brownouts(session, plan, now),
        "exemptable": [(one.slug, one.name) for one in verdict.consumers if not one.is_unattributed],
        "given": {},
        "errors": {},
        "refused": "",
        **more,
    }
    return render_template("deprecation/page.html", **facts)


def _way(plan: Deprecation) -> list[tuple[str, str, str]]:
    """Lay the plan's life out as a rail: done, now, and to come."""
    zone = reader_zone()
    dates = {
        State.DRAFT: day_in(plan.created_at, zone),
        State.ANNOUNCED: day_in(plan.announced_at, zone) if plan.announced_at else "",
        State.DEPRECATED: day(plan.deprecated_on),
        State.CLOSED: day_in(plan.closed_at, zone) if plan.closed_at else _closes(plan),
        State.BROWNOUT: "",
        State.SUNSET: _ends(plan),
        State.REMOVED: "",
    }
    if plan.state in _HALTED:
        was = [State.DRAFT, *([State.ANNOUNCED] if plan.announced_at else [])]
        word, detail = _HALTED[State(plan.state)]
        return [*((_WORDS[state], "done", dates[state]) for state in was), (word, "now", detail)]
    way = _stations(plan)
    at = way.index(State(plan.state))
    looks = ["done" if number < at else "now" if number == at else "later" for number in range(len(way))]
    return [(_WORDS[state], look, dates[state]) for state, look in zip(way, looks, strict=True)]


def _stations(plan: Deprecation) -> list[State]:
    """Return the states that a plan passes; those that are optional only where it does."""
    passes = {
        State.CLOSED: plan.closes_on is not None or plan.closed_at is not None,
        State.BROWNOUT: plan.state == State.BROWNOUT,
    }
    return [
        State.DRAFT,
        State.ANNOUNCED,
        State.DEPRECATED,
        *(state for state, does in passes.items() if does),
        State.SUNSET,
        State.REMOVED,
    ]


def _closes(plan: Deprecation) -> str:
    return day(plan.closes_on) if plan.closes_on else ""


def _ends(plan: Deprecation) -> str:
    last = day(plan.sunset_on)
    words = {
        SunsetBy.DATE: f"after {last}",
        SunsetBy.NOT_BEFORE: f"some day after {last}",
        SunsetBy.VERSION: f"with version {plan.sunset_version}, after {last}",
    }
    return words[SunsetBy(plan.sunset_by)]


_WORDS = {
    State.DRAFT: "Planned",
    State.ANNOUNCED: "Announced",
    State.DEPRECATED: "Deprecated",
    State.CLOSED: "Closed to new",
    State.BROWNOUT: "Brownouts",
    State.SUNSET: "Sunset",
    State.REMOVED: "Removed",
}


def _elapsed(plan: Deprecation, now: datetime) -> float:
    """Return how much of the time from announcement to last day is over, 0 to 1."""
    begun = plan.announced_at or plan.created_at
    whole = (plan.sunset_at - begun).total_seconds()
    return min(max((now - begun).total_seconds() / whole, 0.0), 1.0) if whole > 0 else 1.0


def _promises(plan: Deprecation) -> tuple[Promise, Promise]:
    begun, ends = local(plan.deprecated_at, plan.zone), local(plan.sunset_at, plan.zone)
    return (
        Promise(
            "Deprecated from",
            plan.deprecated_on,
            f"{begun:%A} {day(plan.deprecated_on)}, {begun:%H:%M}",
            plan.deprecated_at,
            deprecation_value(plan.deprecated_at),
        ),
        Promise(
            "Works until" if plan.sunset_by == SunsetBy.DATE else "Works at least until",
            plan.sunset_on,
            f"{ends:%A} {day(plan.sunset_on)}, {ends:%H:%M:%S}",
            plan.sunset_at,
            sunset_value(plan.sunset_at) if plan.sunset_by == SunsetBy.DATE else "nothing: no date ends it",
        ),
    )


def _headers(plan: Deprecation, terms: EdgeTerms) -> str:
    """Write a plan's headers; a templated successor keeps its parameters, which each request fills."""
    found = [
        f"Deprecation: {deprecation_value(plan.deprecated_at)}",
        *([f"Sunset: {sunset_value(plan.sunset_at)}"] if plan.sunset_by == SunsetBy.DATE else []),
        *(f'Link: <{link.href or link.template}>; rel="{link.rel}"' for link in links(plan, terms)),
    ]
    return "\n".join(found)


def _rows(session: Session, plan: Deprecation, verdict: Verdict, since: datetime, now: datetime) -> list[Row]:
    ids = [caller.consumer_id for caller in verdict.consumers]
    lines = daily_by_consumer(session, verdict.operation_id, ids, since=since, until=now)
    told, troubled = telling(session, plan), not_reached(session, ids)
    rows = [
        Row(
            caller,
            lines[caller.consumer_id][-SPARK_DAYS:],
            told.get(caller.consumer_id, Telling()),
            troubled.get(caller.consumer_id, ()),
        )
        for caller in verdict.consumers
    ]
    return sorted(rows, key=lambda row: (-row.caller.calls, row.caller.name))


ROUTES = (Route("/deprecations/<int:deprecation_id>", "deprecation", deprecation),)
