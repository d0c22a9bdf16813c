"""The page behind the mails' links: what ends for one consumer, and its answers. The link is the key.

A GET only shows, since mail scanners open links; only a POST acts, and leads to a page
that can be loaded again.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from flask import Response, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers.contacts import change_contact, find_contact
from consumers.errors import NotFound
from consumers.models import Consumer, Contact
from deprecations import board
from deprecations.answer_links import contact_of
from deprecations.answer_words import ANSWER_WORDS, AnswerWords
from deprecations.answers import answer, list_answers, mute_all, who_named
from deprecations.endings import endings
from deprecations.errors import AnswerLinkRefused, AnswerRefused, DeprecationNotFound
from deprecations.models import Deprecation
from interfaces.gate import runtime
from interfaces.mail import answer_key
from interfaces.pages.listing import page_number
from interfaces.pages.route import GET_OR_POST, Route
from storage.languages import DEFAULT, OWN_NAMES

_REFUSED = 422
_REPLY = "reply"
_LONGEST = 1000  # of a reply, which waits in a cookie


P = ParamSpec("P")


def _for_readers(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Say what is wrong with a link in the language that its reader's browser asks for."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        language = request.accept_languages.best_match([*ANSWER_WORDS]) or DEFAULT
        say = ANSWER_WORDS[language]
        try:
            return view(*args, **kwargs)
        except AnswerLinkRefused as error:
            detail = say.expired if error.is_expired else say.torn
        except NotFound:
            detail = say.gone
        page = render_template(
            "answers/refused.html", language=language, heading=say.refused, detail=detail, status=404
        )
        return _private(make_response(page, HTTPStatus.NOT_FOUND))

    return guarded


@_for_readers
def your_endings(secret: str) -> ResponseReturnValue:
    """Show what ends for the consumer of the link's contact."""
    with runtime().database.reading() as session:
        return _page(session, secret, **browser.pop(_REPLY, {}))


@_for_readers
def your_answer(secret: str, deprecation_id: int) -> ResponseReturnValue:
    """Keep an answer about one plan, and say what became of it; a GET shows the page."""
    if request.method != "POST":
        return your_endings(secret)
    around = runtime()
    now, form = around.clock(), request.form
    try:
        with around.database.transaction() as session:
            contact = _contact(session, secret)
            kept, reply = answer(
                session,
                contact,
                _plan(session, contact, deprecation_id),
                kind=form.get("kind", ""),
                on=_day(contact, form.get("on", "")),
                words=form.get("words", ""),
                now=now,
            )
            detail = f"{kept.kind}: {kept.on or ''} {kept.words}".strip()
            _record(session, contact, "answered", str(deprecation_id), detail)
    except AnswerRefused as error:
        with around.database.reading() as session:
            said = str(error)
            page = _page(session, secret, said=said, tone="bad", about=deprecation_id, given=form)
            return page, _REFUSED
    browser[_REPLY] = {
        "said": reply.text[:_LONGEST],
        "tone": "good" if reply.is_good else "warn",
        "about": deprecation_id,
    }
    return _shown_at("your_answer", secret, deprecation_id=deprecation_id)


@_for_readers
def your_mute(secret: str) -> ResponseReturnValue:
    """Stop all reminders to a contact at one click (RFC 8058): mail programs post here without cookies.

    They follow no redirect. Who opens the address sees a button, and nothing changes.
    """
    around = runtime()
    now = around.clock()
    if request.method != "POST":
        with around.database.reading() as session:
            return _private(make_response(_mute_page(session, secret)))
    with around.database.transaction() as session:
        contact = _contact(session, secret)
        count = mute_all(session, contact, now)
        said = _say(contact).muted_all
        _record(session, contact, "reminders muted", "all", str(count))
    with around.database.reading() as session:
        return _page(session, secret, said=said)


@_for_readers
def your_language(secret: str) -> ResponseReturnValue:
    """Choose the language of this page and of one's mails; a GET shows the page."""
    if request.method != "POST":
        return your_endings(secret)
    around, asked = runtime(), request.form.get("language", "")
    if asked not in OWN_NAMES:
        with around.database.reading() as session:
            said = _say(_contact(session, secret)).unknown_language.format(asked)
            return _page(session, secret, said=said, tone="bad"), _REFUSED
    with around.database.transaction() as session:
        contact = _contact(session, secret)
        change_contact(session, contact, language=asked)
        _record(session, contact, "language chosen", "all", asked)
    browser[_REPLY] = {"said": ANSWER_WORDS[asked].language.format(OWN_NAMES[asked])}
    return _shown_at("your_endings", secret)


def answers() -> ResponseReturnValue:
    """List what contacts answered, newest first; `?asking=1` what asks for a decision."""
    asking = request.args.get("asking") == "1"
    with runtime().database.reading() as session:
        return render_template(
            "answers/list.html",
            listed=list_answers(session, only_asking=asking, page=page_number()),
            asking=asking,
            asks_total=list_answers(session, only_asking=True).total,
        )


def _record(session: Session, contact: Contact, action: str, subject: str, detail: str) -> None:
    now = runtime().clock()
    record(session, actor=contact.email, action=action, subject=subject, detail=detail, now=now)


def _shown_at(endpoint: str, secret: str, **parts: Any) -> Response:
    """Lead to the page that says what became of an answer: it can be loaded again."""
    to = redirect(url_for(f"pages.{endpoint}", secret=secret, **parts), HTTPStatus.SEE_OTHER)
    return _private(make_response(to))


def _mute_page(session: Session, secret: str) -> str:
    contact = _contact(session, secret)
    return render_template("answers/mute.html", contact=contact, secret=secret, language=contact.language)


def _page(
    session: Session,
    secret: str,
    *,
    said: str = "",
    tone: str = "good",
    about: int = 0,
    given: Mapping[str, str] | None = None,
) -> Response:
    now = runtime().clock()
    contact = _contact(session, secret)
    found = endings(session, contact, now)
    page = render_template(
        "answers/yours.html",
        contact=contact,
        named_by=who_named(session, contact),
        endings=found,
        secret=secret,
        said=said,
        tone=tone,
        about=about if about in {one.plan.id for one in found} else 0,
        given=given or {},
        mute=url_for("pages.your_mute", secret=secret),
        languages=OWN_NAMES,
        language=contact.language,
    )
    return _private(make_response(page))


def _private(shown: Response) -> Response:
    shown.cache_control.no_store = True
    shown.headers["Referrer-Policy"] = "no-referrer"
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown


def _contact(session: Session, secret: str) -> Contact:
    around = runtime()
    contact = find_contact(session, contact_of(answer_key(around), secret, around.clock()))
    contact.consumer = session.get_one(Consumer, contact.consumer_id)
    return contact


def _say(contact: Contact) -> AnswerWords:
    return ANSWER_WORDS[contact.language]


def _plan(session: Session, contact: Contact, deprecation_id: int) -> Deprecation:
    try:
        return board.find(session, deprecation_id)
    except DeprecationNotFound as error:
        raise AnswerRefused(_say(contact).no_concern) from error


def _day(contact: Contact, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AnswerRefused(_say(contact).unreadable_day.format(text)) from error


ROUTES = (
    Route("/answers", "answers", answers),
    Route("/your/<secret>", "your_endings", your_endings),
    Route("/your/<secret>/language", "your_language", your_language, GET_OR_POST),
    Route("/your/<secret>/mute", "your_mute", your_mute, GET_OR_POST),
    Route("/your/<secret>/<int:deprecation_id>", "your_answer", your_answer, GET_OR_POST),
)
