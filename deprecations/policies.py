"""The policy of each API, as it is stored; an API without one keeps the default terms."""

from sqlalchemy.orm import Session

from deprecations.errors import PlanRefused
from deprecations.models import Policy
from deprecations.policy import Terms

_LONGEST_NOTICE = 3650


def terms_of(session: Session, api_id: int) -> Terms:
    """Return what an API promises."""
    stored = session.get(Policy, api_id)
    if stored is None:
        return Terms()
    return Terms(stored.minimum_notice_days, stored.replacement_required)


def set_policy(
    session: Session, api_id: int, *, minimum_notice_days: int, replacement_required: bool = True
) -> Terms:
    """Change what an API promises from now on; plans announced under the old promise keep their dates."""
    if not 0 <= minimum_notice_days <= _LONGEST_NOTICE:
        raise PlanRefused(
            f"a notice period of {minimum_notice_days} days makes no sense: use 0 to {_LONGEST_NOTICE}"
        )
    stored = session.get(Policy, api_id) or Policy(api_id=api_id)
    stored.minimum_notice_days, stored.replacement_required = minimum_notice_days, replacement_required
    session.add(stored)
    session.flush()
    return Terms(minimum_notice_days, replacement_required)
