"""May this operation be removed on a day? Safe, unsafe, or not proven; and every reason, with its evidence.

Silence proves something only where somebody listened: with no source of usage, a stale one, or too
short a history, the answer is never safe. Nor is it for a day that lies ahead: nobody has seen it yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.relying import relying_on
from consumers.source_hours import tellings
from consumers.sources import SourceHealth, sources, unmatched_between
from deprecations.board import live_plan
from deprecations.consumer_grades import ConsumerGrade, Grade, grades
from deprecations.errors import PlanRefused
from deprecations.extensions import in_force
from deprecations.known_callers import ConsumerRow, known_callers
from deprecations.models import Deprecation, State
from deprecations.steps import span_of
from registry.apis import find_operation
from registry.models import Api, Operation, Version

WINDOW_DAYS = 30
_MOST_GAPS = 3  # told of one source, the latest


class Answer(StrEnum):
    """The verdict in a word."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    NOT_PROVEN = "not_proven"


class Kind(StrEnum):
    """What a reason is about."""

    CALLS = "calls"
    CONTRACT = "contract"
    PROMISE = "promise"
    EXTENSION = "extension"
    NO_LAST_DAY = "no-last-day"
    PAUSED = "paused"
    AHEAD = "ahead"
    NO_SOURCE = "no-source"
    STALE_SOURCE = "stale-source"
    SOURCE_GAP = "source-gap"
    SAMPLED_SOURCE = "sampled-source"
    SHORT_HISTORY = "short-history"
    UNKNOWN_CALLS = "unknown-calls"
    SHARED_PATH = "shared-path"
    SHORT_SILENCE = "short-silence"
    NO_PLAN = "no-plan"
    SILENCE = "silence"


