"""Who would be told what of a plan, when, and in which words: a look ahead that writes nothing.

The mails are those of `packing`, from the same rows and templates. Figures are as of now: whether a notice
still goes on its day is judged on that day (`judging`), and so it may not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deprecations.answer_links import LINK
from deprecations.calendar import day_of
from deprecations.contact_endpoints import Destination, destination
from deprecations.errors import NoticeNotFound
from deprecations.judging import Known, goes_at, tellable
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from deprecations.notices import coming_notices
from deprecations.packing import Desk, known_of, write_mail
from deprecations.payloads import KIND
from notifications.render import Rendered
from notifications.wordings import current


@dataclass(frozen=True, slots=True)
class Coming:
    """A notice that is still to be told, and from when its mail goes.

    `stopped_by` says why it would not go as things stand, "" where it would.
    """

    notice: Notice
    goes_at: datetime
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A mail as it would be sent; `carried` are its notices.

    `stopped_by` says why the notice that was asked for would not go as things stand, "" where it would.
    """

    coming: Coming
    to: Destination
    mail: Rendered
    carried: tuple[Notice, ...]
    stopped_by: str


def dry_run(session: Session, plan: Deprecation, *, desk: Desk, now: datetime) -> list[Coming]:
    """Return what is still to be told of a plan, soonest first; of a draft as if it were announced now."""
    found = [Coming(one, _goes_at(one, desk, now)) for one in coming_notices(session, plan, now)]
    known = _known(session, [one.notice for one in found], now)
    return sorted(_judged(found, known), key=lambda one: (one.goes_at, one.notice.due_at))


def forecast(
    session: Session, plan: Deprecation, contact_id: int, milestone: str, *, desk: Desk, now: datetime
) -> Forecast:
    """Return the mail by which a contact would be told of a milestone, with all that it would carry that day.

    Raises NoticeNotFound where no such notice is to come.
    """
    mine = [one for one in dry_run(session, plan, desk=desk, now=now) if one.notice.contact_id == contact_id]
    asked = next((one for one in mine if one.notice.milestone == milestone), None)
    if asked is None or asked.notice.contact is None:
        raise NoticeNotFound(f"no notice “{milestone}” of this plan is to come for the contact {contact_id}")
    contact = asked.notice.contact
    day = day_of(asked.goes_at, contact.zone)
    others = [Coming(one, _goes_at(one, desk, now)) for one in _waiting(session, contact_id, plan)]
    together = [
        _copy(one.notice)
        for one in (*mine, *others)
        if one.goes_at <= asked.goes_at and day_of(one.goes_at, contact.zone) == day
    ]
    wanted = next(one for one in together if _is_same(one, asked.notice))
    known = _known(session, together, now)
    told = [one for one in tellable(together, known) if one.deprecation_id != plan.id]
    stopped_by = wanted.dropped_because or ""
    carried = [one for one in (wanted, *told) if (one.deprecation_id, one.consumer_id) in known.evidence]
    if not carried:
        raise NoticeNotFound(f"this notice would not go: {stopped_by}")
    written = write_mail(
        session,
        carried,
        known,
        desk=desk,
        link=f"{desk.base_url}/your/{LINK}",
        wordings=current(session, KIND),
        keep_failure=False,
        now=asked.goes_at,
    )
    to = destination(session, contact, desk.channel)
    return Forecast(asked, to, written.mail, tuple(item.notice for item in written.items), stopped_by)


def _known(session: Session, notices: Sequence[Notice], now: datetime) -> Known:
    return replace(known_of(session, notices, now), is_foreseen=True)


def _judged(found: Iterable[Coming], known: Known) -> list[Coming]:
    """Judge each notice as on its day, beside what its contact is told by then of the plan."""
    by_day: dict[tuple[int | None, date], list[Coming]] = defaultdict(list)
    for one in found:
        zone = one.notice.contact.zone if one.notice.contact else "UTC"
        by_day[one.notice.contact_id, day_of(one.goes_at, zone)].append(one)
    return [replace(one, stopped_by=_stopped_by(one, day, known)) for day in by_day.values() for one in day]


def _stopped_by(one: Coming, day: Sequence[Coming], known: Known) -> str:
    copies = {id(each): _copy(each.notice) for each in day if each.goes_at <= one.goes_at}
    tellable(copies.values(), known)
    return copies[id(one)].dropped_because or ""


def _goes_at(notice: Notice, desk: Desk, now: datetime) -> datetime:
    return max(notice.due_at, now) if desk.at_any_hour else goes_at(notice, now)


def _waiting(session: Session, contact_id: int, plan: Deprecation) -> Sequence[Notice]:
    """Return what waits for a contact about other plans."""
    other = joinedload(Notice.deprecation)
    wanted = (
        select(Notice)
        .where(
            Notice.contact_id == contact_id,
            Notice.deprecation_id != plan.id,
            Notice.envelope_key.is_(None),
            Notice.dropped_because.is_(None),
        )
        .options(
            other.joinedload(Deprecation.api),
            other.joinedload(Deprecation.operation),
            other.joinedload(Deprecation.target),
            joinedload(Notice.consumer),
            joinedload(Notice.contact),
        )
    )
    return session.scalars(wanted).all()


def _copy(notice: Notice) -> Notice:
    """Return a notice that belongs to no session, so that judging it changes nothing."""
    return Notice(
        deprecation_id=notice.deprecation_id,
        consumer_id=notice.consumer_id,
        contact_id=notice.contact_id,
        milestone=notice.milestone,
        sunset_on=notice.sunset_on,
        due_at=notice.due_at,
        deprecation=notice.deprecation,
        consumer=notice.consumer,
        contact=notice.contact,
    )


def _is_same(one: Notice, other: Notice) -> bool:
    return (one.deprecation_id, one.milestone, one.due_at) == (
        other.deprecation_id,
        other.milestone,
        other.due_at,
    )
