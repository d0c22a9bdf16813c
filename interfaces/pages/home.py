"""The first page: what needs somebody today, what is ending, and the year ahead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from consumers.usage import sources
from deprecations import board
from deprecations.alarm_kinds import Alarm
from deprecations.alarms import WINDOW, alarms
from deprecations.answers import list_answers
from deprecations.brownouts.windows import running
from deprecations.live.probes import drifting
from deprecations.models import Deprecation, State
from deprecations.plan_callers import PlanCaller
from interfaces import overview
from interfaces.gate import runtime
from interfaces.pages.route import Route
from interfaces.plan_traffic import traffic
from notifications import desk
from notifications.models import EnvelopeState
from notifications.wordings import failing

DAYS = WINDOW.days
SPARK_DAYS = 14
SOON_DAYS = 30
_RECENT = timedelta(days=14)
_SHOWN = 10
_MONTHS = 12
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Ending:
    """A plan with what the release manager asks of it; `next` is the one act that is due: words, address."""

    plan: Deprecation
    daily: tuple[int, ...]
    callers: tuple[PlanCaller, ...]
    told: overview.Told
    next: tuple[str, str]

    @property
    def calls(self) -> int:
        """The calls of the last 30 days: a monthly caller has some."""
        return sum(caller.calls for caller in self.callers)

    @property
    def last_at(self) -> datetime | None:
        """The last call of anyone."""
        return max((caller.last_at for caller in self.callers), default=None)


def home() -> ResponseReturnValue:
    """Show what needs somebody; where nothing is registered yet, how to start."""
    with runtime().database.reading() as session:
        if overview.is_empty(session):
            return render_template("home/start.html")
        return render_template("home/home.html", **_facts(session, runtime().clock()))


def _facts(session: Session, now: datetime) -> dict[str, Any]:
    plans = board.deprecations(session)
    ending = board.ending_before(session, now + _YEAR)
    endings = _endings(session, {plan.id: plan for plan in (*plans.items, *ending)}.values(), now)
    soon = now + timedelta(days=SOON_DAYS)
    told_of = [one for one in endings if one.plan.state != State.DRAFT]
    failed = desk.list_envelopes(session, state=EnvelopeState.FAILED)
    asks = list_answers(session, only_asking=True)
    recent = {one.plan.id: one.callers for one in endings}
    # Traffic after a last day stands among the sunsets with traffic already.
    raised = [one for one in alarms(session, now, recent=recent) if one.kind != Alarm.AFTER_SUNSET]
    needs = {
        "alarms": raised[:_SHOWN],
        "sunsets": [one for one in told_of if one.plan.sunset_at < soon and one.calls],
        "asks": asks.items[:_SHOWN],
        "mute": _mute(told_of),
        "failed": failed.items[:_SHOWN],
        "wordings": failing(session),
        "failed_total": failed.total,
        "pushes": overview.failed_pushes(session, now - _RECENT),
        "uncompared": overview.failed_comparisons(session, now - _RECENT),
        "breaking": overview.breaking_steps(session, now - _RECENT),
        "drifting": drifting(session, _SHOWN),
        "brownouts": [(one, board.find(session, one.deprecation_id)) for one in running(session, now)],
        "stale": [one for one in sources(session, now=now) if one.stale and not one.retired],
    }
    return {
        "needs": needs,
        "alarms_total": len(raised),
        "asks_total": asks.total,
        "calm": not any(needs.values()),
        "endings": endings[:_SHOWN],
        "total": plans.total,
        "next_sunset": next((one.plan for one in told_of if one.plan.sunset_at >= now), None),
        "months": _months(endings, now.date(), soon),
        "days": DAYS,
        "spark_days": SPARK_DAYS,
    }


def _endings(session: Session, plans: Iterable[Deprecation], now: datetime) -> list[Ending]:
    ordered = sorted(plans, key=lambda plan: (plan.sunset_at, plan.id))
    calls = traffic(
        session,
        ordered,
        since=now - timedelta(days=DAYS),
        days_since=now - timedelta(days=SPARK_DAYS),
        until=now,
    )
    told = overview.told(session, [plan.id for plan in ordered])
    return [
        Ending(
            plan=plan,
            daily=calls[plan.id].daily,
            callers=calls[plan.id].callers,
            told=told.get(plan.id, overview.Told()),
            next=_next(plan, calls[plan.id].callers),
        )
        for plan in ordered
    ]


def _next(plan: Deprecation, who: tuple[PlanCaller, ...]) -> tuple[str, str]:
    page = url_for("pages.deprecation", deprecation_id=plan.id)
    unreachable = next((one for one in who if not (one.has_contact or one.is_unattributed)), None)
    choices = (
        (plan.state == State.DRAFT, "Announce it", page),
        (plan.state == State.SUNSET and not who, "Remove it", page),
        (unreachable is not None, "Add a contact", _consumer(unreachable)),
        (bool(who), "See who calls", url_for("pages.operation", operation_id=plan.operation_id)),
    )
    return next(((word, url) for holds, word, url in choices if holds), ("May it go?", page))


def _consumer(caller: PlanCaller | None) -> str:
    return url_for("pages.consumer", slug=caller.slug) if caller else ""


def _mute(endings: list[Ending]) -> list[tuple[PlanCaller, int, int]]:
    """Return the consumers that nobody can be told for, with the number of endings and calls, most first."""
    found: dict[int, tuple[PlanCaller, int, int]] = {}
    for caller in (caller for one in endings for caller in one.callers):
        if not (caller.has_contact or caller.is_unattributed):
            _caller, number, calls = found.get(caller.consumer_id, (caller, 0, 0))
            found[caller.consumer_id] = (caller, number + 1, calls + caller.calls)
    return sorted(found.values(), key=lambda one: -one[2])


def _months(
    endings: list[Ending], today: date, soon: datetime
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Lay the sunsets of the next twelve months out, month by month, as `ui/chart.html` takes them."""
    first = today.year * 12 + today.month - 1
    months: list[tuple[str, list[tuple[str, str, str]]]] = [
        (_month(number, first), []) for number in range(first, first + _MONTHS)
    ]
    for one in endings:
        on = one.plan.sunset_on
        number = on.year * 12 + on.month - 1 - first
        if on >= today and number < _MONTHS:
            entry = (
                f"{on.day} {one.plan.operation.label}",
                url_for("pages.deprecation", deprecation_id=one.plan.id),
                _tone(one, soon),
            )
            months[number][1].append(entry)
    return months


def _month(number: int, first: int) -> str:
    on = date(number // 12, number % 12 + 1, 1)
    return f"{on:%b %Y}" if number in (first, first - first % 12 + 12) else f"{on:%b}"


def _tone(one: Ending, soon: datetime) -> str:
    if not one.callers:
        return "good"
    return "bad" if one.plan.sunset_at < soon else "warn"


ROUTES = (Route("/", "home", home),)
