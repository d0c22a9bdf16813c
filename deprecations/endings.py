"""What ends for one contact's consumer, with live figures: what the page behind the mails' links shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Contact
from deprecations.answers import answers_of, list_answers
from deprecations.headers import EMITTING
from deprecations.mail import Item, facts_of, worst_first
from deprecations.models import Deprecation
from deprecations.notice_models import Answer, Notice
from deprecations.notices import windows_ahead
from deprecations.own_ends import own_ends
from deprecations.phrases import LANGUAGES
from deprecations.plan_evidence import gather_for_plans, reached
from deprecations.what_changes import what_changes

_DIFFERENCES = 50


@dataclass(frozen=True, slots=True)
class Ending:
    """One plan as it concerns the consumer; `facts` are those of a mail, as of now.

    `whom` is to be asked; `undecided` are the ids of the answers that wait for a decision.
    """

    plan: Deprecation
    facts: Mapping[str, Any]
    whom: str
    answers: tuple[Answer, ...]
    undecided: frozenset[int]


def endings(session: Session, contact: Contact, now: datetime) -> list[Ending]:
    """Return what ends for a contact's consumer and what it answered, worst first, in its language."""
    newest = _newest_notices(session, contact)
    plans = [notice.deprecation for notice in newest]
    ids = [plan.id for plan in plans]
    evidence = gather_for_plans(session, plans, now)
    ends, windows = own_ends(session, ids, now), windows_ahead(session, ids, now)
    changes = what_changes(session, plans, reached(session, plans), now)
    answered = answers_of(session, contact.consumer_id, ids)
    items = worst_first(
        Item(
            notice,
            notice.deprecation,
            evidence[notice.deprecation_id, contact.consumer_id],
            ends.of(notice.deprecation, contact.consumer_id),
            moved_from=None,
            windows=windows[notice.deprecation_id],
            changes=changes.of(notice.deprecation_id, contact.consumer_id),
        )
        for notice in newest
        if (notice.deprecation_id, contact.consumer_id) in evidence
    )
    words = LANGUAGES[contact.language]
    asking = list_answers(session, consumer_id=contact.consumer_id, only_asking=True).items
    undecided = frozenset(one.id for one in asking)
    return [
        Ending(
            item.plan,
            facts_of(item, contact.zone, now, words, _DIFFERENCES),
            item.plan.api.owner or words.team,
            answered.get(item.plan.id, ()),
            undecided,
        )
        for item in items
    ]


def _newest_notices(session: Session, contact: Contact) -> Sequence[Notice]:
    """Return a notice for each plan in force that concerns a contact."""
    plan = joinedload(Notice.deprecation, innerjoin=True)
    rows = session.scalars(
        select(Notice)
        .join(Notice.deprecation)
        .where(Notice.contact_id == contact.id, Deprecation.state.in_(EMITTING))
        .order_by(Notice.envelope_key.is_not(None), Notice.due_at)
        .options(
            plan.joinedload(Deprecation.api, innerjoin=True),
            plan.joinedload(Deprecation.operation, innerjoin=True),
            plan.joinedload(Deprecation.target, innerjoin=True),
        )
    )
    return [*{notice.deprecation_id: notice for notice in rows}.values()]
