"""Where an API's newest document doesn't do what its plans say, whatever they end."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from deprecations.aims import day_in, operations_of_document
from deprecations.alarm_kinds import Alarm
from deprecations.dates_in_words import day as in_words
from deprecations.models import Deprecation, State, SunsetBy, TargetKind
from deprecations.part_drift import Lost, is_all_compared, parts_lost
from deprecations.reach import operations_of
from deprecations.targets import Thing, is_whole, thing_of
from registry.models import DocumentMark, DocumentOperation, Operation, Version

Told = tuple[Alarm, Deprecation, str]
_MOST_NAMED = 3
_WIDTH: Final = {TargetKind.OPERATION: 0, TargetKind.VERSION: 1, TargetKind.API: 2}
_OF_OPENAPI_3: Final = frozenset(
    {
        TargetKind.PARAMETER,
        TargetKind.REQUEST_PROPERTY,
        TargetKind.RESPONSE_PROPERTY,
        TargetKind.HEADER,
    }
)
_MARKABLE: Final = {
    "openapi-3.0": _OF_OPENAPI_3,
    "openapi-3.1": _OF_OPENAPI_3,
    "openapi-3.2": _OF_OPENAPI_3 | {TargetKind.SECURITY_SCHEME},
}
"""Parts that have a `deprecated` of their own, by dialect (OpenAPI 3.0.3 section 4.7; 3.2 section 4.27)."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """How the newest document spells something at one operation: marked or not, and the day that it names."""

    is_marked: bool
    day: date | None


@dataclass(frozen=True, slots=True)
class _Sight:
    """A plan beside the newest document: what this has of it, and what is gone, by operation."""

    plan: Deprecation
    version: Version
    operations: Mapping[int, Operation]
    shown: Mapping[int, _Mark]
    gone: Collection[int]
    markable: bool = True

    def what(self, ids: Collection[int]) -> str:
        """Name what ends at some of its operations, and those where they aren't all or are many."""
        label, own = self.plan.target.label, [one for key, one in self.operations.items() if key in ids]
        more = len(own) - _MOST_NAMED
        named = ", ".join(one.label for one in own[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        if self.plan.target.kind in (TargetKind.VERSION, TargetKind.API):
            return f"{named} of {label}"
        return label if len(own) == len(self.operations) else f"{label} at {named}"


def of_documents(session: Session, plans: Sequence[Deprecation]) -> Iterator[Told]:
    """Yield what the newest document of each plan's API says otherwise; plans with API and target loaded."""
    for sight in _sights(session, plans):
        plan = sight.plan
        if plan.state != State.REMOVED:
            yield from _against(sight)
        elif sight.shown and (is_whole(plan.target) or is_all_compared(session, plan.api_id)):
            told = f"{sight.what(sight.shown)} was noted as removed, and {sight.version.label} has it."
            yield Alarm.STILL_THERE, plan, told


def _against(sight: _Sight) -> Iterator[Told]:
    plan, version, last = sight.plan, sight.version.label, in_words(sight.plan.sunset_on)
    is_over = plan.state == State.SUNSET
    if sight.gone and not is_over:
        told = f"{version} has no {sight.what(sight.gone)}, which was promised to work until {last}."
        yield Alarm.GONE_TOO_EARLY, plan, told
    unmarked = [key for key, one in sight.shown.items() if not one.is_marked]
    if unmarked and sight.markable and plan.state != State.ANNOUNCED:
        what = sight.what(unmarked)
        is_many = is_whole(plan.target) and len(unmarked) > 1
        told = (
            f"{what} ended on {last}, and {version} still has {'them' if is_many else 'it'}, without a mark."
            if is_over
            else f"{what} {'are' if is_many else 'is'} deprecated, and {version} doesn't say so."
        )
        yield Alarm.UNMARKED, plan, told
    if plan.sunset_by != SunsetBy.DATE:
        return
    days = {key: one.day for key, one in sight.shown.items() if one.day not in (None, plan.sunset_on)}
    if days:
        day = min(filter(None, days.values()))
        what = sight.what([key for key, one in days.items() if one == day])
        told = f"{version} says that {in_words(day)} is the last day of {what}; announced is {last}."
        yield Alarm.OTHER_DAY, plan, told


def _sights(session: Session, plans: Sequence[Deprecation]) -> Iterator[_Sight]:
    reached = operations_of(session, [plan.id for plan in plans])
    newest = _newest(session, {plan.api_id for plan in plans})
    parts = [plan for plan in plans if not is_whole(plan.target)]
    marking = {plan.api_id for plan in parts}
    ids = {one.id for found in reached.values() for one in found}
    documents = {
        api_id: _read(session, version, ids, with_marks=api_id in marking)
        for api_id, version in newest.items()
    }
    lost = parts_lost(session, parts)
    narrowest = _narrowest(plans, reached)
    for plan in plans:
        document = documents.get(plan.api_id)
        if document is None:
            continue
        own = {one.id: one for one in reached[plan.id]}
        if is_whole(plan.target):
            width = _WIDTH[TargetKind(plan.target.kind)]
            own = {key: one for key, one in own.items() if narrowest[key] == width}
            yield _whole(session, plan, document, own)
        else:
            yield _part(session, plan, document, own, lost[plan.id], narrowest)


def _narrowest(plans: Sequence[Deprecation], reached: Mapping[int, Sequence[Operation]]) -> dict[int, int]:
    """Return how wide the narrowest plan is that ends an operation: of itself, of a version, of the API."""
    found: dict[int, int] = {}
    for plan in plans:
        if is_whole(plan.target):
            width = _WIDTH[TargetKind(plan.target.kind)]
            for one in reached[plan.id]:
                found[one.id] = min(width, found.get(one.id, width))
    return found


@dataclass(frozen=True, slots=True)
class _Document:
    """The newest version of an API, with the operations that its document has and what it marks."""

    version: Version
    entries: Mapping[int, _Mark]
    marks: Sequence[tuple[DocumentMark, frozenset[int]]]

    def of(self, thing: Thing, operation_id: int) -> _Mark:
        """Return how it spells a part at an operation."""
        own = (thing.kind, thing.name, thing.place)
        for mark, operations in self.marks:
            if operation_id in operations and (mark.kind, mark.name, mark.place) == own:
                return _Mark(True, day_in(mark.sunset))
        return _Mark(False, None)


def _read(session: Session, version: Version, ids: Collection[int], *, with_marks: bool) -> _Document:
    rows = session.execute(
        select(Operation.id, DocumentOperation.deprecated, DocumentOperation.sunset)
        .join(
            DocumentOperation,
            (DocumentOperation.method == Operation.method) & (DocumentOperation.shape == Operation.shape),
        )
        .where(Operation.api_id == version.api_id, DocumentOperation.digest == version.digest)
    )
    entries = {key: _Mark(marked, day_in(sunset or "")) for key, marked, sunset in rows if key in ids}
    return _Document(version, entries, _marks(session, version) if with_marks else ())


def _marks(session: Session, version: Version) -> list[tuple[DocumentMark, frozenset[int]]]:
    known = operations_of_document(session, version.api_id, version.digest)
    wanted = select(DocumentMark).where(DocumentMark.digest == version.digest)
    return [
        (
            one,
            frozenset(known[at].id for at in ((pair[0], pair[1]) for pair in one.operations) if at in known),
        )
        for one in session.scalars(wanted.order_by(DocumentMark.position))
    ]


def _whole(session: Session, plan: Deprecation, document: _Document, own: Mapping[int, Operation]) -> _Sight:
    shown = {key: document.entries[key] for key in own if key in document.entries}
    gone = [key for key in own if key not in shown]
    if plan.target.kind == TargetKind.VERSION:
        gone = _gone_since(session, plan, gone)
    return _Sight(plan, document.version, own, shown, gone)


def _gone_since(session: Session, plan: Deprecation, ids: Collection[int]) -> list[int]:
    """Return the operations that the newest document had when a plan was announced.

    A version reaches by its nature what newer ones don't have: nothing of that went too early.
    """
    then = (
        select(func.max(Version.position))
        .where(Version.api_id == plan.api_id, Version.published_at <= plan.announced_at)
        .scalar_subquery()
    )
    rows = (
        select(Operation.id)
        .join(Version, Version.id == Operation.last_version_id)
        .where(Operation.id.in_(ids), Version.position >= then)
    )
    return list(session.scalars(rows)) if ids else []


def _part(
    session: Session,
    plan: Deprecation,
    document: _Document,
    own: Mapping[int, Operation],
    lost: Lost,
    narrowest: Mapping[int, int],
) -> _Sight:
    """Look for a part; that of an operation which goes by a plan of its own is that plan's business."""
    here = {key: one for key, one in own.items() if key in document.entries or key not in narrowest}
    thing = thing_of(plan.target)
    shown = {key: document.of(thing, key) for key in here if key in document.entries and key not in lost}
    since = plan.announced_at
    without = [key for key in here if key not in document.entries]
    gone = [key for key, version in lost.items() if key in here and since and version.published_at >= since]
    dialect = document.version.document.dialect
    markable = thing.kind in _MARKABLE.get(dialect, frozenset())
    return _Sight(plan, document.version, own, shown, {*gone, *_gone_since(session, plan, without)}, markable)


def _newest(session: Session, api_ids: set[int]) -> dict[int, Version]:
    top = (
        select(Version.api_id, func.max(Version.position).label("position"))
        .where(Version.api_id.in_(api_ids))
        .group_by(Version.api_id)
        .subquery()
    )
    rows = session.scalars(
        select(Version)
        .join(top, (Version.api_id == top.c.api_id) & (Version.position == top.c.position))
        .options(joinedload(Version.document))
    )
    return {version.api_id: version for version in rows}
