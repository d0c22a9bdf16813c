"""The life of a deprecation as one table: which step leads where, and on what condition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from deprecations.calendar import Span
from deprecations.errors import TransitionRefused
from deprecations.models import State


class Step(StrEnum):
    """What is done to a plan; history names its entries by them."""

    PLAN = "plan"
    EDIT = "edit"
    ANNOUNCE = "announce"
    DEPRECATE = "deprecate"
    CLOSE = "close"
    REOPEN = "reopen"
    BROWN_OUT = "brown-out"
    RECOVER = "recover"
    ARRIVE = "arrive"
    SUNSET = "sunset"
    MOVE = "move"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    REVIVE = "revive"
    REMOVE = "remove"
    APPROVE = "approve"
    EXTEND = "extend"
    EXCEPT = "except"


Guard = Callable[[Span, datetime], bool]


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from a state to the next, open while `is_open` holds; `when` says that in words."""

    step: Step
    origin: State
    target: State
    when: str
    is_open: Guard


def _always(_span: Span, _now: datetime) -> bool:
    return True


def _has_begun(span: Span, now: datetime) -> bool:
    return span.deprecated_at <= now


def _is_ahead(span: Span, now: datetime) -> bool:
    return now < span.deprecated_at


def _is_over(span: Span, now: datetime) -> bool:
    return span.is_fixed and span.sunset_at < now


def _is_running(span: Span, now: datetime) -> bool:
    return span.deprecated_at <= now and not _is_over(span, now)


def _runs_closed(span: Span, now: datetime) -> bool:
    return _is_running(span, now) and span.closed_at is not None


def _runs_open(span: Span, now: datetime) -> bool:
    return _is_running(span, now) and span.closed_at is None


_WHENEVER = ("at any time", _always)
_BEGUN = ("once its first day has begun", _has_begun)
_OVER = ("once its last day is over", _is_over)
_AHEAD = ("while its first day lies ahead", _is_ahead)
_RUNNING = ("while its last day isn't over", _is_running)
_CLOSED = ("while its last day isn't over", _runs_closed)
_OPEN = ("while its last day isn't over", _runs_open)

_Row = tuple[Step, State, State, tuple[str, Guard]]
_FORWARD: Final[tuple[_Row, ...]] = (
    (Step.ANNOUNCE, State.DRAFT, State.ANNOUNCED, ("while policy allows its dates", _always)),
    (Step.DEPRECATE, State.ANNOUNCED, State.DEPRECATED, _BEGUN),
    (Step.CLOSE, State.DEPRECATED, State.CLOSED, _RUNNING),
    (Step.BROWN_OUT, State.DEPRECATED, State.BROWNOUT, _RUNNING),
    (Step.BROWN_OUT, State.CLOSED, State.BROWNOUT, _RUNNING),
    (Step.SUNSET, State.DEPRECATED, State.SUNSET, _OVER),
    (Step.SUNSET, State.CLOSED, State.SUNSET, _OVER),
    (Step.SUNSET, State.BROWNOUT, State.SUNSET, _OVER),
    (Step.REMOVE, State.SUNSET, State.REMOVED, _OVER),
)
_BACK: Final[tuple[_Row, ...]] = (
    (Step.REOPEN, State.CLOSED, State.DEPRECATED, _RUNNING),
    (Step.RECOVER, State.BROWNOUT, State.CLOSED, _CLOSED),
    (Step.RECOVER, State.BROWNOUT, State.DEPRECATED, _OPEN),
    (Step.RESUME, State.PAUSED, State.ANNOUNCED, _AHEAD),
    (Step.RESUME, State.PAUSED, State.CLOSED, _CLOSED),
    (Step.RESUME, State.PAUSED, State.DEPRECATED, _OPEN),
    (Step.REVIVE, State.CANCELLED, State.DRAFT, _WHENEVER),
)
_MOVES: Final[tuple[_Row, ...]] = (
    (Step.EDIT, State.DRAFT, State.DRAFT, _WHENEVER),
    (Step.MOVE, State.DRAFT, State.DRAFT, _WHENEVER),
    (Step.MOVE, State.ANNOUNCED, State.ANNOUNCED, _AHEAD),
    (Step.MOVE, State.ANNOUNCED, State.DEPRECATED, _RUNNING),
    (Step.MOVE, State.DEPRECATED, State.ANNOUNCED, _AHEAD),
    (Step.MOVE, State.DEPRECATED, State.DEPRECATED, _RUNNING),
    (Step.MOVE, State.CLOSED, State.ANNOUNCED, _AHEAD),
    (Step.MOVE, State.CLOSED, State.CLOSED, _RUNNING),
    (Step.MOVE, State.BROWNOUT, State.ANNOUNCED, _AHEAD),
    (Step.MOVE, State.BROWNOUT, State.BROWNOUT, _RUNNING),
    (Step.MOVE, State.SUNSET, State.ANNOUNCED, _AHEAD),
    (Step.MOVE, State.SUNSET, State.CLOSED, _CLOSED),
    (Step.MOVE, State.SUNSET, State.DEPRECATED, _OPEN),
    (Step.MOVE, State.PAUSED, State.PAUSED, _WHENEVER),
)
PROMISED: Final = (State.ANNOUNCED, State.DEPRECATED, State.CLOSED, State.BROWNOUT, State.SUNSET)
"""The states in which a plan's dates are a promise that people were told."""

