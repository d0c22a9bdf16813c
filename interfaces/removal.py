"""Taking an API away, from pages, API and command alike: what reports on it alone is waited for no more."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import UsageSource
from consumers.sources import retire_source
from registry import apis
from registry.models import Api


def remove_api(session: Session, api: Api, now: datetime) -> None:
    """Take an API away with its versions, endings and usage, and retire its own sources.

    Such a source would count for every API from then on, and its freshness prove what it never saw.
    """
    for source in session.scalars(select(UsageSource).where(UsageSource.api_id == api.id)).all():
        retire_source(session, source, now)
    apis.remove_api(session, api)
