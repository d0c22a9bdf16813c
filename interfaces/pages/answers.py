"""The page behind the mails' links: what ends for one consumer, and its answers. The link is the key.

A GET only shows, since mail scanners open links; only a POST acts.
"""

from datetime import date

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers.contacts import find_contact
from consumers.errors import ConsumersError
from consumers.models import Consumer, Contact
from deprecations import board
from deprecations.answer_links import contact_of
from deprecations.answers import answer, list_answers, mute_all
from deprecations.endings import endings
from deprecations.errors import AnswerRefused
from deprecations.notice_models import AnswerKind
from deprecations.phrases import NAMES
from deprecations.reader_language import language_of, set_language
from interfaces.gate import runtime
from interfaces.mail import answer_key
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route

_REFUSED = 422


def your_endings(secret: str) -> ResponseReturnValue:
    """Show what ends for the consumer of the link's contact."""
    with runtime().database.reading() as session:
        return _page(session, secret)


def your_answer(secret: str, deprecation_id: int) -> ResponseReturnValue:
    """Keep an answer about one plan, and say what became of it."""
    around = runtime()
    now, form = around.clock(), request.form
    try:
        with around.database.transaction() as session:
            contact, plan = _contact(session, secret), board.find(session, deprecation_id)
            kept, said = answer(
                session,
                contact,
                plan,
                kind=form.get("kind", ""),
                on=_day(form.get("on", "")),
                words=form.get("words", ""),
                now=now,
            )
            detail = f"{kept.kind}: {kept.on or ''} {kept.words}".strip()
            _record(session, contact, "answered", str(plan.id), detail)
    except (AnswerRefused, ConsumersError) as error:
        with around.database.reading() as session:
            return _page(session, secret, said=str(error), tone="bad", about=deprecation_id), _REFUSED
    with around.database.reading() as session:
        return _page(session, secret, said=said, tone="good", about=deprecation_id)


def your_mute(secret: str) -> ResponseReturnValue:
    """Stop all reminders to a contact at one click (RFC 8058): mail programs post here without cookies."""
    around = runtime()
    now = around.clock()
    with around.database.transaction() as session:
        contact = _contact(session, secret)
        count = mute_all(session, contact, now)
        _record(session, contact, "reminders muted", "all", str(count))
    said = "Reminders stop, but for the last two before each end, and what changes or moves."
    with around.database.reading() as session:
        return _page(session, secret, said=said, tone="good")


def your_language(secret: str) -> ResponseReturnValue:
    """Choose the language of one's mails."""
    around = runtime()
    with around.database.transaction() as session:
        contact = _contact(session, secret)
        chosen = set_language(session, contact.id, request.form.get("language", ""))
        _record(session, contact, "language chosen", "all", chosen)
    with around.database.reading() as session:
        return _page(session, secret, said=f"Mails are written in {NAMES[chosen]} from now on.")


def answers() -> ResponseReturnValue:
    """List what contacts answered, newest first."""
    with runtime().database.reading() as session:
        return render_template("answers/list.html", listed=list_answers(session, page=page_number()))


def _record(session: Session, contact: Contact, action: str, subject: str, detail: str) -> None:
    now = runtime().clock()
    record(session, actor=contact.email, action=action, subject=subject, detail=detail, now=now)


def _page(session: Session, secret: str, *, said: str = "", tone: str = "good", about: int = 0) -> Response:
    now = runtime().clock()
    contact = _contact(session, secret)
    page = render_template(
        "answers/yours.html",
        contact=contact,
        endings=endings(session, contact, now),
        secret=secret,
        kinds=AnswerKind,
        said=said,
        tone=tone,
        about=about,
        mute=url_for("pages.your_mute", secret=secret),
        languages=NAMES,
        language=language_of(session, contact.id),
    )
    shown = make_response(page)
    shown.cache_control.no_store = True
    shown.headers["Referrer-Policy"] = "no-referrer"
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown


def _contact(session: Session, secret: str) -> Contact:
    around = runtime()
    contact = find_contact(session, contact_of(answer_key(around), secret, around.clock()))
    contact.consumer = session.get_one(Consumer, contact.consumer_id)
    return contact


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AnswerRefused(f"“{text}” is no day: write it as 2027-06-30.") from error


ROUTES = (
    Route("/answers", "answers", answers),
    Route("/your/<secret>", "your_endings", your_endings),
    Route("/your/<secret>/language", "your_language", your_language, POST),
    Route("/your/<secret>/mute", "your_mute", your_mute, POST),
    Route("/your/<secret>/<int:deprecation_id>", "your_answer", your_answer, POST),
)
