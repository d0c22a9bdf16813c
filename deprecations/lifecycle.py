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
    ANNOUNCE = "announce"
    DEPRECATE = "deprecate"
    SUNSET = "sunset"
    MOVE = "move"
    CANCEL = "cancel"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from a state to the next, open while `is_open` holds; `when` says that in words."""

    step: Step
    origin: State
    target: State
    when: str
    is_open: Callable[[Span, datetime], bool]


def _always(_span: Span, _now: datetime) -> bool:
    return True


def _has_begun(span: Span, now: datetime) -> bool:
    return span.deprecated_at <= now


def _is_ahead(span: Span, now: datetime) -> bool:
    return now < span.deprecated_at


def _is_over(span: Span, now: datetime) -> bool:
    return span.sunset_at < now


def _is_running(span: Span, now: datetime) -> bool:
    return span.deprecated_at <= now <= span.sunset_at


_WHENEVER = "at any time"
_BEGUN = "once its first day has begun"
_OVER = "once its last day is over"
_AHEAD = "while its first day lies ahead"
_RUNNING = "while its last day isn't over"

TRANSITIONS: Final = (
    Transition(Step.ANNOUNCE, State.DRAFT, State.ANNOUNCED, "while policy allows its dates", _always),
    Transition(Step.DEPRECATE, State.ANNOUNCED, State.DEPRECATED, _BEGUN, _has_begun),
    Transition(Step.SUNSET, State.DEPRECATED, State.SUNSET, _OVER, _is_over),
    Transition(Step.REMOVE, State.SUNSET, State.REMOVED, _OVER, _is_over),
    Transition(Step.MOVE, State.DRAFT, State.DRAFT, _WHENEVER, _always),
    Transition(Step.MOVE, State.ANNOUNCED, State.ANNOUNCED, _AHEAD, _is_ahead),
    Transition(Step.MOVE, State.ANNOUNCED, State.DEPRECATED, _RUNNING, _is_running),
    Transition(Step.MOVE, State.DEPRECATED, State.ANNOUNCED, _AHEAD, _is_ahead),
    Transition(Step.MOVE, State.DEPRECATED, State.DEPRECATED, _RUNNING, _is_running),
    Transition(Step.MOVE, State.SUNSET, State.ANNOUNCED, _AHEAD, _is_ahead),
    Transition(Step.MOVE, State.SUNSET, State.DEPRECATED, _RUNNING, _is_running),
    Transition(Step.CANCEL, State.DRAFT, State.CANCELLED, _WHENEVER, _always),
    Transition(Step.CANCEL, State.ANNOUNCED, State.CANCELLED, _WHENEVER, _always),
    Transition(Step.CANCEL, State.DEPRECATED, State.CANCELLED, _WHENEVER, _always),
    Transition(Step.CANCEL, State.SUNSET, State.CANCELLED, _WHENEVER, _always),
)


_DONE: Final = {
    Step.PLAN: "planned",
    Step.ANNOUNCE: "announced",
    Step.DEPRECATE: "carried on to its first day",
    Step.SUNSET: "carried on to its end",
    Step.MOVE: "moved",
    Step.CANCEL: "cancelled",
    Step.REMOVE: "noted as removed",
}
_STANDS: Final = {
    State.DRAFT: "is a draft that nobody was told of",
    State.ANNOUNCED: "is announced and not deprecated yet",
    State.DEPRECATED: "is deprecated and has not ended yet",
    State.SUNSET: "has ended: its last day is over",
    State.REMOVED: "is done: the operation was noted as removed",
    State.CANCELLED: "was cancelled",
}
_ANEW = "Plan the end of the operation anew where it is still to go."
_TOLD = "Its consumers were told its dates: move those if they are to change."
_WAIT = "Wait until its last day is over, or move that day."
_TO_DO: Final = {
    (Step.ANNOUNCE, State.ANNOUNCED): _TOLD,
    (Step.ANNOUNCE, State.DEPRECATED): _TOLD,
    (Step.ANNOUNCE, State.SUNSET): _TOLD,
    (Step.REMOVE, State.DRAFT): "Announce it, and wait until its last day is over.",
    (Step.REMOVE, State.ANNOUNCED): _WAIT,
    (Step.REMOVE, State.DEPRECATED): _WAIT,
    (Step.REMOVE, State.REMOVED): "There is nothing left to do.",
    (Step.CANCEL, State.REMOVED): "There is nothing left to take back.",
    (Step.CANCEL, State.CANCELLED): "There is nothing left to take back.",
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
