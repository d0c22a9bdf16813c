"""What contacts answer to notices: each answer is kept as it came, and the newest of a kind counts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consumers.contacts import add_contact
from consumers.errors import Conflict
from consumers.models import Contact
from deprecations.calendar import day_of
from deprecations.dates_in_words import day, moment
from deprecations.errors import AnswerRefused
from deprecations.headers import EMITTING
from deprecations.models import Deprecation, Notice
from deprecations.notice_models import Answer, AnswerKind
from deprecations.own_ends import own_ends
from deprecations.plan_evidence import gather_for_plans
from storage.paging import Page, page_of

_QUIET = timedelta(days=7)
_MOST_CONTACTS = 10
_MOST_ANSWERS = 50  # of one consumer about one plan: a link can leak
_LONGEST = 1000


def answer(
    session: Session,
    contact: Contact,
    plan: Deprecation,
    *,
    kind: str,
    on: date | None = None,
    words: str = "",
    now: datetime,
) -> tuple[Answer, str]:
    """Keep what a contact answers about a plan, and return it with what to reply.

    Raises AnswerRefused for what makes no sense: a day that is missing or over, a plan that isn't this
    contact's, an address that is none.
    """
    if kind not in _ACTS:
        raise AnswerRefused(f"“{kind}” is no answer: use {', '.join(_ACTS)}")
    concerns = select(Notice.id).where(Notice.contact_id == contact.id, Notice.deprecation_id == plan.id)
    if plan.state not in EMITTING or session.scalar(concerns.limit(1)) is None:
        raise AnswerRefused("This ending doesn't concern you any more.")
    if len(answers_of(session, contact.consumer_id, [plan.id]).get(plan.id, ())) >= _MOST_ANSWERS:
        raise AnswerRefused("That was answered very often: please write to the API's team instead.")
    said, reply = _ACTS[AnswerKind(kind)](session, contact, plan, on, " ".join(words.split())[:_LONGEST], now)
    kept = Answer(
        deprecation_id=plan.id,
        consumer_id=contact.consumer_id,
        contact_id=contact.id,
        by=contact.email,
        kind=kind,
        on=on,
        words=said,
        at=now,
    )
    session.add(kept)
    session.flush()
    return kept, reply


def mute_all(session: Session, contact: Contact, now: datetime) -> int:
    """Stop the reminders of every plan that concerns a contact; return of how many that was new."""
    plans = session.scalars(
        select(Deprecation)
        .join(Notice, Notice.deprecation_id == Deprecation.id)
        .where(Notice.contact_id == contact.id, Deprecation.state.in_(EMITTING))
        .distinct()
    ).all()
    quiet = wanting_quiet(session, [plan.id for plan in plans], date.max)
    loud = [plan for plan in plans if (plan.id, contact.id) not in quiet]
    for plan in loud:
        answer(session, contact, plan, kind=AnswerKind.MUTED, now=now)
    return len(loud)


def answers_of(
    session: Session, consumer_id: int, plan_ids: Collection[int]
) -> dict[int, tuple[Answer, ...]]:
    """Return what a consumer's contacts answered, by plan, newest first."""
    rows = session.scalars(
        select(Answer)
        .where(Answer.consumer_id == consumer_id, Answer.deprecation_id.in_(plan_ids))
        .order_by(Answer.id.desc())
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in rows:
        found[row.deprecation_id].append(row)
    return {plan_id: tuple(rows) for plan_id, rows in found.items()}


def list_answers(
    session: Session, *, deprecation_id: int | None = None, kind: str = "", page: int = 1
) -> Page[Answer]:
    """List answers with their plans and consumers, newest first."""
    plan = joinedload(Answer.deprecation)
    wanted = select(Answer).order_by(Answer.id.desc())
    if deprecation_id is not None:
        wanted = wanted.where(Answer.deprecation_id == deprecation_id)
    if kind:
        wanted = wanted.where(Answer.kind == kind)
    return page_of(
        session,
        wanted.options(
            plan.joinedload(Deprecation.api),
            plan.joinedload(Deprecation.operation),
            plan.joinedload(Deprecation.target),
            joinedload(Answer.consumer),
        ),
        page,
    )


def wanting_quiet(session: Session, plan_ids: Collection[int], today: date) -> set[tuple[int, int]]:
    """Return plan and contact of those who want no reminders: muted, or at work on it until a day to come."""
    kinds = (AnswerKind.MUTED, AnswerKind.UNMUTED, AnswerKind.ACKNOWLEDGED)
    rows = session.scalars(
        select(Answer)
        .where(Answer.deprecation_id.in_(plan_ids), Answer.kind.in_(kinds), Answer.contact_id.is_not(None))
        .order_by(Answer.id)
    )
    newest: dict[tuple[int, int], Answer] = {}
    for row in rows:
        if row.contact_id is not None:
            newest[row.deprecation_id, row.contact_id] = row
    return {pair for pair, row in newest.items() if _is_quiet(row, today)}


def _is_quiet(row: Answer, today: date) -> bool:
    return row.kind == AnswerKind.MUTED or (row.on is not None and row.on >= today)


def _acknowledge(
    session: Session, contact: Contact, plan: Deprecation, on: date | None, words: str, now: datetime
) -> tuple[str, str]:
    last = own_ends(session, [plan.id], now).of(plan, contact.consumer_id).on
    _check_day(on, contact, now)
    assert on is not None  # noqa: S101 - checked
    if on > last:
        raise AnswerRefused(f"It ends on {day(last)}: choose a day up to that, or ask for more time.")
    return words, f"Thank you. You plan to be done by {day(on)}; until then only the last reminders come."


def _ask_for_time(
    session: Session, contact: Contact, plan: Deprecation, on: date | None, words: str, now: datetime
) -> tuple[str, str]:
    last = own_ends(session, [plan.id], now).of(plan, contact.consumer_id).on
    _check_day(on, contact, now)
    assert on is not None  # noqa: S101 - checked
    if on <= last:
        raise AnswerRefused(f"You have until {day(last)} already: choose a later day.")
    if not words:
        raise AnswerRefused("Say why you need it: the API's team decides by that.")
    return words, f"The API's team is asked. Until it agrees, the last day stays {day(last)}."


def _forward(
    session: Session, contact: Contact, _plan: Deprecation, _on: date | None, words: str, now: datetime
) -> tuple[str, str]:
    of_consumer = select(func.count()).select_from(Contact).where(Contact.consumer_id == contact.consumer_id)
    if (session.scalar(of_consumer) or 0) >= _MOST_CONTACTS:
        raise AnswerRefused("There are many contacts already: please write to the API's team instead.")
    try:
        add_contact(session, contact.consumer, name=words, email=words, zone=contact.zone, now=now)
    except Conflict:
        return words, f"{words} is told already."
    return words, f"{words} is told from now on. You are told too, until you stop the reminders below."


def _claim_moved(
    session: Session, contact: Contact, plan: Deprecation, _on: date | None, _words: str, now: datetime
) -> tuple[str, str]:
    seen = gather_for_plans(session, [plan], now).get((plan.id, contact.consumer_id))
    if seen is None:
        return "no call was ever seen", "Good: no call of yours was ever seen."
    last = moment(seen.last_call_at, contact.zone)
    if now - seen.last_call_at < _QUIET:
        names = ", ".join((*seen.hints, *seen.user_agents)) or "an unknown caller"
        said = f"calls still came: the last one {last}, by {names}"
        return said, f"Not quite: {said}. Something of yours still runs the old way."
    return f"no call since {last}", f"It looks so: the last call came {last}. We will keep an eye on it."


def _mute(
    _session: Session, _contact: Contact, _plan: Deprecation, _on: date | None, _words: str, _now: datetime
) -> tuple[str, str]:
    return "", "Reminders stop, but for the last two before the end, and what changes or moves."


def _unmute(
    _session: Session, _contact: Contact, _plan: Deprecation, _on: date | None, _words: str, _now: datetime
) -> tuple[str, str]:
    return "", "Reminders come again."


def _check_day(on: date | None, contact: Contact, now: datetime) -> None:
    if on is None:
        raise AnswerRefused("Choose a day.")
    if on < day_of(now, contact.zone):
        raise AnswerRefused(f"{day(on)} is over already: choose a day to come.")


_Act = Callable[[Session, Contact, Deprecation, date | None, str, datetime], tuple[str, str]]
_ACTS: Final[Mapping[AnswerKind, _Act]] = {
    AnswerKind.ACKNOWLEDGED: _acknowledge,
    AnswerKind.MORE_TIME: _ask_for_time,
    AnswerKind.NOT_MINE: _forward,
    AnswerKind.MOVED: _claim_moved,
    AnswerKind.MUTED: _mute,
    AnswerKind.UNMUTED: _unmute,
}
