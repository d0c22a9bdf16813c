"""Who is told what, when: notices that wait for their day, and the outbox with what became of each mail."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from deprecations.answer_links import without_links
from deprecations.ledger import ledger_csv
from deprecations.notices import notices as planned_notices
from deprecations.notices import plan_notices
from deprecations.packing import pack
from deprecations.successors import waiting as without_comparison
from interfaces.gate import actor, runtime
from interfaces.mail import desk as our_desk
from interfaces.mail import resume_mail, send_trial
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route
from interfaces.pages.standing import notices_in
from notifications import desk
from notifications.errors import Unmailable, WrongState
from notifications.models import Envelope, EnvelopeState, PostOffice
from notifications.office import pause
from storage.job_runs import is_ticking

TABS = (
    ("", "Planned"),
    (EnvelopeState.QUEUED, "Queued"),
    (EnvelopeState.SENDING, "Sending"),
    (EnvelopeState.SENT, "Sent"),
    (EnvelopeState.FAILED, "Failed"),
    ("dropped", "Dropped"),
)
"""What the page shows: notices that wait, mails in each state, notices that nobody will be told."""

_NOTICES = {"": "due", "dropped": "dropped"}


def notices() -> ResponseReturnValue:
    """Show the notices that wait; `?state=` shows others, or the mails of the outbox."""
    asked = request.args.get("state", "")
    state = asked if asked in {name for name, _word in TABS} else ""
    with runtime().database.reading() as session:
        counts = {
            **desk.count_by_state(session),
            **{name: planned_notices(session, state=word).total for name, word in _NOTICES.items()},
        }
        listed = (
            planned_notices(session, state=_NOTICES[state], page=page_number())
            if state in _NOTICES
            else desk.list_envelopes(session, state=state, page=page_number())
        )
        return render_template(
            "notices/mails.html" if state not in _NOTICES else "notices/notices.html",
            listed=listed,
            state=state,
            office=session.get(PostOffice, 1),
            is_ticking=is_ticking(session, runtime().clock()),
            tabs=[(word, url_for("pages.notices", state=name or None), counts[name]) for name, word in TABS],
            current=dict(TABS)[state],
        )


def envelope(key: str) -> ResponseReturnValue:
    """Show a mail of the outbox: what it says, what it is about, every try."""
    with runtime().database.reading() as session:
        found = desk.find(session, key)
        posted = json.dumps(found.payload, ensure_ascii=False, indent=2) if found.payload else ""
        return render_template(
            "notices/envelope.html",
            envelope=found,
            text=without_links(found.text),
            carried=notices_in(session, found.key),
            tries=desk.attempts(session, found),
            posted=without_links(posted),
        )


def write_notices() -> ResponseReturnValue:
    """Plan the notices and put what is due into the outbox, as the scheduler does by itself."""
    around = runtime()
    with around.database.transaction() as session:
        now = around.clock()
        planned, packed = plan_notices(session, now), pack(session, desk=our_desk(around), now=now)
        is_compared = not without_comparison(session, 1)
        detail = f"{planned} planned, {packed} mails"
        record(session, actor=actor(), action="notices written", subject="all", detail=detail, now=now)
    later = "" if is_compared else " Mails about what is still compared with its successor follow in minutes."
    flash(f"New notices: {planned:,}. Mails put into the outbox: {packed:,}.{later}", "good")
    return redirect(url_for("pages.notices"))


def pause_mail() -> ResponseReturnValue:
    """Let no mail leave."""
    around, reason = runtime(), request.form.get("reason", "").strip()
    if not reason:
        flash("Say why no mail is to leave: whoever finds it paused wants to know.", "bad")
        return redirect(url_for("pages.notices"))
    with around.database.transaction() as session:
        now = around.clock()
        pause(session, by=actor(), reason=reason, now=now)
        record(session, actor=actor(), action="mail paused", subject="all", detail=reason, now=now)
    return redirect(url_for("pages.notices"))


def resume_all() -> ResponseReturnValue:
    """Let mail leave again, or hold back what waits."""
    around = runtime()
    with around.database.transaction() as session:
        held = resume_mail(session, around, hold_queued="hold_queued" in request.form, by=actor())
    flash(f"Mail leaves again. Mails held back: {held:,}.", "good")
    return redirect(url_for("pages.notices"))


def trial_mail() -> ResponseReturnValue:
    """Send a trial mail, and show what becomes of it."""
    try:
        with runtime().database.transaction() as session:
            key = send_trial(session, runtime(), request.form.get("recipient", ""), by=actor()).key
    except Unmailable as error:
        flash(str(error), "bad")
        return redirect(url_for("pages.notices"))
    return redirect(url_for("pages.envelope", key=key))


def download_ledger() -> ResponseReturnValue:
    """Answer the ledger as CSV."""
    database = runtime().database

    def lines() -> Iterator[str]:
        with database.reading() as session:
            yield from ledger_csv(session)

    return Response(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=sundial-ledger.csv"},
    )


def send_now(key: str) -> ResponseReturnValue:
    """Let a mail that waits go at once."""
    return _take(key, "mail released", desk.release, "It goes out with the next delivery.")


def try_again(key: str) -> ResponseReturnValue:
    """Queue a mail that failed once more."""
    return _take(
        key, "mail tried again", desk.retry, "It is queued again, and goes out with the next delivery."
    )


def _take(key: str, action: str, act: Callable[..., None], said: str) -> ResponseReturnValue:
    around = runtime()
    try:
        with around.database.transaction() as session:
            _act(session, act, desk.find(session, key), action, around.clock())
    except WrongState as error:
        said, tone = str(error), "bad"
    else:
        tone = "good"
    flash(said, tone)
    return redirect(url_for("pages.envelope", key=key))


def _act(session: Session, act: Callable[..., None], found: Envelope, action: str, now: datetime) -> None:
    act(session, found, now=now)
    record(session, actor=actor(), action=action, subject=found.key, detail=found.recipient, now=now)


ROUTES = (
    Route("/notices", "notices", notices),
    Route("/notices/trial", "trial_mail", trial_mail, POST),
    Route("/notices/pause", "pause_mail", pause_mail, POST),
    Route("/notices/resume", "resume_all", resume_all, POST),
    Route("/notices/ledger.csv", "download_ledger", download_ledger),
    Route("/notices/write", "write_notices", write_notices, POST),
    Route("/notices/mails/<key>", "envelope", envelope),
    Route("/notices/mails/<key>/send", "send_now", send_now, POST),
    Route("/notices/mails/<key>/retry", "try_again", try_again, POST),
)
