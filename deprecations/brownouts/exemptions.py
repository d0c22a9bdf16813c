"""Consumers that a plan's brownouts pass over, and the credentials that edges know them by."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer, Credential, CredentialKind
from deprecations.brownouts.windows import Act
from deprecations.dates_in_words import moment
from deprecations.edge_models import Exemption
from deprecations.errors import ExemptionNotFound, PlanRefused
from deprecations.extensions import in_force
from deprecations.history import record
from deprecations.models import Deprecation


@dataclass(frozen=True, slots=True)
class Exempt:
    """A credential that is passed over: its kind, its keyed digest, a hint for people, and until when.

    `beyond` says that tombstones pass over it too: its consumer has a later last day.
    """

    kind: str
    digest: str
    hint: str
    consumer: str
    until: int | None = None
    beyond: bool = False


def exempt(
    session: Session,
    plan: Deprecation,
    consumer: Consumer,
    *,
    until_at: datetime | None,
    reason: str,
    by: str,
    now: datetime,
) -> Exemption:
    """Let a plan's brownouts pass over a consumer, for good or up to an instant; anew where it is so already.

    Raises PlanRefused for traffic that names nobody, without a reason, and for an instant that is over.
    """
    if consumer.is_unattributed:
        raise PlanRefused("Calls that name nobody can't be told apart, so they can't be exempted.")
    if not reason.strip():
        raise PlanRefused("Say why: whoever looks at this plan next wants to know.")
    if until_at is not None and until_at <= now:
        raise PlanRefused("That time is over already.")
    made = session.get(Exemption, (plan.id, consumer.id)) or Exemption(
        deprecation_id=plan.id, consumer_id=consumer.id, created_at=now, created_by=by
    )
    made.until_at, made.reason, made.consumer = until_at, reason.strip(), consumer
    session.add(made)
    until = f" until {moment(until_at)}" if until_at else ""
    record(session, plan, Act.EXEMPT, by=by, reason=f"{consumer.name}{until}: {made.reason}", now=now)
    return made


def end_exemption(
    session: Session, plan: Deprecation, consumer: Consumer, *, by: str, reason: str, now: datetime
) -> None:
    """Let brownouts reach a consumer again."""
    found = session.get(Exemption, (plan.id, consumer.id))
    if found is None:
        raise ExemptionNotFound(f"{consumer.slug} is not exempted from this plan's brownouts")
    session.delete(found)
    told = f"{consumer.name}: {reason.strip() or 'no reason given'}"
    record(session, plan, Act.END_EXEMPTION, by=by, reason=told, now=now)


def exemptions(session: Session, plan_id: int) -> tuple[Exemption, ...]:
    """Return a plan's exemptions with their consumers, those that are over too."""
    wanted = select(Exemption).where(Exemption.deprecation_id == plan_id)
    return tuple(
        session.scalars(wanted.options(joinedload(Exemption.consumer)).order_by(Exemption.consumer_id))
    )


def exempt_credentials(
    session: Session, plan_ids: Collection[int], now: datetime
) -> dict[int, tuple[Exempt, ...]]:
    """Return, for each plan, the credentials that its brownouts pass over now; in one query."""
    rows = session.execute(
        select(Exemption.deprecation_id, Exemption.until_at, Consumer.slug)
        .add_columns(Credential.kind, Credential.digest, Credential.hint)
        .join(Consumer, Consumer.id == Exemption.consumer_id)
        .join(Credential, Credential.consumer_id == Consumer.id)
        .where(Exemption.deprecation_id.in_(plan_ids), Credential.kind != CredentialKind.NONE)
        .where(or_(Exemption.until_at.is_(None), Exemption.until_at > now))
        .order_by(Exemption.deprecation_id, Consumer.slug, Credential.id)
    )
    found: dict[int, list[Exempt]] = defaultdict(list)
    for plan_id, until_at, slug, kind, digest, hint in rows:
        until = int(until_at.timestamp()) if until_at else None
        found[plan_id].append(Exempt(kind, digest, hint, slug, until))
    return {plan_id: tuple(found[plan_id]) for plan_id in plan_ids}


def extended_credentials(
    session: Session, plan_ids: Collection[int], now: datetime
) -> dict[int, tuple[Exempt, ...]]:
    """Return, for each plan, the credentials of consumers that have a later last day, up to its end."""
    later = in_force(session, plan_ids, now)
    rows = session.scalars(
        select(Credential)
        .where(Credential.consumer_id.in_({consumer_id for _plan_id, consumer_id in later}))
        .where(Credential.kind != CredentialKind.NONE)
        .order_by(Credential.id)
    )
    named: dict[int, list[Credential]] = defaultdict(list)
    for row in rows:
        named[row.consumer_id].append(row)
    found: dict[int, list[Exempt]] = defaultdict(list)
    for (plan_id, consumer_id), extension in sorted(later.items()):
        until, slug = int(extension.until_at.timestamp()) + 1, extension.consumer.slug
        found[plan_id] += [
            Exempt(one.kind, one.digest, one.hint, slug, until, beyond=True) for one in named[consumer_id]
        ]
    return {plan_id: tuple(found[plan_id]) for plan_id in plan_ids}
