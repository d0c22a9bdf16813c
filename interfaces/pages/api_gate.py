"""What is done about the gate of an API: its answers overridden and judged, its power set."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from deprecations import gate
from deprecations.errors import DeprecationNotFound, DeprecationsError
from interfaces.gate import actor, runtime
from interfaces.pages.api import page
from interfaces.pages.route import POST, Route
from interfaces.removal_gate import change_endings
from registry.apis import find_api

_REFUSED = 422
_SWITCHES = {"gate": "gate_enforces", "settings": "is_public"}
"""By the view of an API that has it."""


def switch_endings(slug: str) -> ResponseReturnValue:
    """Change what an API shows or enforces of its endings; each has a form of its own."""
    view = request.form.get("view", "")
    asked = {_SWITCHES[view]: _SWITCHES[view] in request.form} if view in _SWITCHES else {}
    change_endings(runtime(), slug, actor(), **asked)
    flash("It is changed.", "good")
    return redirect(url_for("pages.api", slug=slug, view=view or "gate"))


def override_removal(slug: str, removal_id: int) -> ResponseReturnValue:
    """Let a removal pass whatever its verdict says."""
    around, reason = runtime(), request.form.get("reason", "")
    try:
        with around.database.transaction() as session:
            found = gate.override(session, removal_id, reason=reason, by=actor())
            record(session, actor=actor(), action="gate overridden", subject=found.label, now=around.clock())
    except DeprecationNotFound:
        raise
    except DeprecationsError as error:
        return _again(slug, str(error))
    flash("It passes, and you answer for it.", "good")
    return _back(slug)


def mark_removal(slug: str, removal_id: int) -> ResponseReturnValue:
    """Say whether an alarm was right."""
    around = runtime()
    try:
        with around.database.transaction() as session:
            mark = request.form.get("mark", "")
            gate.mark(session, removal_id, mark=mark, by=actor(), now=around.clock())
    except DeprecationNotFound:
        raise
    except DeprecationsError as error:
        return _again(slug, str(error))
    flash("It is noted: it counts for how true the gate is.", "good")
    return _back(slug)


def _again(slug: str, error: str) -> ResponseReturnValue:
    with runtime().database.reading() as session:
        return page(session, find_api(session, slug), "gate", errors={"": error}), _REFUSED


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("pages.api", slug=slug, view="gate"))


ROUTES = (
    Route("/apis/<slug>/endings", "change_endings", switch_endings, POST),
    Route("/apis/<slug>/gate/<int:removal_id>/override", "override_removal", override_removal, POST),
    Route("/apis/<slug>/gate/<int:removal_id>/mark", "mark_removal", mark_removal, POST),
)
