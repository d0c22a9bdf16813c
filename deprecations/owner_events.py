"""What needs an API's own team by now: each cause with its sentence, what to do, and where.

Worked out from the rows as they are, so that a cause that is gone before it was told is told to nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from consumers.models import Consumer, Contact, Usage
from consumers.sources import SourceHealth, sources
from deprecations.alarm_kinds import Alarm
from deprecations.alarms import alarms
from deprecations.answers import list_answers
from deprecations.dates_in_words import day, moment
from deprecations.escalation import escalations
from deprecations.headers import EMITTING
from deprecations.mail import AFFECTED_DAYS
from deprecations.models import Deprecation, ImpactSnapshot
from deprecations.notice_models import AnswerKind, ContactEndpoint
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


class Kind(StrEnum):
    """What it is that needs a team, the most urgent first."""

    AFTER_SUNSET = "after-sunset"
    ENDS_SOON = "ends-soon"
    ASKED = "asked"
    UNANSWERED = "unanswered"
    UNREACHABLE = "unreachable"
    STALE_SOURCE = "stale-source"
    BREAKING = "breaking"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Event:
    """One cause; `about` names it, the same as long as it is the same. `path` is a page of this server."""

    api_id: int
    kind: Kind
    about: str
    sentence: str
    to_do: str
    path: str


def events(session: Session, now: datetime) -> tuple[Event, ...]:
    """Return what needs the teams of all APIs, the most urgent first."""
    apis = {api.id: api for api in session.scalars(select(Api))}
    found = [event for part in _PARTS for event in part(session, apis, now)]
    ranks = list(Kind)
    return tuple(sorted(found, key=lambda one: (ranks.index(one.kind), one.api_id, one.about)))


def _alarms(session: Session, apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
    ids = {api.slug: api.id for api in apis.values()}
    for one in alarms(session, now):
        kind = Kind.AFTER_SUNSET if one.kind == Alarm.AFTER_SUNSET else Kind.ALARM
        about = f"{one.kind}:{one.deprecation_id}:{one.consumer}"
        path = f"/deprecations/{one.deprecation_id}"
        yield Event(ids[one.api], kind, about, one.sentence, one.to_do, path)


def _ends_soon(session: Session, _apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
    plans = session.scalars(
        select(Deprecation)
        .where(Deprecation.state.in_(EMITTING), Deprecation.sunset_at.between(now, now + _SOON))
        .options(joinedload(Deprecation.target))
    ).all()
    calls = gather_for_plans(session, plans, now)
    names = _names(session, {consumer_id for _plan, consumer_id in calls})
    for plan in plans:
        still = sorted(
            names.get(consumer_id, "a caller that nobody registered")
            for (plan_id, consumer_id), seen in calls.items()
            if plan_id == plan.id and not has_stopped(seen.last_call_at, seen.longest_gap_days, now)
        )
        if still:
            yield Event(
                plan.api_id,
                Kind.ENDS_SOON,
                f"{plan.id}:{plan.sunset_on}",
                f"{plan.target.label} ends on {day(plan.sunset_on)}, and {_listed(still)} still "
                f"call{'s' if len(still) == 1 else ''} it.",
                "Ask them once more, give them a later day of their own, or move the end.",
                f"/deprecations/{plan.id}",
            )


def _asked(session: Session, _apis: Mapping[int, Api], _now: datetime) -> Iterator[Event]:
    page, pages = 1, 1
    while page <= pages:
        found = list_answers(session, only_asking=True, page=page)
        page, pages = page + 1, found.pages
        for one in found.items:
            what = one.deprecation.target.label
            asks = (
                f"asks for time until {day(one.on)} for {what}: “{one.words}”."
                if one.kind == AnswerKind.MORE_TIME and one.on
                else f"says that {what} isn’t theirs{f', and names {one.words}' if one.words else ''}."
            )
            yield Event(
                one.deprecation.api_id,
                Kind.ASKED,
                f"answer:{one.id}",
                f"{one.by} of {one.consumer.name} {asks}",
                "Agree or decline: the answer goes out by mail at once.",
                f"/deprecations/{one.deprecation_id}",
            )


def _unanswered(session: Session, _apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
    for one in escalations(session, now):
        if one.fallback_at > now:
            continue
        what, name = one.plan.target.label, one.consumer.name
        yield Event(
            one.plan.api_id,
            Kind.UNANSWERED,
            f"{one.plan.id}:{one.consumer.id}:{one.end.on}",
            f"{name} calls {what}, which ends for it on {day(one.end.on)}, and {_happened(one.tries)}.",
            f"Call somebody whom you know at {name}, add a contact, or give it a later day.",
            f"/deprecations/{one.plan.id}",
        )


def _happened(tries: Tries) -> str:
    failed = f"; not delivered was {'; '.join(tries.failures[:_NAMES])}" if tries.failures else ""
    if not tries.sent or tries.since is None:
        return f"no message reached anybody there{failed}"
    number = "one message" if tries.sent == 1 else f"{tries.sent} messages"
    to = _listed(list(tries.recipients))
    return f"nobody there answered: {number} went to {to} since {moment(tries.since)}{failed}"


def _unreachable(session: Session, _apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
    reached = (
        select(Contact, Consumer, Operation.api_id, Endpoint, Suppression.reason)
        .join(Consumer, Consumer.id == Contact.consumer_id)
        .join(Usage, Usage.consumer_id == Consumer.id)
        .join(Operation, Operation.id == Usage.operation_id)
        .outerjoin(ContactEndpoint, ContactEndpoint.contact_id == Contact.id)
        .outerjoin(Endpoint, Endpoint.id == ContactEndpoint.endpoint_id)
        .outerjoin(Suppression, Suppression.address == func.lower(Contact.email))
        .where(
            Usage.last_at >= now - timedelta(days=AFFECTED_DAYS),
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
                f"{contact.email} of {consumer.name} is told nothing any more: {contact.disabled_reason}.",
                _to_do(disliked),
                path,
            )
        elif endpoint is not None and endpoint.disabled_at is not None:
            yield Event(
                api_id,
                Kind.UNREACHABLE,
                f"endpoint:{endpoint.id}",
                f"{endpoint.hint} of {consumer.name} takes nothing any more: {endpoint.disabled_reason}. "
                f"Mail to {contact.email} takes its place.",
                "Ask them for a new address.",
                path,
            )


def _to_do(listed_for: str | None) -> str:
    if listed_for in (SuppressionReason.COMPLAINT, SuppressionReason.UNSUBSCRIBE):
        return "They want no mail from here: name somebody else, or call them."
    return "Name somebody else, or ask them for an address that works."


def _own_team(session: Session, apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
    wanted = select(ApiOwner).options(joinedload(ApiOwner.endpoint)).outerjoin(ApiOwner.endpoint)
    lately = (ApiOwner.disabled_at > now - _MONTH) | (Endpoint.disabled_at > now - _MONTH)
    for one in session.scalars(wanted.where(lately)):
        at, why, instead = one.disabled_at, one.disabled_reason, ""
        if at is None and one.endpoint is not None:
            at, why = one.endpoint.disabled_at, one.endpoint.disabled_reason
            instead = f" at {one.endpoint.hint}, and gets mail instead"
        yield Event(
            one.api_id,
            Kind.UNREACHABLE,
            f"owner:{one.id}:{at:%Y-%m-%dT%H:%M}",
            f"{one.name} of your own team can’t be told any more{instead}: {why}.",
            "Give them another address, or name somebody else.",
            f"/apis/{apis[one.api_id].slug}?view=team",
        )


def _stale(session: Session, apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
    for one in sources(session, now=now):
        if not one.stale or one.retired or one.last_event_at is None:
            continue
        for api_id in _reported(one, apis):
            yield Event(
                api_id,
                Kind.STALE_SOURCE,
                f"{one.slug}:{one.last_event_at:%Y-%m-%dT%H:%M}",
                f"The source “{one.slug}” told of no call since {moment(one.last_event_at)}. While it is "
                "silent, nothing proves that calls stopped, and no removal is called safe.",
                "See whether its logs still arrive; retire it where it is gone for good.",
                "/sources",
            )


def _breaking(session: Session, _apis: Mapping[int, Api], now: datetime) -> Iterator[Event]:
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
            _breaks(session, one),
            "Look at whom it hits; plan the ending, waive what was agreed, or publish a version without it.",
            f"/comparisons/{one.id}",
        )


def _breaks(session: Session, one: StoredComparison) -> str:
    number = f"{one.breaking} breaking change{'s' if one.breaking > 1 else ''}"
    versions = f"Version {one.new_version.label} breaks callers of {one.old_version.label}"
    return f"{versions}: {number}{_hit(session, one.id)}."


def judge_anew(session: Session, about: str, now: datetime) -> str:
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
    return _breaks(session, one)


def _hit(session: Session, comparison_id: int) -> str:
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
        if blind:
            return f"; whom it hits is not known. {blind.rstrip('.')}"
        return "; it hits no consumer that is known"
    return f"; of the consumers, {hurt} {'is' if hurt == 1 else 'are'} hurt and {at_risk} at risk"


def _reported(source: SourceHealth, apis: Mapping[int, Api]) -> list[int]:
    if source.api_id is not None:
        return [source.api_id]
    return [api.id for api in apis.values() if api.is_example == source.is_example]


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        select(Consumer.id, Consumer.name).where(Consumer.id.in_(ids), Consumer.is_unattributed.is_(False))
    )
    return {row[0]: row[1] for row in rows}


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMES])
    return f"{shown} and {len(names) - _NAMES} more" if len(names) > _NAMES else shown


_PARTS: Final[tuple[Callable[[Session, Mapping[int, Api], datetime], Iterator[Event]], ...]] = (
    _alarms,
    _ends_soon,
    _asked,
    _unanswered,
    _unreachable,
    _own_team,
    _stale,
    _breaking,
)
