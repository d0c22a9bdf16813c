"""The gate of a spec repository: a removal passes only when its verdict does, or a named person lets it.

It starts advisory: it says what it would refuse, and refuses nothing. What people marked as a false alarm
tells how often it would have been wrong.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from deprecations.errors import DeprecationNotFound, PlanRefused
from deprecations.gate_models import EndingSettings, GateRemoval, GateRun
from deprecations.models import Deprecation
from deprecations.plan_verdict import verdict_on
from deprecations.verdict import WINDOW_DAYS, Verdict, can_remove
from deprecations.verdict_listeners import listening
from deprecations.verdict_reasons import Answer, Kind
from deprecations.wording import checked_reason
from registry.models import Operation, Version
from storage.paging import Page, page_of

FALSE_ALARM: Final = "false-alarm"
RIGHT: Final = "right"
MARKS: Final = (FALSE_ALARM, RIGHT)
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class AlarmRate:
    """How the gate's refusals were judged: `alarms` of them, `marked` by somebody, `false` of those."""

    alarms: int
    marked: int
    false: int

    @property
    def rate(self) -> float | None:
        """The share of false alarms among those that somebody judged; None while nobody did."""
        return self.false / self.marked if self.marked else None


def settings_of(session: Session, api_id: int) -> EndingSettings:
    """Return what an API shows and enforces of its endings; an unsaved row where nobody chose."""
    return session.get(EndingSettings, api_id) or EndingSettings(
        api_id=api_id, is_public=False, gate_enforces=False
    )


def change_settings(
    session: Session, api_id: int, *, is_public: bool | None = None, gate_enforces: bool | None = None
) -> EndingSettings:
    """Change what an API shows and enforces of its endings; what is left out stays."""
    stored = settings_of(session, api_id)
    stored.is_public = stored.is_public if is_public is None else is_public
    stored.gate_enforces = stored.gate_enforces if gate_enforces is None else gate_enforces
    session.add(stored)
    session.flush()
    return stored


def removed_by(session: Session, api_id: int, kept: Collection[tuple[str, str]]) -> tuple[Operation, ...]:
    """Return the operations of the newest version that a document lacks; `kept` are methods and shapes."""
    newest = select(Version.id).where(Version.api_id == api_id).order_by(Version.position.desc()).limit(1)
    present = session.scalars(
        select(Operation)
        .where(Operation.api_id == api_id, Operation.last_version_id == newest.scalar_subquery())
        .order_by(Operation.path, Operation.method)
    )
    return tuple(one for one in present if (one.method, one.shape) not in kept)


def ask(
    session: Session,
    api_id: int,
    removed: Sequence[Operation],
    parts: Sequence[Deprecation] = (),
    *,
    subject: str,
    overrides: Mapping[str, str] | None = None,
    by: str,
    now: datetime,
) -> GateRun:
    """Judge every removal that a document brings, and keep the answer.

    `parts` are the plans of parts that go: each is judged by its own days and use. `overrides` give reasons
    by what goes, as people write it; who asks is the person who answers for them. Raises PlanRefused for an
    override of what isn't removed.
    """
    reasons = dict(overrides or {})
    strangers = reasons.keys() - {one.label for one in removed} - {one.target.label for one in parts}
    if strangers:
        raise PlanRefused(f"{min(strangers)} is not removed: there is nothing to override.")
    ears = listening(session, api_id, now - timedelta(days=WINDOW_DAYS), now) if removed else None
    run = GateRun(
        api_id=api_id,
        subject=subject[:200],
        enforced=settings_of(session, api_id).gate_enforces,
        by=by,
        at=now,
        removals=[
            *(_judged(can_remove(session, one.id, ears=ears, now=now), reasons, by) for one in removed),
            *(_judged(verdict_on(session, one, now=now).worst, reasons, by, one) for one in parts),
        ],
    )
    session.add(run)
    session.flush()
    return run


def passes(removal: GateRemoval) -> bool:
    """Tell whether a removal may go: its verdict is safe, or somebody answers for it."""
    return removal.answer == Answer.SAFE or bool(removal.overridden_by)