_WEIGHS = {
    Kind.CALLS: Answer.UNSAFE,
    Kind.CONTRACT: Answer.UNSAFE,
    Kind.PROMISE: Answer.UNSAFE,
    Kind.EXTENSION: Answer.UNSAFE,
    Kind.NO_LAST_DAY: Answer.NOT_PROVEN,
    Kind.PAUSED: Answer.NOT_PROVEN,
    Kind.AHEAD: Answer.NOT_PROVEN,
    Kind.NO_SOURCE: Answer.NOT_PROVEN,
    Kind.STALE_SOURCE: Answer.NOT_PROVEN,
    Kind.SOURCE_GAP: Answer.NOT_PROVEN,
    Kind.SAMPLED_SOURCE: Answer.NOT_PROVEN,
    Kind.SHORT_HISTORY: Answer.NOT_PROVEN,
    Kind.UNKNOWN_CALLS: Answer.NOT_PROVEN,
    Kind.SHARED_PATH: Answer.NOT_PROVEN,
    Kind.SHORT_SILENCE: Answer.NOT_PROVEN,
    Kind.NO_PLAN: Answer.NOT_PROVEN,
    Kind.SILENCE: Answer.SAFE,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the answer is what it is; `weighs` is the answer that this reason alone would give."""

    kind: Kind
    sentence: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weighs(self) -> Answer:
        """The best answer that this reason leaves open."""
        return _WEIGHS[self.kind]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one operation at one moment, with all that it rests on.

    `on` is the day, in UTC, of the removal that was asked about; `at` when the question was asked.
    """

    operation_id: int
    operation: str
    answer: Answer
    on: date
    at: datetime
    window_days: int
    reasons: tuple[Reason, ...]
    consumers: tuple[ConsumerRow, ...]
    grades: tuple[ConsumerGrade, ...]
    sources: tuple[SourceHealth, ...]


def can_remove(
    session: Session,
    operation_id: int,
    *,
    on: date | None = None,
    window_days: int = WINDOW_DAYS,
    now: datetime,
) -> Verdict:
    """Judge whether an operation may be removed on a day, today without one.

    A day ahead is judged at its beginning in UTC, by what is known now. Raises the registry's NotFound,
    and PlanRefused for a day that is over.
    """
    operation = find_operation(session, operation_id)
    since = now - timedelta(days=window_days)
    day = on or now.astimezone(UTC).date()
    at = max(now, datetime.combine(day, time(0), UTC))
    if day < now.astimezone(UTC).date():
        raise PlanRefused(f"{day} is over: ask about today, or a day ahead.")
    plan = live_plan(session, operation_id)
    heard = sources(session, operation.api_id, now=now)
    # a shorter window to look at makes no shorter silence prove anything
    patience = max(window_days, WINDOW_DAYS)
    rows = known_callers(session, operation_id, plan, since=since, window_days=patience)
    graded = grades(session, plan, rows, at=at, since=since, now=now)
    reasons = (
        *_callers(rows, window_days),
        *_contracts(session, operation),
        *_promise(plan, at),
        *_extensions(graded),
        *_extended_callers_to_come(session, plan, graded, at),
        *_listeners(heard, since),
        *_attention(session, heard, since, now),
        *_misunderstandings(session, operation, heard, since),
        *_silences(rows, now),
    )
    quiet = () if reasons else (_silence(rows, window_days),)
    everything = (*reasons, *quiet, *_without_plan(plan), *_ahead(at, now))
    return Verdict(
        operation_id=operation_id,
        operation=operation.label,
        answer=_heaviest(everything),
        on=day,
        at=now,
        window_days=window_days,
        reasons=everything,
        consumers=rows,
        grades=graded,
        sources=heard,
    )


def _heaviest(reasons: Sequence[Reason]) -> Answer:
    answers = {reason.weighs for reason in reasons}
    return next(answer for answer in (Answer.UNSAFE, Answer.NOT_PROVEN, Answer.SAFE) if answer in answers)


def _callers(rows: Sequence[ConsumerRow], window_days: int) -> Iterator[Reason]:
    for row in rows:
        if row.calls:
            yield Reason(
                Kind.CALLS,
                f"{row.name} made {_calls(row.calls)} in the last {window_days} days, the last on "
                f"{_moment(row.last_call_at)}.",
                {"consumer": row.slug, "calls": row.calls, "last_call_at": row.last_call_at},
            )


def _contracts(session: Session, operation: Operation) -> Iterator[Reason]:
    for one in relying_on(session, operation):
        consumer, version = one.contract.consumer, one.contract.version
        yield Reason(
            Kind.CONTRACT,
            f"{consumer.name} relies on it by its contract of version {version}.",
            {"consumer": consumer.slug, "contract": one.contract.id, "version": version},
        )


def _promise(plan: Deprecation | None, at: datetime) -> Iterator[Reason]:
    if plan is None or plan.state == State.DRAFT:
        return
    if plan.state == State.PAUSED:
        yield Reason(Kind.PAUSED, "Its plan is paused: nobody was told to go on moving away from it.")
    if at <= plan.sunset_at:
        yield Reason(
            Kind.PROMISE,
            f"Its last day was announced as {plan.sunset_on} ({plan.zone}): it was promised to last.",
            {"sunset_on": plan.sunset_on, "sunset_at": plan.sunset_at, "zone": plan.zone},
        )
    elif not span_of(plan).is_fixed:
        waits = f"version {plan.sunset_version}" if plan.sunset_version else "a day that nobody has named"
        yield Reason(
            Kind.NO_LAST_DAY,
            f"It was announced to end with {waits}: its consumers were told no last day yet.",
            {"sunset_by": plan.sunset_by, "version": plan.sunset_version},
        )


def _extensions(graded: Sequence[ConsumerGrade]) -> Iterator[Reason]:
    for one in graded:
        if one.grade is Grade.EXTENDED:
            yield Reason(
                Kind.EXTENSION,
                f"{one.name} was given until {one.extended_until}: it was promised that it may come back.",
                {"consumer": one.slug, "until_on": one.extended_until},
            )


def _extended_callers_to_come(
    session: Session, plan: Deprecation | None, graded: Sequence[ConsumerGrade], at: datetime
) -> Iterator[Reason]:
    """Tell of consumers that were given longer and that no traffic has shown yet."""
    known = {one.slug for one in graded}
    for extension in in_force(session, [plan.id], at).values() if plan is not None else ():
        if extension.consumer.slug not in known:
            yield Reason(
                Kind.EXTENSION,
                f"{extension.consumer.name} was given until {extension.until_on}, and hasn't called yet.",
                {"consumer": extension.consumer.slug, "until_on": extension.until_on},
            )


def _ahead(at: datetime, now: datetime) -> Iterator[Reason]:
    if at > now:
        yield Reason(
            Kind.AHEAD,
            f"{at:%Y-%m-%d} lies ahead: what is called until then is not known. Ask again that day.",
            {"at": at},
        )


def _listeners(heard: Sequence[SourceHealth], since: datetime) -> Iterator[Reason]:
    if not heard:
        yield Reason(
            Kind.NO_SOURCE,
            "No source of usage reports on this API: nobody listens, so silence proves nothing.",
        )
        return
    for source in heard:
        # however patient one is with a source: who said nothing all the while tells of no silence
        if source.stale or (source.last_event_at and source.last_event_at < since):
            last = (
                f"told last of {_moment(source.last_event_at)}"
                if source.last_event_at
                else "told nothing yet"
            )
            yield Reason(
                Kind.STALE_SOURCE,
                f"The source {source.slug} {last}: what it has missed is unknown.",
                {"source": source.slug, "last_event_at": source.last_event_at},
            )
    starts = [source.first_event_at for source in heard if source.first_event_at]
    if starts and max(starts) > since:
        yield Reason(
            Kind.SHORT_HISTORY,
            f"Usage is known from all sources since {_moment(max(starts))} only: shorter than the window.",
            {"known_since": max(starts), "needed_since": since},
        )


def _attention(
    session: Session, heard: Sequence[SourceHealth], since: datetime, now: datetime
) -> Iterator[Reason]:
    """Ask whether a source that told of calls may have missed some in between."""
    told = tellings(session, [source.slug for source in heard], since=since, until=now)
    for slug, telling in told.items():
        for gap in telling.gaps[-_MOST_GAPS:]:
            yield Reason(
                Kind.SOURCE_GAP,
                f"The source {slug} told of nothing from {_moment(gap.begin)} to {_moment(gap.end)}: what "
                "it has missed is unknown.",
                {"source": slug, "begin": gap.begin, "end": gap.end},
            )
        if telling.sampling_rate < 1:
            yield Reason(
                Kind.SAMPLED_SOURCE,
                f"The source {slug} told of {telling.sampling_rate:.2%} of the calls only: a caller that "
                "calls rarely may be missing.",
                {"source": slug, "sampling_rate": telling.sampling_rate},
            )


def _misunderstandings(
    session: Session, operation: Operation, heard: Sequence[SourceHealth], since: datetime
) -> Iterator[Reason]:
    """Ask whether its calls may have been counted as nothing, or as another API's."""
    known_at = session.scalars(
        select(Version.published_at).where(Version.id == operation.first_version_id)
    ).one()
    unknown = unmatched_between(session, {source.slug for source in heard}, since, known_at)
    if unknown:
        yield Reason(
            Kind.UNKNOWN_CALLS,
            f"{_calls(unknown)} that matched nothing came in before it was first published on "
            f"{_moment(known_at)}: they may have been calls to it.",
            {"unknown": unknown, "known_since": known_at},
        )
    rivals = session.scalars(
        select(Api.slug)
        .join(Operation, Operation.api_id == Api.id)
        .where(
            Operation.method == operation.method,
            Operation.shape == operation.shape,
            Operation.api_id != operation.api_id,
        )
        .order_by(Api.slug)
    ).all()
    if rivals and any(source.api_id is None for source in heard):
        yield Reason(
            Kind.SHARED_PATH,
            f"{', '.join(rivals)} has the same method and path, and a source that reports on every API "
            "can't tell them apart: limit each source to its API.",
            {"apis": list(rivals)},
        )


def _silences(rows: Sequence[ConsumerRow], now: datetime) -> Iterator[Reason]:
    for row in rows:
        if row.calls == 0 and now < row.quiet_at:
            yield Reason(
                Kind.SHORT_SILENCE,
                f"{row.name} has been silent since {_moment(row.last_call_at)}, but has been silent for "
                f"{row.longest_gap_days} days before: wait until {_moment(row.quiet_at)}.",
                {
                    "consumer": row.slug,
                    "last_call_at": row.last_call_at,
                    "longest_gap_days": row.longest_gap_days,
                    "quiet_at": row.quiet_at,
                },
            )


def _silence(rows: Sequence[ConsumerRow], window_days: int) -> Reason:
    if not rows:
        return Reason(Kind.SILENCE, "No call to it was ever seen, and every source is fresh.", {"callers": 0})
    return Reason(
        Kind.SILENCE,
        f"{_nobody_of(len(rows))} called in the last {window_days} days, which is longer than habit "
        "explains, and every source is fresh.",
        {"callers": len(rows), "last_call_at": max(row.last_call_at for row in rows)},
    )


def _nobody_of(callers: int) -> str:
    return "Its only known caller has not" if callers == 1 else f"None of its {callers} known callers has"


def _without_plan(plan: Deprecation | None) -> Iterator[Reason]:
    if plan is None or plan.state == State.DRAFT:
        yield Reason(Kind.NO_PLAN, "Its end was never announced: nobody was told what to call instead.")


def _calls(count: int) -> str:
    return f"{count:,} {'call' if count == 1 else 'calls'}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
