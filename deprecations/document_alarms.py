"""Where an API's newest document doesn't do what its plans say, whatever they end."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from deprecations.aims import day_in, operations_of_document
from deprecations.alarm_kinds import Alarm
from deprecations.attention_words import AttentionWords
from deprecations.models import Deprecation, State, SunsetBy, TargetKind
from deprecations.part_drift import Lost, not_compared, parts_lost
from deprecations.reach import operations_of
from deprecations.targets import Thing, is_whole, thing_of
from registry.models import (
    ComparisonState,
    DocumentMark,
    DocumentOperation,
    Operation,
    StoredComparison,
    Version,
)

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
    words: AttentionWords
    markable: bool = True

    def what(self, ids: Collection[int]) -> str:
        """Name what ends at some of its operations, and those where they aren't all or are many."""
        words, own = self.words, [one for key, one in self.operations.items() if key in ids]
        what = words.what(self.plan.target)
        named = words.listed([one.label for one in own], _MOST_NAMED)
        if self.plan.target.kind in (TargetKind.VERSION, TargetKind.API):
            return words.of_wider.format(names=named, what=what)
        return what if len(own) == len(self.operations) else words.at_some.format(what=what, names=named)


def of_documents(session: Session, plans: Sequence[Deprecation], words: AttentionWords) -> Iterator[Told]:
    """Yield what the newest document of each plan's API says otherwise; plans with API and target loaded."""
    for sight in _sights(session, plans, words):
        plan = sight.plan
        if plan.state != State.REMOVED:
            yield from _against(sight)
        elif sight.shown:
            yield _still(sight, None if is_whole(plan.target) else not_compared(session, plan.api_id))


def _still(sight: _Sight, uncompared: StoredComparison | None) -> Told:
    """Tell what is still there, or that this isn't known before a step is compared."""
    words, facts = sight.words, {"what": sight.what(sight.shown), "version": sight.version.label}
    if uncompared is None:
        return Alarm.STILL_THERE, sight.plan, words.still_there.format(**facts)
    told = words.not_known[uncompared.state == ComparisonState.FAILED].format(
        old=uncompared.old_version.label, new=uncompared.new_version.label, **facts
    )
    return Alarm.NOT_KNOWN, sight.plan, told


def _against(sight: _Sight) -> Iterator[Told]:
    plan, version, words = sight.plan, sight.version.label, sight.words
    last = words.day(plan.sunset_on)
    is_over = plan.state == State.SUNSET
    if sight.gone and not is_over:
        told = words.gone_too_early.format(version=version, what=sight.what(sight.gone), last=last)
        yield Alarm.GONE_TOO_EARLY, plan, told
    unmarked = [key for key, one in sight.shown.items() if not one.is_marked]
    if unmarked and sight.markable and plan.state != State.ANNOUNCED:
        what = sight.what(unmarked)
        is_many = is_whole(plan.target) and len(unmarked) > 1
        told = (words.ended_unmarked if is_over else words.unmarked)[is_many]
        told = told.format(what=what, last=last, version=version)
        yield Alarm.UNMARKED, plan, told
    if plan.sunset_by != SunsetBy.DATE:
        return
    days = {key: one.day for key, one in sight.shown.items() if one.day not in (None, plan.sunset_on)}
    if days:
        day = min(filter(None, days.values()))
        what = sight.what([key for key, one in days.items() if one == day])
        told = words.other_day.format(version=version, day=words.day(day), what=what, last=last)
        yield Alarm.OTHER_DAY, plan, told


def _sights(session: Session, plans: Sequence[Deprecation], words: AttentionWords) -> Iterator[_Sight]:
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
            yield _whole(session, plan, document, own, words)
        else:
            yield _part(session, plan, document, own, lost[plan.id], narrowest, words)


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


def _whole(
    session: Session,
    plan: Deprecation,
    document: _Document,
    own: Mapping[int, Operation],
    words: AttentionWords,
) -> _Sight:
    shown = {key: document.entries[key] for key in own if key in document.entries}
    gone = [key for key in own if key not in shown]
    if plan.target.kind == TargetKind.VERSION:
        gone = _gone_since(session, plan, gone)
    return _Sight(plan, document.version, own, shown, gone, words)


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
    words: AttentionWords,
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
    gone = [*gone, *_gone_since(session, plan, without)]
    return _Sight(plan, document.version, own, shown, {*gone}, words, markable)


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
