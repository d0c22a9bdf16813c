"""The live check on pages: an API's probes, and what one of them found over time."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from deprecations.edge_terms import edge_terms
from deprecations.errors import DeprecationsError, ProbeNotFound
from deprecations.live import probes as live
from interfaces.gate import actor, runtime
from interfaces.live_check import check_now
from interfaces.pages.listing import page_number
from interfaces.pages.route import GET_OR_POST, POST, Route
from registry.apis import find_api
from registry.models import Api

_REFUSED = 422
Act = Callable[[Session, Api], str]


def probes(slug: str) -> ResponseReturnValue:
    """Show an API's probes, or add one."""
    if request.method == "GET":
        return _page(slug)

    def add(session: Session, api: Api) -> str:
        asked, now = request.form, runtime().clock()
        method, path = asked.get("method", "GET"), asked.get("path", "")
        made = live.add_probe(session, api, method=method, path=path, by=actor(), now=now)
        record(session, actor=actor(), action="probe added", subject=f"{slug} {made.path}", now=now)
        return f"{made.method} {made.path} is checked from now on, every hour."

    return _take(slug, add)


def remove_probe(slug: str, probe_id: int) -> ResponseReturnValue:
    """Check a path no more."""

    def remove(session: Session, api: Api) -> str:
        gone, now = live.remove_probe(session, api, probe_id), runtime().clock()
        record(session, actor=actor(), action="probe removed", subject=f"{slug} {gone.path}", now=now)
        return f"{gone.method} {gone.path} is checked no more."

    return _take(slug, remove)


def check_api(slug: str) -> ResponseReturnValue:
    """Ask all probes of an API now."""
    around = runtime()
    with around.database.reading() as session:
        api = find_api(session, slug)
    try:
        found = check_now(around, api)
    except DeprecationsError as error:
        return _page(slug, str(error)), _REFUSED
    strays = sum(one.is_drifting for one in found)
    flash("All replies are as planned." if not strays else f"{strays} of {len(found)} replies stray.", "good")
    return redirect(url_for("pages.probes", slug=slug))


def probe(probe_id: int) -> ResponseReturnValue:
    """Show what a probe found over time."""
    with runtime().database.reading() as session:
        found = live.find_probe(session, probe_id)
        listed = live.results(session, probe_id, page_number())
        return render_template("probe.html", probe=found, api=found.api, listed=listed)


def _take(slug: str, act: Act) -> ResponseReturnValue:
    try:
        with runtime().database.transaction() as session:
            said = act(session, find_api(session, slug))
    except ProbeNotFound:
        raise
    except DeprecationsError as error:
        return _page(slug, str(error)), _REFUSED
    flash(said, "good")
    return redirect(url_for("pages.probes", slug=slug))


def _page(slug: str, error: str = "") -> str:
    with runtime().database.reading() as session:
        api = find_api(session, slug)
        return render_template(
            "probes.html",
            api=api,
            edge=edge_terms(session, api.id),
            probes=live.probes(session, api.id),
            methods=[(one, one) for one in live.METHODS],
            given=request.form,
            errors={"": error} if error else {},
        )


ROUTES = (
    Route("/apis/<slug>/probes", "probes", probes, GET_OR_POST),
    Route("/apis/<slug>/probes/<int:probe_id>/remove", "remove_probe", remove_probe, POST),
    Route("/apis/<slug>/check", "check_api", check_api, POST),
    Route("/probes/<int:probe_id>", "probe", probe),
)
