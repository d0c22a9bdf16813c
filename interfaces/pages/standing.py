"""How things stand between consumers and what ends: read-only questions that span rooms, one query each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Contact, UsageBatch, UsageSource
from consumers.sums import calls_of_pairs
from consumers.windows import from_to
from deprecations.headers import EMITTING
from deprecations.models import Deprecation
from deprecations.notice_models import ContactEndpoint, Notice
from notifications.models import Endpoint, Envelope, EnvelopeState
from registry.models import Api, FindingOperation, StoredFinding


@dataclass(frozen=True, slots=True)
class Telling:
    """How far a plan's notices to one consumer came; `next_at` is when the next one is due."""

    sent: int = 0
    under_way: int = 0
    failed: int = 0
    last_sent_at: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What a source's batches came to since some day, in lines; `samples` are of the newest with any."""

    batches: int
    lines: int
    matched: int
    unmatched: int
    broken: int
    samples: tuple[str, ...]


def telling(session: Session, plan: Deprecation) -> dict[int, Telling]:
    """Return how far a plan's notices came, by consumer; one without any is not there."""

    def number(*states: EnvelopeState) -> ColumnElement[int]:
        return func.count(Notice.id).filter(Envelope.state.in_(states))

    waits = (
        Notice.envelope_key.is_(None),
        Notice.dropped_because.is_(None),
        Notice.sunset_on == plan.sunset_on,
    )
    rows = session.execute(
        select(
            Notice.consumer_id,
            number(EnvelopeState.SENT),
            number(EnvelopeState.QUEUED, EnvelopeState.SENDING),
            number(EnvelopeState.FAILED),
            func.max(Envelope.sent_at),
            func.min(Notice.due_at).filter(*waits),
        )
        .outerjoin(Envelope, Envelope.key == Notice.envelope_key)
        .where(Notice.deprecation_id == plan.id)
        .group_by(Notice.consumer_id)
    )
    return {
        consumer_id: Telling(sent, under_way, failed, last_at, next_at)
        for consumer_id, sent, under_way, failed, last_at, next_at in rows
    }


def not_reached(session: Session, consumer_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return, by consumer, which of its contacts can't be reached, or only by mail, each in a sentence."""
    rows = session.execute(
        select(Contact, Endpoint)
        .outerjoin(ContactEndpoint, ContactEndpoint.contact_id == Contact.id)
        .outerjoin(Endpoint, Endpoint.id == ContactEndpoint.endpoint_id)
        .where(Contact.consumer_id.in_(consumer_ids))
        .where(Contact.disabled_at.is_not(None) | Endpoint.disabled_at.is_not(None))
        .order_by(Contact.name, Contact.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for contact, endpoint in rows:
        if contact.disabled_at is not None:
            found[contact.consumer_id].append(f"{contact.email} is told nothing: {contact.disabled_reason}")
        else:
            found[contact.consumer_id].append(
                f"{contact.email} is told by mail: {endpoint.hint} takes nothing ({endpoint.disabled_reason})"
            )
    return {consumer_id: tuple(said) for consumer_id, said in found.items()}


def endings_called(
    session: Session, consumer_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, int]:
    """Return how many announced endings each consumer called within a window; none is not there."""
    ending = select(Deprecation.operation_id).where(Deprecation.state.in_(EMITTING))
    of = calls_of_pairs(
        session,
        lambda table: [table.consumer_id.in_(list(consumer_ids)), table.operation_id.in_(ending)],
        from_to(since, until),
    ).c
    rows = session.execute(
        select(of.consumer_id, func.count(Deprecation.id.distinct()))
        .join(Deprecation, Deprecation.operation_id == of.operation_id)
        .where(Deprecation.state.in_(EMITTING))
        .group_by(of.consumer_id)
    )
    return dict(rows.all())


def envelopes_by_key(session: Session, keys: Collection[str]) -> dict[str, Envelope]:
    """Return envelopes by their keys."""
    return {found.key: found for found in session.scalars(select(Envelope).where(Envelope.key.in_(keys)))}


def notices_in(session: Session, key: str) -> tuple[Notice, ...]:
    """Return the notices that an envelope carries, what ends first before the others."""
    plan = joinedload(Notice.deprecation)
    rows = session.scalars(
        select(Notice)
        .join(Notice.deprecation)
        .where(Notice.envelope_key == key)
        .options(
            plan.joinedload(Deprecation.operation),
            plan.joinedload(Deprecation.api),
            joinedload(Notice.consumer),
        )
        .order_by(Deprecation.sunset_at, Notice.id)
    )
    return tuple(rows)


def daily_by_operation(
    session: Session, consumer_id: int, operation_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, tuple[int, ...]]:
    """Return a consumer's calls to each operation on each UTC day from `since` to `until`, oldest first."""
    of = calls_of_pairs(
        session,
        lambda table: [table.consumer_id == consumer_id, table.operation_id.in_(list(operation_ids))],
        from_to(since, until),
    ).c
    first, days = since.date(), (until.date() - since.date()).days + 1
    lines = {operation_id: [0] * days for operation_id in operation_ids}
    rows = session.execute(
        select(of.operation_id, of.day, func.sum(of.calls)).group_by(of.operation_id, of.day)
    )
    for operation_id, day, calls in rows:
        lines[operation_id][(day - first).days] = int(calls)
    return {operation_id: tuple(line) for operation_id, line in lines.items()}


def intakes(session: Session, since: datetime) -> dict[str, Intake]:
    """Return what each source's batches came to since some day, by slug; one without any is not there."""
    rows = session.execute(
        select(
            UsageSource.slug,
            func.count(),
            func.sum(UsageBatch.lines),
            func.sum(UsageBatch.matched),
            func.sum(UsageBatch.unmatched),
            func.sum(UsageBatch.broken),
        )
        .join(UsageSource, UsageSource.id == UsageBatch.source_id)
        .where(UsageBatch.received_at >= since)
        .group_by(UsageSource.slug)
    ).all()
    samples = _samples(session, since)
    found = {}
    for slug, *numbers in rows:
        batches, read, matched, unmatched, broken = map(int, numbers)
        found[slug] = Intake(batches, read, matched, unmatched, broken, samples.get(slug, ()))
    return found


def _samples(session: Session, since: datetime) -> dict[str, tuple[str, ...]]:
    rows = session.execute(
        select(UsageSource.slug, UsageBatch.samples)
        .join(UsageSource, UsageSource.id == UsageBatch.source_id)
        .where(UsageBatch.received_at >= since, UsageBatch.unmatched + UsageBatch.broken > 0)
        .order_by(UsageBatch.id.desc())
        .limit(_LOOKED_AT)
    )
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for slug, texts in rows:
        for text in texts:
            if len(found[slug]) < _MOST_SAMPLES:
                found[slug].setdefault(text)
    return {slug: tuple(texts) for slug, texts in found.items()}


def apis_by_id(session: Session) -> dict[int, Api]:
    """Return every API by its id, by name."""
    return {api.id: api for api in session.scalars(select(Api).order_by(Api.name, Api.id))}


def finding_about(session: Session, operation_id: int, fingerprint: str) -> StoredFinding | None:
    """Return the newest finding of a fingerprint that reaches an operation."""
    return session.scalar(
        select(StoredFinding)
        .join(FindingOperation, FindingOperation.finding_id == StoredFinding.id)
        .where(FindingOperation.operation_id == operation_id, StoredFinding.fingerprint == fingerprint)
        .order_by(StoredFinding.id.desc())
        .limit(1)
    )


_LOOKED_AT = 50
_MOST_SAMPLES = 10