_HALTS: Final[tuple[_Row, ...]] = (
    *((Step.PAUSE, state, State.PAUSED, _WHENEVER) for state in PROMISED),
    *((Step.CANCEL, state, State.CANCELLED, _WHENEVER) for state in (State.DRAFT, *PROMISED, State.PAUSED)),
)
_NOTES: Final[tuple[_Row, ...]] = (
    *((Step.EXTEND, state, state, _WHENEVER) for state in (*PROMISED, State.PAUSED)),
    *((Step.EXCEPT, state, state, _WHENEVER) for state in (State.DRAFT, *PROMISED, State.PAUSED)),
    *((Step.APPROVE, state, state, _WHENEVER) for state in (State.DRAFT, *PROMISED, State.PAUSED)),
)
TRANSITIONS: Final = tuple(
    Transition(step, origin, target, when, is_open)
    for step, origin, target, (when, is_open) in (*_FORWARD, *_BACK, *_MOVES, *_HALTS, *_NOTES)
)


_DONE: Final = {
    Step.PLAN: "planned",
    Step.EDIT: "edited",
    Step.ANNOUNCE: "announced",
    Step.DEPRECATE: "carried on to its first day",
    Step.CLOSE: "closed to new consumers",
    Step.REOPEN: "opened to new consumers again",
    Step.BROWN_OUT: "browned out",
    Step.RECOVER: "brought back from its brownouts",
    Step.ARRIVE: "carried on to the version that ends it",
    Step.SUNSET: "carried on to its end",
    Step.MOVE: "moved",
    Step.PAUSE: "paused",
    Step.RESUME: "resumed",
    Step.CANCEL: "cancelled",
    Step.REVIVE: "taken up again",
    Step.REMOVE: "noted as removed",
    Step.APPROVE: "approved",
    Step.EXTEND: "extended for one consumer",
    Step.EXCEPT: "excepted from its policy",
}
_STANDS: Final = {
    State.DRAFT: "is a draft that nobody was told of",
    State.ANNOUNCED: "is announced and not deprecated yet",
    State.DEPRECATED: "is deprecated and has not ended yet",
    State.CLOSED: "is closed to new consumers and has not ended yet",
    State.BROWNOUT: "is in its brownouts and has not ended yet",
    State.SUNSET: "has ended: its last day is over",
    State.REMOVED: "is done: the removal was noted",
    State.PAUSED: "is paused",
    State.CANCELLED: "was cancelled",
}
_ANEW = "Plan the end anew where it is still to go."
_TOLD = "Its consumers were told its dates: move those if they are to change."
_WAIT = "Wait until its last day is over, or move that day."
_RESUME_FIRST = "Resume it first."
_REVIVE_FIRST = "Take it up again first: it is a draft then."
_TO_DO: Final = {
    **{(Step.ANNOUNCE, state): _TOLD for state in PROMISED},
    **{(Step.EDIT, state): _TOLD for state in PROMISED},
    **{(step, State.PAUSED): _RESUME_FIRST for step in Step},
    **{(step, State.CANCELLED): _REVIVE_FIRST for step in Step},
    **{(step, State.DRAFT): "Announce it first." for step in Step},
    (Step.REMOVE, State.DRAFT): "Announce it, and wait until its last day is over.",
    **{(Step.REMOVE, state): _WAIT for state in PROMISED},
    (Step.CLOSE, State.ANNOUNCED): "Wait until its first day has begun.",
    (Step.BROWN_OUT, State.ANNOUNCED): "Wait until its first day has begun.",
    (Step.REVIVE, State.DRAFT): "There is nothing to take up.",
    (Step.REMOVE, State.REMOVED): "There is nothing left to do.",
    (Step.CANCEL, State.REMOVED): "There is nothing left to take back.",
    (Step.CANCEL, State.CANCELLED): "There is nothing left to take back.",
    (Step.PAUSE, State.PAUSED): "There is nothing left to pause.",
}


def next_state(state: str, step: Step, span: Span, now: datetime, since: str = "") -> State:
    """Return where a step leads from a state; raises TransitionRefused with the reason and what to do.

    `since` says when it came into that state and by whom, for the reason: “since 2026-11-22, by dana”.
    """
    ways = [way for way in TRANSITIONS if way.step == step and way.origin == state]
    for way in ways:
        if way.is_open(span, now):
            return way.target
    if ways:
        conditions = dict.fromkeys(way.when for way in ways)
        raise TransitionRefused(f"The plan can't be {_DONE[step]} so: that works {' or '.join(conditions)}.")
    where = State(state)
    known = f" ({since})" if since else ""
    todo = _TO_DO.get((step, where), _ANEW)
    raise TransitionRefused(f"The plan can't be {_DONE[step]}: it {_STANDS[where]}{known}. {todo}")


def open_steps(state: str, span: Span, now: datetime) -> frozenset[Step]:
    """Return the steps that can be taken now, so that pages offer only what works."""
    return frozenset(way.step for way in TRANSITIONS if way.origin == state and way.is_open(span, now))
