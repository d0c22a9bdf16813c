"""May this operation be removed on a day? Safe, unsafe, or not proven; and every reason, with its evidence.

Silence proves something only where somebody listened: with no source of usage, a stale one, or too
short a history, the answer is never safe. Nor is it for a day that lies ahead: nobody has seen it yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from consumers.relying import perhaps_relying_on, relying_on
from consumers.sources import SourceHealth
from deprecations.board import live_plan, plans_about
from deprecations.consumer_grades import ConsumerGrade, Grade, grades
from deprecations.dates_in_words import day, moment
from deprecations.errors import PlanRefused
from deprecations.extensions import in_force
from deprecations.known_callers import ConsumerRow, known_callers
from deprecations.models import Deprecation, State, Target
from deprecations.notice_models import AnswerKind
from deprecations.part_use import part_use, uses
from deprecations.steps import span_of
from deprecations.targets import is_whole
from deprecations.verdict_listeners import Listening, listening
from deprecations.verdict_reasons import Answer, Kind, Reason, calls_in_words
from deprecations.verdict_strays import on_strays
from registry.apis import find_operation
from registry.models import Operation

WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one operation, or a part of it, at one moment, with all that it rests on.

    `target` is what would go, `operation` where it is, both as people write them; of a part, `calls` of
    consumers are those that used it, unless their grade says that nobody knows.
    `on` is the day, in UTC, of the removal that was asked about; `at` when the question was asked.
    """

    operation_id: int
    operation: str
    target: str
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
    part_by: Deprecation | None = None,
    on: date | None = None,
    window_days: int = WINDOW_DAYS,
    ears: Listening | None = None,
    now: datetime,
) -> Verdict:
    """Judge whether an operation may be removed on a day, today without one; or the part that a plan ends.

    `ears` are who listens to its API within the window, where several operations are judged in a row.
    A day ahead is judged at its beginning in UTC, by what is known now. Raises the registry's NotFound,
    and PlanRefused for a day that is over.
    """
    operation = find_operation(session, operation_id)
    since = now - timedelta(days=window_days)
    day, at = _asked_about(on, now)
    plan = part_by or live_plan(session, operation_id)
    part = part_by.target if part_by is not None else None
    ears = ears or listening(session, operation.api_id, since, now)
    heard = ears.heard
    # a shorter window to look at makes no shorter silence prove anything
    patience = max(window_days, WINDOW_DAYS)
    rows = known_callers(session, operation_id, plan, since=since, window_days=patience)
    used = part_use(session, operation, part, rows, since=since, patience=patience) if part else None
    rows, untold = (used.rows, used.untold) if used else (rows, frozenset[int]())
    graded = grades(session, plan, rows, untold=untold, at=at, since=since, now=now)
    reasons = (
        *_callers([row for row in rows if row.consumer_id not in untold], window_days, part),
        *(used.reasons if used else ()),
        *_contracts(session, operation, part),
        *_unclear_contracts(session, operation),
        *_promise(plan, at),
        *(() if part else _wider_promises(session, operation_id, plan, at)),
        *_extensions(graded),
        *_wishes(graded, day),
        *_extended_callers_to_come(session, plan, graded, at),
        *ears.reasons,
        *on_strays(session, operation, heard, since),
        *_silences(rows, graded),
    )
    quiet = () if reasons else (_silence(rows, graded, window_days, part),)
    everything = (*reasons, *quiet, *_without_plan(plan), *_ahead(at, now))
    return Verdict(
        operation_id=operation_id,
        operation=operation.label,
        target=part.label if part else operation.label,
        answer=_heaviest(everything),
        on=day,
        at=now,
        window_days=window_days,
        reasons=everything,
        consumers=rows,
        grades=graded,
        sources=tuple(source for source in heard if not source.retired),
    )


def _asked_about(on: date | None, now: datetime) -> tuple[date, datetime]:
    """Return the day that is asked about, and the instant at which it is judged."""
    today = now.astimezone(UTC).date()
    day = on or today
    if day < today:
        raise PlanRefused(f"{day} is over: ask about today, or a day ahead.")
    return day, max(now, datetime.combine(day, time(0), UTC))


def _heaviest(reasons: Sequence[Reason]) -> Answer:
    answers = {reason.weighs for reason in reasons}
    return next(answer for answer in (Answer.UNSAFE, Answer.NOT_PROVEN, Answer.SAFE) if answer in answers)


def _callers(rows: Sequence[ConsumerRow], window_days: int, part: Target | None) -> Iterator[Reason]:
    did = "used it in" if part else "made"
    for row in rows:
        if row.calls:
            yield Reason(
                Kind.CALLS,
                f"{row.name} {did} {calls_in_words(row.calls)} in the last {window_days} days, the last on "
                f"{moment(row.last_call_at)}.",
                {"consumer": row.slug, "calls": row.calls, "last_call_at": row.last_call_at},
            )


def _contracts(session: Session, operation: Operation, part: Target | None) -> Iterator[Reason]:
    for one in relying_on(session, operation, uses(part) if part else None):
        consumer, version = one.contract.consumer, one.contract.version
        yield Reason(
            Kind.CONTRACT,
            f"{consumer.name} relies on it by its contract of version {version}.",
            {"consumer": consumer.slug, "contract": one.contract.id, "version": version},
        )


def _unclear_contracts(session: Session, operation: Operation) -> Iterator[Reason]:
    for contract, interaction, likeness in perhaps_relying_on(session, operation):
        yield Reason(
            Kind.UNCLEAR_CONTRACT,
            f"{contract.consumer.name}'s contract of version {contract.version} relies on "
            f"{interaction.label}, which matches no operation and may mean it: {likeness}.",
            {"consumer": contract.consumer.slug, "contract": contract.id, "interaction": interaction.label},
        )


