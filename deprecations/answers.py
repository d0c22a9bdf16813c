"""What contacts answer to notices: each answer is kept as it came, and the newest of a kind counts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from consumers.contacts import add_contact
from consumers.errors import Conflict, ConsumersError
from consumers.models import Contact
from deprecations.answer_words import ANSWER_WORDS, AnswerWords
from deprecations.calendar import day_of
from deprecations.dates_in_words import day, moment
from deprecations.errors import AnswerNotFound, AnswerRefused
from deprecations.extensions import MOST_MORE
from deprecations.headers import EMITTING
from deprecations.models import Deprecation, State
from deprecations.moved_claims import QUIET, checked_at
from deprecations.notice_models import ASKING, Answer, AnswerKind, Decision, Notice
from deprecations.own_ends import own_ends
from deprecations.phrases import LANGUAGES, Phrases
from deprecations.plan_evidence import gather_for_plans
from storage.paging import Page, page_of

_MOST_CONTACTS = 10
_MOST_ANSWERS = 50  # of one consumer about one plan: a link can leak
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reader is told about its answer; it isn't good where something is left to do."""

    text: str
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer that came in, with the words of its reader's language."""

    session: Session
    contact: Contact
    plan: Deprecation
    on: date | None
    words: str
    now: datetime
    say: AnswerWords
    phrases: Phrases

    def day(self, on: date) -> str:
        return day(on, self.phrases)


def answer(
    session: Session,
    contact: Contact,
    plan: Deprecation,
    *,
    kind: str,
    on: date | None = None,
    words: str = "",
    now: datetime,
) -> tuple[Answer, Reply]:
    """Keep what a contact answers about a plan, and return it with what to reply in its language.

    Raises AnswerRefused for what makes no sense: a day that is missing or over, a plan that isn't this
    contact's, an address that is none.
    """
    say = ANSWER_WORDS[contact.language]
    if kind not in _ACTS:
        raise AnswerRefused(say.unknown_kind.format(kind, ", ".join(_ACTS)))
    concerns = select(Notice.id).where(Notice.contact_id == contact.id, Notice.deprecation_id == plan.id)
    if plan.state not in EMITTING or session.scalar(concerns.limit(1)) is None:
        raise AnswerRefused(say.no_concern)
    if len(answers_of(session, contact.consumer_id, [plan.id]).get(plan.id, ())) >= _MOST_ANSWERS:
        raise AnswerRefused(say.too_many)
    asked = _Asked(
        session, contact, plan, on, " ".join(words.split())[:_LONGEST], now, say, LANGUAGES[contact.language]
    )
    said, reply = _ACTS[AnswerKind(kind)](asked)
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
        .options(joinedload(Answer.decision))
        .order_by(Answer.id.desc())
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in rows:
        found[row.deprecation_id].append(row)
    return {plan_id: tuple(rows) for plan_id, rows in found.items()}


def who_named(session: Session, contact: Contact) -> str:
    """Return whose answer made somebody a contact, "" where none did."""
    named = select(Answer.by, Answer.words).where(
        Answer.consumer_id == contact.consumer_id,
        Answer.kind == AnswerKind.NOT_MINE,
        Answer.at == contact.created_at,
    )
    rows = session.execute(named.order_by(Answer.id))
    return next((by for by, words in rows if words.lower() == contact.email.lower()), "")


def list_answers(
    session: Session,
    *,
    deprecation_id: int | None = None,
    consumer_id: int | None = None,
    kind: str = "",
    only_asking: bool = False,
    page: int = 1,
) -> Page[Answer]:
    """List answers with their plans, consumers and decisions, newest first.

    `only_asking` leaves those that wait for a decision: of each contact its newest about a plan that isn't
    over, as long as nobody decided.
    """
    wanted = _loaded().order_by(Answer.id.desc())
    if deprecation_id is not None:
        wanted = wanted.where(Answer.deprecation_id == deprecation_id)
    if consumer_id is not None:
        wanted = wanted.where(Answer.consumer_id == consumer_id)
    if kind:
        wanted = wanted.where(Answer.kind == kind)
    if only_asking:
        wanted = wanted.where(*_asks())
    return page_of(session, wanted, page)


def find_answer(session: Session, answer_id: int) -> Answer:
    """Return an answer with its plan, consumer and decision."""
    found = session.scalar(_loaded().where(Answer.id == answer_id))
    if found is None:
        raise AnswerNotFound(f"there is no answer {answer_id}")
    return found


def is_asking(session: Session, answer_id: int) -> bool:
    """Tell whether an answer waits for a decision."""
    return session.scalar(select(Answer.id).where(Answer.id == answer_id, *_asks())) is not None


