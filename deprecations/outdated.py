"""Whether an impact that was kept knows less than could be known by now."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consumers.contract_models import Contract
from consumers.sources import sources

_FRESH = timedelta(days=1)  # so long the calls that come in all the time change little


def outdated(session: Session, api_id: int, taken_at: datetime, now: datetime) -> str | None:
    """Say without a full stop what came in after an impact was worked out; None for nothing."""
    told = (Contract.confirmed_at, Contract.retired_at, Contract.moved_at)
    later = or_(*(at > taken_at for at in told))
    contracts = session.scalar(select(Contract.id).where(Contract.api_id == api_id, later).limit(1))
    heard = (one.last_batch_at for one in sources(session, api_id, now=now))
    calls = any(at is not None and at > taken_at + _FRESH for at in heard)
    news = [*(["contracts"] if contracts is not None else []), *(["calls"] if calls else [])]
    if not news:
        return None
    return f"{' and '.join(news).capitalize()} came in since it was worked out"
