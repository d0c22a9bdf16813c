"""Taking an API or a consumer away for good: a page says what goes with it, and asks for its short name."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from consumers import directory
from consumers.errors import ConsumersError
from interfaces import removal
from interfaces.gate import actor, runtime
from interfaces.pages.route import GET_OR_POST, Route
from registry.apis import find_api

_REFUSED = 422


def remove_api(slug: str) -> ResponseReturnValue:
    """Ask whether an API is to go, or take it away."""
    around = runtime()
    with around.database.reading() as session:
        name = find_api(session, slug).name
    if not _is_named(slug):
        return _asked("api", slug, name)
    with around.database.transaction() as session:
        now = around.clock()
        removal.remove_api(session, find_api(session, slug), now)
        record(session, actor=actor(), action="api removed", subject=slug, detail=name, now=now)
    flash(f"{name} is removed.", "good")
    return redirect(url_for("pages.apis"))


def remove_consumer(slug: str) -> ResponseReturnValue:
    """Ask whether a consumer is to go, or take it away; what it called is unattributed then."""
    around = runtime()
    with around.database.reading() as session:
        name = directory.find(session, slug).name
    if not _is_named(slug):
        return _asked("consumer", slug, name)
    try:
        with around.database.transaction() as session:
            now = around.clock()
            directory.remove(session, directory.find(session, slug), now)
            record(session, actor=actor(), action="consumer removed", subject=slug, detail=name, now=now)
    except ConsumersError as error:
        return _asked("consumer", slug, name, str(error))
    flash(f"{name} is removed; what it called is unattributed now.", "good")
    return redirect(url_for("pages.consumers"))


def _is_named(slug: str) -> bool:
    return request.method == "POST" and request.form.get("slug", "").strip() == slug


def _asked(kind: str, slug: str, name: str, error: str = "") -> ResponseReturnValue:
    typed = request.form.get("slug", "").strip()
    if request.method == "POST" and not error:
        error = f"“{typed}” is not its short name, which is {slug}: nothing was removed."
    page = render_template("remove.html", kind=kind, slug=slug, name=name, error=error)
    return (page, _REFUSED) if error else page


ROUTES = (
    Route("/apis/<slug>/remove", "remove_api", remove_api, GET_OR_POST),
    Route("/consumers/<slug>/remove", "remove_consumer", remove_consumer, GET_OR_POST),
)