def _promise(plan: Deprecation | None, at: datetime) -> Iterator[Reason]:
    if plan is None or plan.state == State.DRAFT:
        return
    if plan.state == State.PAUSED:
        yield Reason(Kind.PAUSED, "Its plan is paused: nobody was told to go on moving away from it.")
    if at <= plan.sunset_at:
        yield Reason(
            Kind.PROMISE,
            f"Its last day was announced as {day(plan.sunset_on)} ({plan.zone}): it was promised to last.",
            {"sunset_on": plan.sunset_on, "sunset_at": plan.sunset_at, "zone": plan.zone},
        )
    elif not span_of(plan).is_fixed:
        waits = f"version {plan.sunset_version}" if plan.sunset_version else "a day that nobody has named"
        yield Reason(
            Kind.NO_LAST_DAY,
            f"It was announced to end with {waits}: its consumers were told no last day yet.",
            {"sunset_by": plan.sunset_by, "version": plan.sunset_version},
        )


def _wider_promises(
    session: Session, operation_id: int, plan: Deprecation | None, at: datetime
) -> Iterator[Reason]:
    """Tell of other announced plans that end it as well, later: their readers were promised that day."""
    for other in plans_about(session, operation_id):
        is_other = plan is not None and other.id != plan.id and is_whole(other.target)
        if is_other and other.state != State.DRAFT and at <= other.sunset_at:
            yield Reason(
                Kind.WIDER_PROMISE,
                f"The plan for {other.target.label} promises its consumers that it lasts until "
                f"{day(other.sunset_on)} ({other.zone}).",
                {"plan": other.id, "sunset_on": other.sunset_on, "sunset_at": other.sunset_at},
            )


def _extensions(graded: Sequence[ConsumerGrade]) -> Iterator[Reason]:
    for one in graded:
        if one.extended_until is not None and one.grade is Grade.EXTENDED:
            last = day(one.extended_until)
            yield Reason(
                Kind.EXTENSION,
                f"{one.name} was given until {last}: it was promised that it may come back.",
                {"consumer": one.slug, "until_on": one.extended_until},
            )


def _wishes(graded: Sequence[ConsumerGrade], on: date) -> Iterator[Reason]:
    """Tell of consumers that asked for more time and got no answer."""
    for one in graded:
        is_open = one.answer == AnswerKind.MORE_TIME and not one.is_decided
        wanted = one.answered_on if is_open else None
        if wanted and wanted >= on and one.grade not in (Grade.EXTENDED, Grade.CALLING):
            yield Reason(
                Kind.ASKED_FOR_TIME,
                f"{one.name} asked for time until {day(wanted)}, and nobody answered yet: it may come back.",
                {"consumer": one.slug, "until_on": wanted},
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
                f"{extension.consumer.name} was given until {day(extension.until_on)}, and hasn't called "
                "yet.",
                {"consumer": extension.consumer.slug, "until_on": extension.until_on},
            )


def _ahead(at: datetime, now: datetime) -> Iterator[Reason]:
    if at > now:
        yield Reason(
            Kind.AHEAD,
            f"{day(at.date())} lies ahead: what is called until then is not known. Ask again that day.",
            {"at": at},
        )


def _silences(rows: Sequence[ConsumerRow], graded: Sequence[ConsumerGrade]) -> Iterator[Reason]:
    for row, one in zip(rows, graded, strict=True):
        if one.grade is Grade.TOO_SHORT:
            yield Reason(
                Kind.SHORT_SILENCE,
                f"{row.name} has been silent since {moment(row.last_call_at)}, but {_habit(row)}: wait until "
                f"{moment(row.quiet_at)}.",
                {
                    "consumer": row.slug,
                    "last_call_at": row.last_call_at,
                    "longest_gap_days": row.longest_gap_days,
                    "quiet_at": row.quiet_at,
                },
            )


def _habit(row: ConsumerRow) -> str:
    if row.longest_gap_days is not None:
        return f"has been silent for {row.longest_gap_days} days before"
    if row.is_unattributed:
        return "that may be many callers, each of them seen once: no rhythm is known"
    return "was seen on one day only: no rhythm is known, and a job of each quarter would look the same"


def _silence(
    rows: Sequence[ConsumerRow], graded: Sequence[ConsumerGrade], window_days: int, part: Target | None
) -> Reason:
    if not rows:
        never = "No call was ever seen to use it" if part else "No call to it was ever seen"
        return Reason(Kind.SILENCE, f"{never}, and every source is fresh.", {"callers": 0})
    once = sum(one.grade is Grade.SEEN_ONCE for one in graded)
    but = f" No rhythm is known of {once}, seen once and silent for a quarter." if once else ""
    return Reason(
        Kind.SILENCE,
        f"{_nobody_of(len(rows))} {'used it' if part else 'called'} in the last {window_days} days, which is "
        f"longer than habit explains, and every source is fresh.{but}",
        {
            "callers": len(rows),
            "without_rhythm": once,
            "last_call_at": max(row.last_call_at for row in rows),
        },
    )


def _nobody_of(callers: int) -> str:
    return "Its only known caller has not" if callers == 1 else f"None of its {callers} known callers has"


def _without_plan(plan: Deprecation | None) -> Iterator[Reason]:
    if plan is None or plan.state == State.DRAFT:
        yield Reason(Kind.NO_PLAN, "Its end was never announced: nobody was told what to call instead.")