def _asks() -> tuple[ColumnElement[bool], ...]:
    later = aliased(Answer)
    overtaken = exists().where(
        later.deprecation_id == Answer.deprecation_id,
        later.consumer_id == Answer.consumer_id,
        later.by == Answer.by,
        later.kind == Answer.kind,
        later.id > Answer.id,
    )
    return (
        Answer.kind.in_(ASKING),
        ~exists().where(Decision.answer_id == Answer.id),
        ~overtaken,
        exists().where(
            Deprecation.id == Answer.deprecation_id, Deprecation.state.in_((*EMITTING, State.PAUSED))
        ),
    )


def _loaded() -> Select[Answer]:
    plan = joinedload(Answer.deprecation)
    return select(Answer).options(
        plan.joinedload(Deprecation.api),
        plan.joinedload(Deprecation.operation),
        plan.joinedload(Deprecation.target),
        joinedload(Answer.consumer),
        joinedload(Answer.decision),
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


def _acknowledge(asked: _Asked) -> tuple[str, Reply]:
    on, last = _day_to_come(asked), _last_day(asked)
    if on > last:
        raise AnswerRefused(asked.say.day_too_late.format(asked.day(last)))
    return asked.words, Reply(asked.say.acknowledged.format(asked.day(on)))


def _ask_for_time(asked: _Asked) -> tuple[str, Reply]:
    on, last = _day_to_come(asked), _last_day(asked)
    if on <= last:
        raise AnswerRefused(asked.say.has_time.format(asked.day(last)))
    latest = asked.plan.sunset_on + MOST_MORE
    if on > latest:
        raise AnswerRefused(asked.say.too_much_time.format(asked.day(latest)))
    if not asked.words:
        raise AnswerRefused(asked.say.no_reason)
    return asked.words, Reply(asked.say.asked.format(asked.day(last)))


def _forward(asked: _Asked) -> tuple[str, Reply]:
    session, contact, named = asked.session, asked.contact, asked.words
    if not named:
        return "", Reply(asked.say.nobody_named)
    of_consumer = select(func.count()).select_from(Contact).where(Contact.consumer_id == contact.consumer_id)
    if (session.scalar(of_consumer) or 0) >= _MOST_CONTACTS:
        raise AnswerRefused(asked.say.many_contacts)
    try:
        add_contact(
            session,
            contact.consumer,
            name=named,
            email=named,
            zone=contact.zone,
            language=contact.language,
            now=asked.now,
        )
    except Conflict:
        return named, Reply(asked.say.told_already.format(named))
    except ConsumersError as error:
        raise AnswerRefused(asked.say.no_address.format(named)) from error
    return named, Reply(asked.say.forwarded.format(named))


def _claim_moved(asked: _Asked) -> tuple[str, Reply]:
    contact, plan, now, say = asked.contact, asked.plan, asked.now, asked.say
    seen = gather_for_plans(asked.session, [plan], now).get((plan.id, contact.consumer_id))
    if seen is None:
        return "no call was ever seen", Reply(say.never_called)
    last, names = seen.last_call_at, ", ".join((*seen.hints, *seen.user_agents))
    told = asked.phrases.on.format(moment(last, contact.zone, asked.phrases))
    if now - last < QUIET:
        kept = (
            f"not yet seen: the last call came {moment(last)}, by {names or 'an unknown caller'}; "
            f"counts from {moment(checked_at(last))} where none follows"
        )
        again = moment(checked_at(last), contact.zone, asked.phrases)
        return kept, Reply(say.still_calls.format(told, names or say.somebody, again), is_good=False)
    return f"no call since {moment(last)}", Reply(say.quiet_since.format(told))


def _mute(asked: _Asked) -> tuple[str, Reply]:
    return "", Reply(asked.say.muted)


def _unmute(asked: _Asked) -> tuple[str, Reply]:
    return "", Reply(asked.say.unmuted)


def _last_day(asked: _Asked) -> date:
    return own_ends(asked.session, [asked.plan.id], asked.now).of(asked.plan, asked.contact.consumer_id).on


def _day_to_come(asked: _Asked) -> date:
    if asked.on is None:
        raise AnswerRefused(asked.say.no_day)
    if asked.on < day_of(asked.now, asked.contact.zone):
        raise AnswerRefused(asked.say.day_over.format(asked.day(asked.on)))
    return asked.on


_ACTS: Final[Mapping[AnswerKind, Callable[[_Asked], tuple[str, Reply]]]] = {
    AnswerKind.ACKNOWLEDGED: _acknowledge,
    AnswerKind.MORE_TIME: _ask_for_time,
    AnswerKind.NOT_MINE: _forward,
    AnswerKind.MOVED: _claim_moved,
    AnswerKind.MUTED: _mute,
    AnswerKind.UNMUTED: _unmute,
}