def is_open(run: GateRun) -> bool:
    """Tell whether a document may go: nothing stands against it, or the gate only advises."""
    return not run.enforced or all(map(passes, run.removals))


def override(session: Session, removal_id: int, *, reason: str, by: str) -> GateRemoval:
    """Let a removal pass whatever its verdict says; who does it answers for it by name."""
    removal = find_removal(session, removal_id)
    if passes(removal):
        raise PlanRefused(f"{removal.label} passes already.")
    removal.overridden_by, removal.override_reason = by, checked_reason(reason)
    session.flush()
    return removal


def mark(session: Session, removal_id: int, *, mark: str, by: str, now: datetime) -> GateRemoval:
    """Say whether an alarm was right, which may be changed later."""
    removal = find_removal(session, removal_id)
    if removal.answer == Answer.SAFE:
        raise PlanRefused(f"{removal.label} raised no alarm: there is nothing to judge.")
    if mark not in MARKS:
        raise PlanRefused(f"“{mark}” is none of {', '.join(MARKS)}.")
    removal.mark, removal.marked_by, removal.marked_at = mark, by, now
    session.flush()
    return removal


def find_removal(session: Session, removal_id: int) -> GateRemoval:
    """Return a removal that the gate was asked about."""
    found = session.get(GateRemoval, removal_id)
    if found is None:
        raise DeprecationNotFound(f"the gate was never asked about a removal {removal_id}")
    return found


def runs(session: Session, api_id: int, page: int = 1) -> Page[GateRun]:
    """List what the gate was asked about an API, newest first, with the removals."""
    wanted = select(GateRun).where(GateRun.api_id == api_id).options(selectinload(GateRun.removals))
    return page_of(session, wanted.order_by(GateRun.id.desc()), page)


def alarm_rate(session: Session, api_id: int) -> AlarmRate:
    """Count an API's alarms and what people thought of them.

    A pipeline asks about the same document again and again: a removal counts once for each document, by its
    name and version, with the mark that somebody gave it last.
    """
    order = (GateRemoval.marked_at.desc().nulls_last(), GateRemoval.id.desc())
    once = (
        select(
            GateRemoval.mark,
            func.row_number()
            .over(partition_by=(GateRun.subject, GateRemoval.label), order_by=order)
            .label("turn"),
        )
        .join(GateRun, GateRun.id == GateRemoval.run_id)
        .where(GateRun.api_id == api_id, GateRemoval.answer != Answer.SAFE)
        .subquery()
    )
    rows = session.execute(select(once.c.mark, func.count()).where(once.c.turn == 1).group_by(once.c.mark))
    counts = {row[0]: row[1] for row in rows}
    marked = sum(counts.get(one, 0) for one in MARKS)
    return AlarmRate(sum(counts.values()), marked, counts.get(FALSE_ALARM, 0))


def _judged(
    verdict: Verdict, reasons: Mapping[str, str], by: str, part_by: Deprecation | None = None
) -> GateRemoval:
    reason = reasons.get(verdict.target)
    lets = reason is not None and verdict.answer is not Answer.SAFE
    return GateRemoval(
        operation_id=verdict.operation_id,
        deprecation_id=part_by.id if part_by is not None else None,
        label=verdict.target,
        answer=verdict.answer.value,
        because=_because(verdict),
        overridden_by=by if lets else "",
        override_reason=checked_reason(reason or "") if lets else "",
    )


def _because(verdict: Verdict) -> str:
    """Return the heaviest reasons in words, of many callers the first."""
    heavy = [one for one in verdict.reasons if one.weighs is verdict.answer]
    callers = [one for one in heavy if one.kind is Kind.CALLS]
    shown = [*callers[:_MOST_NAMED], *(one for one in heavy if one.kind is not Kind.CALLS)]
    more = len(callers) - _MOST_NAMED
    told = [one.sentence for one in shown]
    return " ".join([*told, *([f"{more} more consumers call it."] if more > 0 else [])])
