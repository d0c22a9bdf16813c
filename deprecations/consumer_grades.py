"""What the evidence says of each consumer that ever called what ends, in a word: gone, silent, or not.

The grade rests on silence against the consumer's own rhythm, on its calls to the successor, on what it was
told, and on a later day of its own. Calls are counted, never claimed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consumers.usage import calls_since
from deprecations import replacement as replacements
from deprecations.extensions import in_force
from deprecations.known_callers import ConsumerRow
from deprecations.models import Deprecation, Extension
from deprecations.notice_models import Answer, AnswerKind, Notice
from notifications.models import Envelope, EnvelopeState

_TELLING = (AnswerKind.ACKNOWLEDGED, AnswerKind.MORE_TIME, AnswerKind.MOVED, AnswerKind.NOT_MINE)


class Grade(StrEnum):
    """How sure it is that a consumer is gone, the surest first."""

    MOVED = "moved"  # silent for longer than its habit, and calling the successor
    SILENT = "silent"  # silent for longer than its habit
    SEEN_ONCE = "seen-once"  # silent for a quarter, of no rhythm that anybody knows
    TOO_SHORT = "too-short"  # silent, and has been silent for as long before
    NOT_TOLD = "not-told"  # calls the operation; whether it uses the part that ends, nobody tells
    EXTENDED = "extended"  # was given a later day
    CALLING = "calling"


@dataclass(frozen=True, slots=True)
class ConsumerGrade:
    """The evidence on one consumer.

    `successor_calls` are its calls to the successor in the window, None where none is known; `adoption` is
    their share of all its calls to either, None without any. `delivered` are the notices that reached it.
    `answer` is the kind of what its contacts answered last, None where nobody did, and `answered_on` the day
    that they named; a claim weighs nothing against calls. `is_decided`: the API's team answered it.
    """

    consumer_id: int
    slug: str
    name: str
    grade: Grade
    calls: int
    quiet_at: datetime
    successor_calls: int | None
    adoption: float | None
    delivered: int
    extended_until: date | None
    answer: str | None
    answered_on: date | None
    answered_at: datetime | None
    is_decided: bool


def grades(
    session: Session,
    plan: Deprecation | None,
    rows: Sequence[ConsumerRow],
    *,
    untold: Collection[int] = (),
    at: datetime,
    since: datetime,
    now: datetime,
) -> tuple[ConsumerGrade, ...]:
    """Grade everyone who ever called, as of a removal `at` an instant; usage counts since `since`.

    `untold` are consumers that call the operation, and of whom nobody knows whether they use what ends of it.
    """
    if not rows:
        return ()
    ids = [row.consumer_id for row in rows]
    moved = _successor_calls(session, plan, ids, since)
    delivered = _delivered(session, plan)
    longer = in_force(session, [plan.id], now) if plan is not None else {}
    said = _answers(session, plan)
    found = (_grade(row, plan, moved, delivered, longer, said, at, now) for row in rows)
    return tuple(
        replace(one, grade=Grade.NOT_TOLD) if one.consumer_id in untold and one.calls else one
        for one in found
    )


def _grade(
    row: ConsumerRow,
    plan: Deprecation | None,
    moved: dict[int, int] | None,
    delivered: dict[int, int],
    longer: dict[tuple[int, int], Extension],
    said: dict[int, Answer],
    at: datetime,
    now: datetime,
) -> ConsumerGrade:
    extension = longer.get((plan.id, row.consumer_id)) if plan is not None else None
    answer = said.get(row.consumer_id)
    to_successor = moved.get(row.consumer_id, 0) if moved is not None else None
    whole = row.calls + (to_successor or 0)
    return ConsumerGrade(
        consumer_id=row.consumer_id,
        slug=row.slug,
        name=row.name,
        grade=_word(row, extension is not None and extension.until_at >= at, bool(to_successor), now),
        calls=row.calls,
        quiet_at=row.quiet_at,
        successor_calls=to_successor,
        adoption=(to_successor or 0) / whole if whole and to_successor is not None else None,
        delivered=delivered.get(row.consumer_id, 0),
        extended_until=extension.until_on if extension is not None else None,
        answer=answer.kind if answer is not None else None,
        answered_on=answer.on if answer is not None else None,
        answered_at=answer.at if answer is not None else None,
        is_decided=answer is not None and answer.decision is not None,
    )


def _word(row: ConsumerRow, is_extended: bool, has_moved: bool, now: datetime) -> Grade:
    if row.calls:
        return Grade.CALLING
    if is_extended:
        return Grade.EXTENDED
    has_rhythm = row.longest_gap_days is not None
    if has_moved and (now >= row.quiet_at or not has_rhythm):
        return Grade.MOVED  # that it calls the successor tells more than a rhythm that nobody knows
    if now < row.quiet_at:
        return Grade.TOO_SHORT
    return Grade.SILENT if has_rhythm else Grade.SEEN_ONCE


def _successor_calls(
    session: Session, plan: Deprecation | None, consumer_ids: Collection[int], since: datetime
) -> dict[int, int] | None:
    """Count consumers' calls to the operation that replaces what ends; None where none is known."""
    if plan is None:
        return None
    successor = replacements.find(session, plan.replacement, plan.api_id)
    if successor is None:
        return None
    calls = calls_since(session, successor.id, since)
    return {one: calls[one] for one in consumer_ids if one in calls}


def _delivered(session: Session, plan: Deprecation | None) -> dict[int, int]:
    if plan is None:
        return {}
    rows = session.execute(
        select(Notice.consumer_id, func.count())
        .join(Envelope, Envelope.key == Notice.envelope_key)
        .where(Notice.deprecation_id == plan.id, Envelope.state == EnvelopeState.SENT)
        .group_by(Notice.consumer_id)
    )
    return {row[0]: row[1] for row in rows}


def _answers(session: Session, plan: Deprecation | None) -> dict[int, Answer]:
    """Return what each consumer answered last about a plan, where it tells how far it is."""
    if plan is None:
        return {}
    rows = session.scalars(
        select(Answer)
        .where(Answer.deprecation_id == plan.id, Answer.kind.in_(_TELLING))
        .options(joinedload(Answer.decision))
        .order_by(Answer.id)
    )
    return {row.consumer_id: row for row in rows}
