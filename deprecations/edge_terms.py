"""What an API lets edges put on replies, as it is stored; an API without settings keeps the default terms."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.edge_models import EdgeSettings
from deprecations.errors import PlanRefused
from deprecations.headers import EdgeTerms
from deprecations.links import checked_link


def edge_terms(session: Session, api_id: int) -> EdgeTerms:
    """Return an API's terms."""
    return edge_terms_many(session, [api_id])[api_id]


def edge_terms_many(session: Session, api_ids: Collection[int]) -> dict[int, EdgeTerms]:
    """Return the terms of several APIs, in one query."""
    stored = session.scalars(select(EdgeSettings).where(EdgeSettings.api_id.in_(api_ids)))
    return dict.fromkeys(api_ids, EdgeTerms()) | {one.api_id: _terms(one) for one in stored}


def set_edge_terms(session: Session, api_id: int, terms: EdgeTerms) -> EdgeTerms:
    """Change an API's terms, which edges have by their next poll; raises PlanRefused for what is no link."""
    stored = session.get(EdgeSettings, api_id) or EdgeSettings(api_id=api_id)
    stored.links, stored.tombstones = terms.links, terms.tombstones
    stored.policy_link = checked_link("The policy", terms.policy_link)
    stored.base_url = checked_link("The base address", terms.base_url).rstrip("/")
    if "?" in stored.base_url or "#" in stored.base_url:
        raise PlanRefused("The base address ends before any “?” or “#”: paths are appended to it.")
    session.add(stored)
    session.flush()
    return _terms(stored)


def _terms(stored: EdgeSettings) -> EdgeTerms:
    return EdgeTerms(
        links=stored.links,
        policy_link=stored.policy_link,
        tombstones=stored.tombstones,
        base_url=stored.base_url,
    )
