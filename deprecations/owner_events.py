"""What needs an API's own team by now: each cause with its sentence, what to do, and where.

Worked out from the rows as they are, so that a cause that is gone before it was told is told to nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from consumers.models import Consumer, Contact
from consumers.sources import SourceHealth, sources
from consumers.sums import ever
from deprecations.alarm_kinds import Alarm
from deprecations.alarms import alarms
from deprecations.answers import list_answers
from deprecations.attention import Kind
from deprecations.attention_words import ENGLISH, AttentionWords
from deprecations.escalation import escalations
from deprecations.headers import EMITTING
from deprecations.mail import AFFECTED_DAYS
from deprecations.models import Deprecation, ImpactSnapshot
from deprecations.notice_models import Answer, AnswerKind, ContactEndpoint
from deprecations.owner_models import ApiOwner
from deprecations.plan_evidence import gather_for_plans
from deprecations.rhythm import has_stopped
from deprecations.snapshots import latest, take
from deprecations.tries import Tries
from notifications.models import Endpoint, Suppression, SuppressionReason
from registry.models import Api, Operation, StoredComparison, Version

_LATELY = timedelta(days=7)
_SOON = timedelta(days=7)
_MONTH = timedelta(days=30)
_NAMES = 5
_COMPARISON = "comparison:"


@dataclass(frozen=True, slots=True)
class Event:
    """One cause; `about` names it, the same as long as it is the same. `path` is a page of this server."""

    api_id: int
    kind: Kind
    about: str
    sentence: str
    to_do: str
    path: str


def events(session: Session, now: datetime, words: AttentionWords = ENGLISH) -> tuple[Event, ...]:
    """Return what needs the teams of all APIs in the words of a language, the most urgent first."""
    apis = {api.id: api for api in session.scalars(select(Api))}
    found = [event for part in _PARTS for event in part(session, apis, words, now)]
    ranks = list(Kind)
    return tuple(sorted(found, key=lambda one: (ranks.index(one.kind), one.api_id, one.about)))


def _alarms(
    session: Session, apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    ids = {api.slug: api.id for api in apis.values()}
    for one in alarms(session, now, words=words):
        if one.kind == Alarm.NOT_KNOWN:  # it passes by itself, or its comparison is told as failed
            continue
        kind = Kind.AFTER_SUNSET if one.kind == Alarm.AFTER_SUNSET else Kind.ALARM
        about = f"{one.kind}:{one.deprecation_id}:{one.consumer}"
        path = f"/deprecations/{one.deprecation_id}"
        yield Event(ids[one.api], kind, about, one.sentence, one.to_do, path)


def _ends_soon(
    session: Session, _apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    plans = session.scalars(
        select(Deprecation)
        .where(Deprecation.state.in_(EMITTING), Deprecation.sunset_at.between(now, now + _SOON))
        .options(joinedload(Deprecation.target))
    ).all()
    calls = gather_for_plans(session, plans, now)
    names = _names(session, {consumer_id for _plan, consumer_id in calls})
    for plan in plans:
        still = sorted(
            names.get(consumer_id, words.nobody_registered)
            for (plan_id, consumer_id), seen in calls.items()
            if plan_id == plan.id and not has_stopped(seen.last_call_at, seen.longest_gap_days, now)
        )
        if still:
            told = words.ends_soon[len(still) > 1].format(
                what=words.what(plan.target), day=words.day(plan.sunset_on), names=words.listed(still, _NAMES)
            )
            yield Event(
                plan.api_id,
                Kind.ENDS_SOON,
                f"{plan.id}:{plan.sunset_on}",
                told,
                words.to_do[Kind.ENDS_SOON],
                f"/deprecations/{plan.id}",
            )


def _asked(
    session: Session, _apis: Mapping[int, Api], words: AttentionWords, _now: datetime
) -> Iterator[Event]:
    page, pages = 1, 1
    while page <= pages:
        found = list_answers(session, only_asking=True, page=page)
        page, pages = page + 1, found.pages
        for one in found.items:
            yield Event(
                one.deprecation.api_id,
                Kind.ASKED,
                f"answer:{one.id}",
                _asks(one, words),
                words.to_do[Kind.ASKED],
                f"/deprecations/{one.deprecation_id}",
            )


def _asks(one: Answer, words: AttentionWords) -> str:
    told = words.names_another if one.words else words.not_theirs
    day = ""
    if one.kind == AnswerKind.MORE_TIME and one.on:
        told, day = words.asks_for_time, words.day(one.on)
    what = words.what(one.deprecation.target)
    return told.format(by=one.by, consumer=one.consumer.name, what=what, day=day, words=one.words)


def _unanswered(
    session: Session, _apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    for one in escalations(session, now):
        if one.fallback_at > now:
            continue
        name, day = one.consumer.name, words.day(one.end.on)
        happened = _happened(one.tries, words)
        yield Event(
            one.plan.api_id,
            Kind.UNANSWERED,
            f"{one.plan.id}:{one.consumer.id}:{one.end.on}",
            words.unanswered.format(
                consumer=name, what=words.what(one.plan.target), day=day, happened=happened
            ),
            words.add_a_contact.format(consumer=name),
            f"/deprecations/{one.plan.id}",
        )


def _happened(tries: Tries, words: AttentionWords) -> str:
    failures = "; ".join(tries.failures[:_NAMES])
    failed = words.not_delivered.format(failures=failures) if failures else ""
    if not tries.sent or tries.since is None:
        return f"{words.none_reached}{failed}"
    to, at = words.listed(tries.recipients, _NAMES), words.at(tries.since)
    told = words.none_answered[tries.sent > 1]
    return f"{told.format(number=words.number(tries.sent), to=to, at=at)}{failed}"


def _unreachable(
    session: Session, _apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    of = ever(session, lambda _table: []).c
    reached = (
        select(Contact, Consumer, Operation.api_id, Endpoint, Suppression.reason)
        .join(Consumer, Consumer.id == Contact.consumer_id)
        .join(of.consumer_id.table, of.consumer_id == Consumer.id)
        .join(Operation, Operation.id == of.operation_id)
        .outerjoin(ContactEndpoint, ContactEndpoint.contact_id == Contact.id)
        .outerjoin(Endpoint, Endpoint.id == ContactEndpoint.endpoint_id)
        .outerjoin(Suppression, Suppression.address == func.lower(Contact.email))
        .where(
            of.last_at >= now - timedelta(days=AFFECTED_DAYS),
            (Contact.disabled_at > now - _MONTH) | (Endpoint.disabled_at > now - _MONTH),
        )
        .distinct()
    )
    for contact, consumer, api_id, endpoint, disliked in session.execute(reached):
        path = f"/consumers/{consumer.slug}?view=contacts"
        if contact.disabled_at is not None:
            yield Event(
                api_id,
                Kind.UNREACHABLE,
                f"contact:{contact.id}:{contact.disabled_at:%Y-%m-%dT%H:%M}",
                words.told_no_more.format(
                    email=contact.email, consumer=consumer.name, reason=contact.disabled_reason
                ),
                _to_do(disliked, words),
                path,
            )
        elif endpoint is not None and endpoint.disabled_at is not None:
            yield Event(
                api_id,
                Kind.UNREACHABLE,
                f"endpoint:{endpoint.id}",
                words.takes_no_more.format(
                    hint=endpoint.hint,
                    consumer=consumer.name,
                    reason=endpoint.disabled_reason,
                    email=contact.email,
                ),
                words.ask_for_address,
                path,
            )


def _to_do(listed_for: str | None, words: AttentionWords) -> str:
    if listed_for in (SuppressionReason.COMPLAINT, SuppressionReason.UNSUBSCRIBE):
        return words.wants_no_mail
    return words.to_do[Kind.UNREACHABLE]


def _own_team(
    session: Session, apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    wanted = select(ApiOwner).options(joinedload(ApiOwner.endpoint)).outerjoin(ApiOwner.endpoint)
    lately = (ApiOwner.disabled_at > now - _MONTH) | (Endpoint.disabled_at > now - _MONTH)
    for one in session.scalars(wanted.where(lately)):
        at, why, told, hint = one.disabled_at, one.disabled_reason, words.own_team, ""
        if at is None and one.endpoint is not None:
            at, why = one.endpoint.disabled_at, one.endpoint.disabled_reason
            told, hint = words.own_team_by_mail, one.endpoint.hint
        yield Event(
            one.api_id,
            Kind.UNREACHABLE,
            f"owner:{one.id}:{at:%Y-%m-%dT%H:%M}",
            told.format(name=one.name, hint=hint, reason=why),
            words.name_another,
            f"/apis/{apis[one.api_id].slug}?view=team",
        )


def _stale(
    session: Session, apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    for one in sources(session, now=now):
        if not one.stale or one.retired or one.last_event_at is None:
            continue
        for api_id in _reported(one, apis):
            yield Event(
                api_id,
                Kind.STALE_SOURCE,
                f"{one.slug}:{one.last_event_at:%Y-%m-%dT%H:%M}",
                words.silent_source.format(source=one.slug, at=words.at(one.last_event_at)),
                words.to_do[Kind.STALE_SOURCE],
                "/sources",
            )


def _breaking(
    session: Session, _apis: Mapping[int, Api], words: AttentionWords, now: datetime
) -> Iterator[Event]:
    old, new = aliased(Version), aliased(Version)
    steps = session.scalars(
        select(StoredComparison)
        .join(old, old.id == StoredComparison.old_version_id)
        .join(new, new.id == StoredComparison.new_version_id)
        .where(
            new.published_at >= now - _LATELY, old.position == new.position - 1, StoredComparison.breaking > 0
        )
        .options(joinedload(StoredComparison.old_version), joinedload(StoredComparison.new_version))
    )
    for one in steps:
        yield Event(
            one.api_id,
            Kind.BREAKING,
            f"{_COMPARISON}{one.id}",
            _breaks(session, one, words),
            words.to_do[Kind.BREAKING],
            f"/comparisons/{one.id}",
        )


def _breaks(session: Session, one: StoredComparison, words: AttentionWords) -> str:
    return words.breaks[one.breaking > 1].format(
        new=one.new_version.label,
        old=one.old_version.label,
        number=words.number(one.breaking),
        hit=_hit(session, one.id, words),
    )


def judge_anew(session: Session, about: str, words: AttentionWords, now: datetime) -> str:
    """Return the sentence of a version that breaks callers, by the calls and contracts known by now.

    A push tells of a version before its callers are known. `about` is that of its event.
    """
    one = session.get_one(
        StoredComparison,
        int(about.removeprefix(_COMPARISON)),
        options=[joinedload(StoredComparison.old_version), joinedload(StoredComparison.new_version)],
    )
    before = session.scalar(
        select(func.max(ImpactSnapshot.taken_at)).where(ImpactSnapshot.comparison_id == one.id)
    )
    if before is not None and before < now:
        take(session, one.id, by="sundial", now=now)
    return _breaks(session, one, words)


def _hit(session: Session, comparison_id: int, words: AttentionWords) -> str:
    newest = (
        select(ImpactSnapshot.hurt, ImpactSnapshot.at_risk)
        .where(ImpactSnapshot.comparison_id == comparison_id)
        .order_by(ImpactSnapshot.id.desc())
        .limit(1)
    )
    row = session.execute(newest).one_or_none()
    if row is None:
        return ""
    hurt, at_risk = row
    if not hurt and not at_risk:
        found = latest(session, comparison_id, lambda _fingerprint, _party: False)
        blind = found.blind if found else None
        return words.hits_unknown.format(blind=blind.rstrip(".")) if blind else words.hits_nobody
    return words.hits[hurt != 1].format(hurt=words.number(hurt), at_risk=words.number(at_risk))


def _reported(source: SourceHealth, apis: Mapping[int, Api]) -> list[int]:
    if source.api_id is not None:
        return [source.api_id]
    return [api.id for api in apis.values() if api.is_example == source.is_example]


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        select(Consumer.id, Consumer.name).where(Consumer.id.in_(ids), Consumer.is_unattributed.is_(False))
    )
    return {row[0]: row[1] for row in rows}


_PARTS: Final[
    tuple[Callable[[Session, Mapping[int, Api], AttentionWords, datetime], Iterator[Event]], ...]
] = (
    _alarms,
    _ends_soon,
    _asked,
    _unanswered,
    _unreachable,
    _own_team,
    _stale,
    _breaking,
)
