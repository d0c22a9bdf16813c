"""Judges each notice once more before it goes: plan, contact and traffic may have changed meanwhile.

What isn't told is dropped with its reason, or waits for its reader's working hours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.models import Contact
from deprecations.calendar import day_of
from deprecations.dates_in_words import day, moment
from deprecations.edge_models import Brownout
from deprecations.evidence import Evidence
from deprecations.headers import EMITTING
from deprecations.hearing import Hearing
from deprecations.milestones import BROWNOUTS, CADENCES, COUNTDOWN, EARLY, EVENTS, SILENT, Cadence, Milestone
from deprecations.models import Deprecation, State
from deprecations.notice_models import Notice
from deprecations.own_ends import OwnEnd, OwnEnds
from deprecations.rhythm import has_stopped
from deprecations.what_changes import Changes
from deprecations.working_hours import is_open, last_opening, opens_at

_URGENT = timedelta(hours=48)
_LATE = timedelta(days=30)  # so long, a log may tell of the first call after the last day
_NEVER_MUTED = -3  # the last two before the end, and the one after it


@dataclass(frozen=True, slots=True)
class Known:
    """What notices are judged by: figures by plan and consumer, cadences by API, the hour.

    `quiet` are plan and contact of those who want no reminders, `answered` plan and consumer of those that
    said something.
    `is_foreseen`: a draft is taken as if it were announced.
    `windows` are the brownouts that lie ahead and `changes` what differs for callers.
    """

    evidence: Mapping[tuple[int, int], Evidence]
    cadences: Mapping[int, Cadence]
    ends: OwnEnds
    hearing: Hearing
    windows: Mapping[int, tuple[Brownout, ...]]
    changes: Changes
    quiet: Collection[tuple[int, int | None]]
    answered: Collection[tuple[int, int]]
    now: datetime
    is_foreseen: bool = False


def is_time_for(notice: Notice, now: datetime, *, at_any_hour: bool = False) -> bool:
    """Tell whether a notice can be told now; what ends within 48 hours waits for no working hours.

    Nothing is told of a plan while it is paused.
    """
    if notice.deprecation.state == State.PAUSED:
        return False
    if notice.contact is None or at_any_hour or cannot_wait(notice, now):
        return notice.due_at <= now
    return told_from(notice) <= now and is_open(now, notice.contact.zone)


def cannot_wait(notice: Notice, now: datetime) -> bool:
    """Tell whether a notice is about something that ends within 48 hours."""
    return notice.milestone not in SILENT and now <= notice.deprecation.sunset_at < now + _URGENT


def told_from(notice: Notice) -> datetime:
    """Return from when a reader is told: of a reminder on the last working day up to its own."""
    zone = notice.contact.zone if notice.contact else "UTC"
    if notice.milestone in EARLY and zone != "UTC":
        return last_opening(day_of(notice.due_at, notice.deprecation.zone), zone)
    return opens_at(notice.due_at, zone)


def goes_at(notice: Notice, now: datetime) -> datetime:
    """Return when a notice that waits is told: what is due by now goes in its reader's next working hours."""
    first = told_from(notice)
    return first if first > now else opens_at(now, notice.contact.zone if notice.contact else "UTC")


def tellable(notices: Iterable[Notice], known: Known) -> list[Notice]:
    """Return one notice a plan at most: the newest of its steps, or an event that came after it.

    All others are dropped, and keep the reason; but that calls go on after the end waits for such a call.
    """
    notices = list(notices)
    wanted = [notice for notice in notices if not _drop(notice, _unwanted(notice, known))]
    steps = _newest([notice for notice in wanted if notice.milestone not in EVENTS], known)
    events = [notice for notice in wanted if notice.milestone in EVENTS]
    open_ones = [notice for notice in (*steps, *events) if not _waits_for_a_call(notice, known)]
    left = [notice for notice in open_ones if not _drop(notice, _needless(notice, known))]
    return _newest(left, known)


def _drop(notice: Notice, reason: str | None) -> bool:
    notice.dropped_because = reason
    return reason is not None


