"""The policies of each API, as they are stored; an API without one keeps the default terms."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations import replacement as replacements
from deprecations.brownouts.freezes import freezes_of
from deprecations.calendar import day_of
from deprecations.errors import DeprecationNotFound, PlanRefused
from deprecations.models import Deprecation, Policy, PolicyException
from deprecations.policy import Frozen, Proposal, Terms, breaches
from deprecations.steps import Days
from registry.models import Version

_LONGEST_NOTICE = 3650
STABILITIES = ("", "stable", "beta", "alpha", "experimental")
AUDIENCES = ("", "public", "partner", "internal")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a policy is for: "" stands for any."""

    stability: str = ""
    audience: str = ""


def terms_of(session: Session, api_id: int, scope: Scope | None = None) -> Terms:
    """Return what an API promises, by the most exact policy that covers a stability and an audience."""
    asked = scope or Scope()
    stored = {(one.stability, one.audience): one for one in policies_of(session, api_id)}
    exact = (
        (asked.stability, asked.audience),
        (asked.stability, ""),
        ("", asked.audience),
        ("", ""),
    )
    found = next((stored[key] for key in exact if key in stored), None)
    return Terms() if found is None else as_terms(found)


def as_terms(policy: Policy) -> Terms:
    """Return a stored policy as the value that its rules take."""
    return Terms(
        policy.minimum_notice_days,
        policy.replacement_required,
        policy.overlap_days,
        policy.documentation_required,
        policy.approval_required,
    )


def policies_of(session: Session, api_id: int) -> tuple[Policy, ...]:
    """Return every policy of an API, that for everything first."""
    wanted = select(Policy).where(Policy.api_id == api_id).order_by(Policy.stability, Policy.audience)
    return tuple(session.scalars(wanted))


def set_policy(
    session: Session,
    api_id: int,
    *,
    minimum_notice_days: int,
    replacement_required: bool = True,
    overlap_days: int = 0,
    documentation_required: bool = False,
    approval_required: bool = False,
    stability: str = "",
    audience: str = "",
) -> Terms:
    """Change what an API promises from now on; plans announced under the old promise keep their dates."""
    for what, days in (("a notice period", minimum_notice_days), ("an overlap", overlap_days)):
        if not 0 <= days <= _LONGEST_NOTICE:
            raise PlanRefused(f"{what} of {days} days makes no sense: use 0 to {_LONGEST_NOTICE}")
    _check_scope(Scope(stability, audience))
    wanted = select(Policy).where(
        Policy.api_id == api_id, Policy.stability == stability, Policy.audience == audience
    )
    stored = session.scalar(wanted) or Policy(api_id=api_id, stability=stability, audience=audience)
    stored.minimum_notice_days, stored.overlap_days = minimum_notice_days, overlap_days
    stored.replacement_required, stored.documentation_required = replacement_required, documentation_required
    stored.approval_required = approval_required
    session.add(stored)
    session.flush()
    return as_terms(stored)


def drop_policy(session: Session, api_id: int, scope: Scope) -> None:
    """Take an exacter policy away; the one for everything is changed, not dropped."""
    if scope == Scope():
        raise PlanRefused("The policy for everything can be changed, and not taken away.")
    wanted = select(Policy).where(
        Policy.api_id == api_id, Policy.stability == scope.stability, Policy.audience == scope.audience
    )
    found = session.scalar(wanted)
    if found is None:
        raise DeprecationNotFound(
            f"there is no policy for {scope.stability or 'any'} {scope.audience or 'any'}"
        )
    session.delete(found)
    session.flush()


def frozen(session: Session, api_id: int, zone: str) -> tuple[Frozen, ...]:
    """Return the freezes that hold for an API, in days of a zone, as the policy's rules take them."""
    return tuple(
        Frozen(
            one.reason,
            day_of(one.starts_at, zone),
            day_of(one.ends_at - timedelta(seconds=1), zone),
        )
        for one in freezes_of(session, api_id)
    )


def excepted(session: Session, plan_id: int) -> dict[str, PolicyException]:
    """Return the rules that a plan need not keep."""
    wanted = select(PolicyException).where(PolicyException.deprecation_id == plan_id)
    return {one.rule: one for one in session.scalars(wanted)}


def scope_of(plan: Deprecation) -> Scope:
    """Return the stability and audience that a plan was made for."""
    return Scope(plan.stability, plan.audience)


def proposal(session: Session, plan: Deprecation, days: Days, now: datetime) -> Proposal:
    """Return a plan with these days as its policy judges it, announced today."""
    successor = replacements.find(session, plan.replacement, plan.api_id)
    since = (
        session.scalars(select(Version.published_at).where(Version.id == successor.first_version_id)).one()
        if successor is not None
        else None
    )
    return Proposal(
        announced_on=day_of(now, days.zone),
        deprecated_on=days.deprecated_on,
        sunset_on=days.sunset_on,
        replacement=plan.replacement,
        documentation=plan.documentation,
        names_successor=replacements.read(plan.replacement) is not None,
        successor_on=day_of(since, days.zone) if since is not None else None,
        frozen=frozen(session, plan.api_id, days.zone),
    )


def _check_scope(scope: Scope) -> None:
    for word, known in ((scope.stability, STABILITIES), (scope.audience, AUDIENCES)):
        if word not in known:
            raise PlanRefused(f"“{word}” is none of {', '.join(filter(None, known))}.")


def check_policy(
    session: Session, plan: Deprecation, days: Days, now: datetime, excused: Collection[str]
) -> None:
    """Raise the first rule that a plan with these days breaks and isn't let off."""
    terms = terms_of(session, plan.api_id, scope_of(plan))
    for breach in breaches(terms, proposal(session, plan, days, now)):
        if breach.rule not in excused:
            raise breach
