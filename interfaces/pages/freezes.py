"""The freeze calendar: when nothing is made to fail."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from deprecations.brownouts import freezes as calendar
from deprecations.brownouts.ramps import stretch
from deprecations.calendar import clock_time
from deprecations.errors import DeprecationsError, FreezeNotFound
from interfaces.gate import actor, runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import GET_OR_POST, POST, Route
from interfaces.pages.standing import apis_by_id
from registry.apis import find_api

_REFUSED = 422


def freezes() -> ResponseReturnValue:
    """List the freezes, or add one."""
    if request.method == "POST":
        return _add()
    return _page()


def remove_freeze(freeze_id: int) -> ResponseReturnValue:
    """Remove a freeze."""
    around = runtime()
    with around.database.transaction() as session:
        gone = calendar.thaw(session, freeze_id)
        subject = gone.api.slug if gone.api else "all APIs"
        record(session, actor=actor(), action="freeze removed", subject=subject, now=around.clock())
    flash("The freeze is removed.", "good")
    return redirect(url_for("pages.freezes"))


def _add() -> ResponseReturnValue:
    around, asked = runtime(), request.form
    zone, slug, reason = asked.get("zone", "UTC"), asked.get("api", ""), asked.get("reason", "")
    try:
        with around.database.transaction() as session:
            now = around.clock()
            calendar.freeze(
                session,
                find_api(session, slug) if slug else None,
                starts_at=clock_time(datetime.fromisoformat(asked.get("starts_at", "")), zone),
                ends_at=clock_time(datetime.fromisoformat(asked.get("ends_at", "")), zone),
                zone=zone,
                reason=reason,
                by=actor(),
                now=now,
            )
            subject = slug or "all APIs"
            record(session, actor=actor(), action="freeze added", subject=subject, detail=reason, now=now)
    except FreezeNotFound:
        raise
    except DeprecationsError as error:
        return _page(str(error)), _REFUSED
    except ValueError:
        return _page("Give both times with their day, and a zone such as Europe/Berlin."), _REFUSED
    flash("It is frozen: brownouts in that time are refused, and those announced before don't run.", "good")
    return redirect(url_for("pages.freezes"))


def _page(error: str = "") -> str:
    with runtime().database.reading() as session:
        listed = calendar.freezes(session, page=page_number())
        return render_template(
            "freezes.html",
            listed=listed,
            spans=[stretch(one.starts_at, one.ends_at, one.zone) for one in listed.items],
            apis=[("", "All APIs"), *((api.slug, api.name) for api in apis_by_id(session).values())],
            given=request.form,
            errors={"": error} if error else {},
        )


ROUTES = (
    Route("/freezes", "freezes", freezes, GET_OR_POST),
    Route("/freezes/<int:freeze_id>/remove", "remove_freeze", remove_freeze, POST),
)