def _newest(notices: Sequence[Notice], known: Known) -> list[Notice]:
    """Keep each plan's newest notice, and drop those that it overtook while nothing was sent."""
    newest: dict[int, Notice] = {}
    for notice in sorted(notices, key=lambda each: (_is_current(each, known), each.due_at)):
        if overtaken := newest.get(notice.deprecation_id):
            overtaken.dropped_because = f"overtaken by {notice.milestone}"
        newest[notice.deprecation_id] = notice
    return list(newest.values())


def _is_current(notice: Notice, known: Known) -> bool:
    return notice.sunset_on == known.ends.of(notice.deprecation, notice.consumer_id).on


def _unwanted(notice: Notice, known: Known) -> str | None:
    wanted = CADENCES[known.cadences.get(notice.deprecation.api_id, Cadence.USUAL)]
    if notice.milestone in COUNTDOWN and notice.milestone not in wanted:
        return "the API reminds less often now"
    if not _hears(notice, known.hearing):
        return "the API tells this to contacts of other roles"
    may_rest = notice.milestone in COUNTDOWN and notice.milestone not in wanted[_NEVER_MUTED:]
    if may_rest and (notice.deprecation_id, notice.contact_id) in known.quiet:
        return "its reader asked for fewer reminders"
    return None


def _hears(notice: Notice, hearing: Hearing) -> bool:
    contact = notice.contact
    if contact is None or contact.disabled_at is not None:
        return True  # that is a reason of its own
    return hearing.hears(notice.deprecation.api_id, notice.consumer_id, contact.id, notice.milestone)


def _needless(notice: Notice, known: Known) -> str | None:
    plan = notice.deprecation
    calls = known.evidence.get((plan.id, notice.consumer_id))
    return (
        _over(notice, plan, known)
        or _moved(notice, known)
        or _called_off(notice, known)
        or _unreachable(notice.contact)
        or _answered(notice, known)
        or _silent(notice, known.ends.of(plan, notice.consumer_id), calls, known.now)
    )


def _over(notice: Notice, plan: Deprecation, known: Known) -> str | None:
    if known.is_foreseen and plan.state == State.DRAFT:
        return None
    if notice.milestone == Milestone.CANCELLED:
        return None if plan.state == State.CANCELLED else f"the plan is {plan.state} again"
    return None if plan.state in EMITTING else f"the plan is {plan.state}"


def _moved(notice: Notice, known: Known) -> str | None:
    on = known.ends.of(notice.deprecation, notice.consumer_id).on
    return None if notice.sunset_on == on else f"the last day moved from {day(notice.sunset_on)} to {day(on)}"


def _called_off(notice: Notice, known: Known) -> str | None:
    if notice.milestone in BROWNOUTS and not known.windows.get(notice.deprecation_id):
        return "the brownout was called off, or is over"
    return None


def _answered(notice: Notice, known: Known) -> str | None:
    is_over = notice.milestone == Milestone.ESCALATED and _pair(notice) in known.answered
    return "somebody of the consumer answered" if is_over else None


def _pair(notice: Notice) -> tuple[int, int]:
    return notice.deprecation_id, notice.consumer_id


def _unreachable(contact: Contact | None) -> str | None:
    if contact is None:
        return "the contact was removed"
    return f"mail to the contact stopped: {contact.disabled_reason}" if contact.disabled_at else None


def _waits_for_a_call(notice: Notice, known: Known) -> bool:
    plan, calls = notice.deprecation, known.evidence.get(_pair(notice))
    is_after = notice.milestone == Milestone.AFTER and not known.is_foreseen
    if not is_after or calls is None or _over(notice, plan, known):
        return False
    end = known.ends.of(plan, notice.consumer_id)
    return notice.sunset_on == end.on and calls.last_call_at <= end.at and known.now < end.at + _LATE


def _silent(notice: Notice, end: OwnEnd, calls: Evidence | None, now: datetime) -> str | None:
    if calls is None:
        return "the consumer has no calls to it"
    last = f"the last one was {moment(calls.last_call_at)}"
    if notice.milestone == Milestone.AFTER and calls.last_call_at <= end.at:
        return f"no call came after the last day: {last}"
    if notice.milestone == Milestone.STOPPED and calls.last_call_at > notice.due_at:
        return f"the calls came back: {last}"
    if notice.milestone not in SILENT and has_stopped(calls.last_call_at, calls.longest_gap_days, now):
        return f"the traffic stopped: the last call was {moment(calls.last_call_at)}"
    return None
