"""Unknown calls that look like an operation: gateways rewrite paths, and callers spell them in other ways.

A path looks like a template that it is but for case, doubled or encoded slashes, a leading part that was put
before it, taken away or replaced, or a method that POST may carry. Ids in paths are masked, so a masked
segment may be any.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from consumers.models import UnknownCall, UsageSource
from consumers.redaction import MASK, redact_path
from consumers.rollup import OTHER_VERSION
from consumers.routing import is_version, shape
from registry.models import DocumentOperation, Operation, Version

_MOST_LEADING = 4  # segments that something in between may have put before a path
_PARAMETER = "{}"
_CARRIER = "POST"  # what carries another method where X-HTTP-Method-Override is understood
_CARRIERS = (_CARRIER, "HEAD")
_NEVER = ("OPTIONS", "HEAD")


class Likeness(StrEnum):
    """What makes unknown calls look like an operation."""

    SPELLING = "another spelling of its path"
    PREFIX = "its path behind another prefix"
    METHOD = "its path with a method that may carry another"
    UNTOLD = "paths that were too many to keep"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Unknown calls that may have been an operation's; `successes` of them were answered with 2xx."""

    source: str
    method: str
    path: str
    likeness: Likeness
    calls: int
    successes: int
    last_at: datetime


class Likenesses:
    """Tells whether a method and a path look like an operation, by all templates that it has."""

    def __init__(self, method: str, templates: Iterable[str]) -> None:
        """Take the operation's method and its path templates, with and without base paths."""
        self._method = method
        self._wholes = {_segments(shape(one)) for one in templates}
        self._cores = {_core(one) for one in self._wholes}
        self._stripped = {rest for core in self._cores for rest in _without_leading(core)}
        lasts = [next((one for one in reversed(whole) if "{" not in one), "") for whole in self._wholes]
        self._words = frozenset(lasts) if all(map(_is_kept, lasts)) else frozenset()

    def of_kept(self) -> Iterator[ColumnElement[bool]]:
        """Yield what holds, in SQL, for those kept unknown calls that may look like the operation.

        Whatever leading part is taken away, the last literal segment of a template stays.
        """
        yield UnknownCall.method.in_({self._method, *_CARRIERS})
        if self._words:
            alike = (func.lower(UnknownCall.path).contains(word, autoescape=True) for word in self._words)
            yield or_(UnknownCall.path == MASK, *alike)

    def of(self, method: str, path: str) -> Likeness | None:
        """Return what makes a call look like the operation; None where nothing does."""
        how = self._of_path(_segments(unquote(path)))
        if how is None or method == self._method or (method == "HEAD" and self._method == "GET"):
            return how
        return Likeness.METHOD if method == _CARRIER and self._method not in _NEVER else None

    def _of_path(self, path: tuple[str, ...]) -> Likeness | None:
        if any(_fits(path, whole) for whole in self._wholes):
            return Likeness.SPELLING
        if any(_ends_with(path, core) for core in self._cores):
            return Likeness.PREFIX
        return Likeness.PREFIX if any(_fits(path, rest) for rest in self._stripped) else None


def likenesses(session: Session, operation: Operation) -> Likenesses:
    """Return what tells the lookalikes of an operation, by its spellings in all versions."""
    return Likenesses(operation.method, {path for pair in spellings_of(session, operation) for path in pair})


def spellings_of(session: Session, operation: Operation) -> set[tuple[str, str]]:
    """Return an operation's path templates in all versions, each as served and as written without a base."""
    rows = session.execute(
        select(DocumentOperation.full_path, DocumentOperation.path)
        .join(Version, Version.digest == DocumentOperation.digest)
        .where(
            Version.api_id == operation.api_id,
            DocumentOperation.method == operation.method,
            DocumentOperation.shape == operation.shape,
        )
    )
    return {(operation.path, operation.path), *((full_path, path) for full_path, path in rows)}


def lookalikes(
    session: Session, operation: Operation, slugs: Collection[str], *, since: datetime
) -> tuple[Lookalike, ...]:
    """Return what came to some sources since an instant and may have been the operation's, most calls first.

    Where a source got more unknown paths than are kept, those beyond look like every operation, as far as
    any were answered with success.
    """
    known = likenesses(session, operation)
    rows = session.execute(
        select(UsageSource.slug, UnknownCall.method, UnknownCall.path)
        .add_columns(UnknownCall.calls, UnknownCall.successes, UnknownCall.last_at)
        .join(UsageSource, UsageSource.id == UnknownCall.source_id)
        .where(UsageSource.slug.in_(slugs), UnknownCall.last_at >= since, *known.of_kept())
        .order_by(UnknownCall.calls.desc(), UnknownCall.id)
    )
    found = (
        (_likeness(known, method, path, successes), slug, method, path, calls, successes, last_at)
        for slug, method, path, calls, successes, last_at in rows
    )
    return tuple(
        Lookalike(slug, method, path, how, calls, successes, last_at)
        for how, slug, method, path, calls, successes, last_at in found
        if how is not None
    )


def _likeness(known: Likenesses, method: str, path: str, successes: int) -> Likeness | None:
    if path.endswith(OTHER_VERSION):
        return None  # a rule of its API says that they aren't its calls
    if path == MASK:
        return Likeness.UNTOLD if successes else None
    return known.of(method, path)


def _is_kept(word: str) -> bool:
    """Tell whether a segment stands in a kept path as it is, whatever its case."""
    return word.isascii() and word != "" and all(one in redact_path(one) for one in (word, word.upper()))


def _segments(path: str) -> tuple[str, ...]:
    return tuple(segment.lower() for segment in path.split("/") if segment)


def _core(template: tuple[str, ...]) -> tuple[str, ...]:
    """Return a template without the version that it begins with, where more of it is literal."""
    rest = template[1:]
    return rest if template and is_version(template[0]) and _has_literal(rest) else template


def _without_leading(core: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what is left of a template whose leading literals something takes away, one after the other."""
    rest = core
    while rest and _PARAMETER not in rest[0] and _has_literal(rest[1:]):
        rest = rest[1:]
        yield rest


def _has_literal(segments: tuple[str, ...]) -> bool:
    return any(segment != _PARAMETER for segment in segments)


def _ends_with(path: tuple[str, ...], core: tuple[str, ...]) -> bool:
    leading = len(path) - len(core)
    return 0 <= leading <= _MOST_LEADING and _has_literal(core) and _fits(path[leading:], core)


def _fits(path: tuple[str, ...], template: tuple[str, ...]) -> bool:
    return len(path) == len(template) and all(map(_is_like, path, template))


def _is_like(segment: str, literal: str) -> bool:
    if segment == literal or _PARAMETER in literal:
        return True
    return MASK in segment and segment in {redact_path(literal), redact_path(literal.upper()).lower()}
