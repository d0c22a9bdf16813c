"""A person's own: which browsers are signed in, ending them, and the time zone that pages tell times in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access import people, sessions
from access.audit import record
from access.errors import AccessError
from access.models import BrowserSession
from interfaces.gate import actor, runtime, signed_in
from interfaces.pages.route import POST, Route
from interfaces.refusals import status_of
from storage.zones import zones


def account() -> ResponseReturnValue:
    """List the browsers that are signed in as this person."""
    return _page()


def choose_zone() -> ResponseReturnValue:
    """Tell this person times in another zone."""
    around, mine, asked = runtime(), _mine(), request.form.get("zone", "")
    try:
        with around.database.transaction() as session:
            zone = people.choose_zone(session, mine.user_id, asked)
            record(session, actor=actor(), action="time zone chosen", subject=zone, now=around.clock())
    except AccessError as error:
        return _page(errors={"zone": str(error)}, chosen=asked), status_of(error)
    flash(f"Pages tell you times in {zone} now.", "good")
    return redirect(url_for("pages.account"))


def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    around, mine = runtime(), _mine()
    now = around.clock()
    with around.database.transaction() as session:
        ended = sessions.end(session, mine.user_id, session_id, now)
        if ended:
            record(session, actor=actor(), action="session ended", subject=str(session_id), now=now)
    said = ("That browser is signed out.", "good") if ended else ("That session was over already.", "info")
    flash(*said)
    return redirect(url_for("pages.account"))


def end_other_sessions() -> ResponseReturnValue:
    """Sign every other browser out."""
    around, mine = runtime(), _mine()
    now = around.clock()
    with around.database.transaction() as session:
        ended = sessions.end_others(session, mine.user_id, mine.id, now)
        record(session, actor=actor(), action="other sessions ended", subject=str(ended), now=now)
    flash("Every other browser is signed out.", "good")
    return redirect(url_for("pages.account"))


def _page(**facts: object) -> str:
    around, mine = runtime(), _mine()
    with around.database.reading() as session:
        live = sessions.live(session, mine.user_id, around.clock())
    return render_template("account.html", live=live, mine=mine.id, zones=zones(), **facts)


def _mine() -> BrowserSession:
    browser = signed_in()
    assert browser is not None  # noqa: S101 - for the type checker: the gate let nobody else in
    return browser


ROUTES = (
    Route("/account", "account", account),
    Route("/account/zone", "choose_zone", choose_zone, POST),
    Route("/account/sessions/<int:session_id>/end", "end_session", end_session, POST),
    Route("/account/sessions/end-others", "end_other_sessions", end_other_sessions, POST),
)
