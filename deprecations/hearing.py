"""Which notices go to contacts of which role; an API of which nothing is said has the usual routing.

Nobody is left untold by it: where none of a consumer's contacts has a role that hears of something, all do.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Contact, ContactRole
from deprecations.errors import PlanRefused
from deprecations.milestones import Milestone
from deprecations.notice_models import ApiRouting

Routing = Mapping["Topic", frozenset[str]]


class Topic(StrEnum):
    """What notices are about, as far as it matters for who hears of them."""

    DATES = "dates"
    REMINDERS = "reminders"
    LAST_DAYS = "last-days"
    BROWNOUTS = "brownouts"
    GROWTH = "growth"


TOPICS: Final = {
    **dict.fromkeys(
        (
            *(Milestone.ANNOUNCED, Milestone.FIRST_USE, Milestone.MOVED),
            *(Milestone.CANCELLED, Milestone.STOPPED),
        ),
        Topic.DATES,
    ),
    **dict.fromkeys(
        (Milestone.T_180, Milestone.T_90, Milestone.T_60, Milestone.T_30, Milestone.T_14), Topic.REMINDERS
    ),
    **dict.fromkeys(
        (Milestone.T_7, Milestone.T_3, Milestone.T_1, Milestone.SUNSET, Milestone.AFTER), Topic.LAST_DAYS
    ),
    **dict.fromkeys((Milestone.BROWNOUT_14, Milestone.BROWNOUT_2, Milestone.BROWNOUT_HIT), Topic.BROWNOUTS),
    Milestone.RISING: Topic.GROWTH,
}
_AT_WORK: Final = frozenset({ContactRole.TECHNICAL.value, ContactRole.TEAM.value})
_OWNER_TOO: Final = _AT_WORK | {ContactRole.OWNER.value}
USUAL: Final[Routing] = {
    Topic.DATES: _OWNER_TOO,
    Topic.REMINDERS: _AT_WORK,
    Topic.LAST_DAYS: _OWNER_TOO,
    Topic.BROWNOUTS: _AT_WORK,
    Topic.GROWTH: _AT_WORK,
}
"""Who looks after the calls hears of everything, who answers for them of dates and of the last week."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears of what: routings by API, and by consumer the roles of the contacts that can be told."""

    routings: Mapping[int, Routing]
    roles: Mapping[int, Mapping[int, str]]

    def hears(self, api_id: int, consumer_id: int, contact_id: int, milestone: str) -> bool:
        """Tell whether a contact is to hear of a milestone of an API's plan."""
        topic = TOPICS.get(Milestone(milestone))
        if topic is None:
            return True
        wanted = self.routings.get(api_id, USUAL)[topic]
        roles = self.roles.get(consumer_id, {})
        return roles.get(contact_id) in wanted or not any(role in wanted for role in roles.values())

    def count(self, api_id: int, milestone: str) -> int:
        """Count the contacts that are to hear of a milestone of an API's plan."""
        return sum(
            self.hears(api_id, consumer_id, contact_id, milestone)
            for consumer_id, contacts in self.roles.items()
            for contact_id in contacts
        )


def hearing(session: Session, consumer_ids: Collection[int]) -> Hearing:
    """Return who hears of what, for some consumers' contacts."""
    roles: dict[int, dict[int, str]] = defaultdict(dict)
    rows = session.execute(
        select(Contact.consumer_id, Contact.id, Contact.role).where(
            Contact.consumer_id.in_(consumer_ids), Contact.disabled_at.is_(None)
        )
    )
    for consumer_id, contact_id, role in rows:
        roles[consumer_id][contact_id] = role
    return Hearing({row.api_id: _read(row) for row in session.scalars(select(ApiRouting))}, roles)


def routing_of(session: Session, api_id: int) -> Routing:
    """Return which roles hear of what an API's notices are about."""
    chosen = session.get(ApiRouting, api_id)
    return _read(chosen) if chosen else USUAL


def set_routing(session: Session, api_id: int, routing: Mapping[str, Collection[str]]) -> Routing:
    """Choose which roles hear of some topics; the others stay. What no role hears of, everybody does."""
    for topic, roles in routing.items():
        if topic not in set(Topic):
            raise PlanRefused(f"“{topic}” is nothing that notices are about: use {', '.join(Topic)}")
        if unknown := sorted(set(roles) - set(ContactRole)):
            raise PlanRefused(f"“{unknown[0]}” is no role of a contact: use {', '.join(ContactRole)}")
    whole = {
        **routing_of(session, api_id),
        **{Topic(topic): frozenset(roles) for topic, roles in routing.items()},
    }
    chosen = session.get(ApiRouting, api_id) or ApiRouting(api_id=api_id)
    chosen.roles = {topic.value: sorted(roles) for topic, roles in whole.items()}
    session.add(chosen)
    session.flush()
    return whole


def as_words(routing: Routing) -> dict[str, list[str]]:
    """Return a routing by topic, its roles in the order in which they are known."""
    return {topic.value: [role.value for role in ContactRole if role in routing[topic]] for topic in Topic}


def in_words(routing: Mapping[str, Collection[str]]) -> str:
    """Say a routing on one line, for the audit trail."""
    return "; ".join(f"{topic}: {', '.join(roles) or 'everybody'}" for topic, roles in routing.items())


def _read(row: ApiRouting) -> Routing:
    return {topic: frozenset(row.roles.get(topic, USUAL[topic])) for topic in Topic}
