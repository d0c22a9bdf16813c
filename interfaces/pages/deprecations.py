"""The endings: the list of them, by state and by API."""

from datetime import timedelta
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from deprecations import board
from deprecations.models import State
from interfaces import overview
from interfaces.gate import runtime
from interfaces.pages import deprecation, deprecation_acts, new_deprecation, what_if
from interfaces.pages.listing import page_number
from interfaces.pages.route import Route
from interfaces.pages.standing import apis_by_id
from interfaces.plan_traffic import traffic
from registry.apis import find_api

DAYS = 30
SPARK_DAYS = 14


def deprecations() -> ResponseReturnValue:
    """List endings, the next to end first; `?state=` and `?api=` leave some."""
    asked = request.args.get("state", "")
    state = asked if asked in set(State) else ""
    slug, now = request.args.get("api", ""), runtime().clock()
    with runtime().database.reading() as session:
        api = find_api(session, slug) if slug else None
        api_id = api.id if api else None
        listed = board.deprecations(session, state=state, api_id=api_id, page=page_number())
        calls = traffic(
            session,
            listed.items,
            since=now - timedelta(days=DAYS),
            days_since=now - timedelta(days=SPARK_DAYS),
            until=now,
        )
        counts = board.count_by_state(session, api_id)
        return render_template(
            "deprecations.html",
            listed=listed,
            api=api,
            apis=apis_by_id(session).values(),
            state=state,
            tabs=_tabs(counts, slug),
            any_at_all=any(counts.values()),
            callers={plan: found.callers for plan, found in calls.items()},
            daily={plan: found.daily for plan, found in calls.items()},
            told=overview.told(session, [plan.id for plan in listed.items]),
            days=DAYS,
            spark_days=SPARK_DAYS,
        )


def _tabs(counts: dict[str, int], slug: str) -> list[tuple[str, str, int]]:
    """Return a tab for all that isn't over, and one for each state."""
    here = partial(url_for, "pages.deprecations", api=slug or None)
    going_on = sum(number for state, number in counts.items() if state not in board.OVER)
    states = ((state.capitalize(), here(state=state.value), counts[state]) for state in State)
    return [("Going on", here(), going_on), *states]


ROUTES = (
    Route("/deprecations", "deprecations", deprecations),
    *new_deprecation.ROUTES,
    *deprecation.ROUTES,
    *deprecation_acts.ROUTES,
    *what_if.ROUTES,
)
