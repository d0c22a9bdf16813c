"""An operation: who calls it, how often and when last; what changed about it; how it ends, if it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from consumers.relying import relying_on
from consumers.usage import Caller, callers, daily, last_calls
from consumers.used_names import names_in_use
from deprecations.board import live_plan
from deprecations.verdict import Verdict, can_remove
from interfaces.gate import runtime
from interfaces.overview import contacts_of_many, daily_by_consumer, newest_versions
from interfaces.pages.listing import page_number
from interfaces.pages.reasons import reasons
from interfaces.pages.rhythm_words import rhythm
from interfaces.pages.route import Route
from interfaces.pages.times import day
from registry import apis

DAYS = 30
SPARK_DAYS = 14


@dataclass(frozen=True, slots=True)
class Row:
    """A consumer that calls the operation, as `ui/hit.html` shows it."""

    name: str
    url: str
    team: str
    calls: int
    last_at: datetime
    daily: tuple[int, ...]
    contacts: int
    rhythm: str


def operation(operation_id: int) -> ResponseReturnValue:
    """Show an operation."""
    now = runtime().clock()
    since = now - timedelta(days=DAYS)
    with runtime().database.reading() as session:
        found = apis.find_operation(session, operation_id)
        who = callers(session, found.id, since=since, until=now)
        verdict = can_remove(session, found.id, window_days=DAYS, now=now)
        return render_template(
            "operation.html",
            verdict=verdict,
            reasons=reasons(verdict),
            operation=found,
            callers=who,
            rows=_rows(session, verdict, who, since, now),
            silent=[one for one in verdict.consumers if not one.calls and now < one.quiet_at],
            rhythm=rhythm,
            contracts=relying_on(session, found),
            daily=[
                (day(one.on), one.calls)
                for one in daily(session, operation_id=found.id, since=since, until=now)
            ],
            last_at=last_calls(session, [found.id]).get(found.id),
            findings=apis.findings_of_operation(session, found.id, page_number()),
            plan=live_plan(session, found.id),
            names=names_in_use(session, found.id, since=since, until=now),
            asked=request.args.get("name"),
            newest=newest_versions(session, [found.api_id]).get(found.api_id),
            days=DAYS,
        )


def _rows(
    session: Session, verdict: Verdict, who: tuple[Caller, ...], since: datetime, now: datetime
) -> list[Row]:
    ids = [caller.consumer_id for caller in who]
    gaps = {one.consumer_id: one.longest_gap_days for one in verdict.consumers}
    lines = daily_by_consumer(session, verdict.operation_id, ids, since=since, until=now)
    contacts = contacts_of_many(session, ids)
    return [
        Row(
            name=caller.name,
            url=url_for("pages.consumer", slug=caller.slug),
            team=_how(caller),
            calls=caller.calls,
            last_at=caller.last_at,
            daily=lines[caller.consumer_id][-SPARK_DAYS:],
            contacts=contacts.get(caller.consumer_id, 0),
            rhythm=rhythm(gaps.get(caller.consumer_id)),
        )
        for caller in who
    ]


def _how(caller: Caller) -> str:
    """Say how a caller shows itself: its credentials' hints, or else its User-Agents."""
    shown = caller.hints or caller.user_agents
    return ", ".join(shown[:_MOST_NAMES]) + (", …" if len(shown) > _MOST_NAMES else "")


_MOST_NAMES = 3

ROUTES = (Route("/operations/<int:operation_id>", "operation", operation),)
