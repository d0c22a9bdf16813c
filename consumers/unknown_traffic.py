"""Calls that no published operation answers: endpoints that nobody published, and wrong addresses.

Paths come from strangers, so a source keeps 1,000 of them, redacted; those beyond count together as `…`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.models import UnknownCall, UsageSource
from consumers.redaction import MASK
from consumers.rollup import OTHER_VERSION, Unknown, UnknownKey
from consumers.route_table import base_paths, routes
from consumers.routing import Router
from consumers.usage_rows import UNKNOWN_CALLS, add_rows
from registry.models import Operation
from storage.paging import Page, page_of

MOST_PATHS = 1_000
_MOST_LEADING = 3  # segments that a gateway may have put before, or taken away


@dataclass(frozen=True, slots=True)
class UnknownPath:
    """A method and redacted path that no operation answers, with its calls since `first_at`.

    `successes` of them were answered with 2xx. `hint` says what it may be, empty where nothing is like it;
    `operation_id` is the operation that the hint names.
    """

    id: int
    source: str
    api_id: int | None
    method: str
    path: str
    calls: int
    successes: int
    first_at: datetime
    last_at: datetime
    user_agent: str
    hint: str
    operation_id: int | None


def unknown_traffic(
    session: Session, page: int = 1, *, source: str | None = None, api_id: int | None = None
) -> Page[UnknownPath]:
    """Return what matches no operation, most calls first; of one source, or of an API's own sources."""
    statement = select(UnknownCall).options(joinedload(UnknownCall.source)).join(UnknownCall.source)
    if source is not None:
        statement = statement.where(UsageSource.slug == source)
    if api_id is not None:
        statement = statement.where(UsageSource.api_id == api_id)
    found = page_of(session, statement.order_by(UnknownCall.calls.desc(), UnknownCall.id), page)
    guesses = {key: _Guess(session, key) for key in {row.source.api_id for row in found.items}}
    rows = tuple(_told(row, guesses[row.source.api_id]) for row in found.items)
    return Page(rows, found.number, found.total, found.size)


def add_unknown(session: Session, source_id: int, unknown: Mapping[UnknownKey, Unknown]) -> None:
    """Add a batch's unknown calls to the stored ones."""
    if not unknown:
        return
    rows: dict[tuple[str, str], Unknown] = {}
    for (method, path, _hour), (calls, successes, first, last, agent, _rate) in unknown.items():
        row = rows.setdefault((method[:20], path), [0, 0, first, last, agent])
        row[0] += calls
        row[1] += successes
        row[2] = min(row[2], first)
        if last >= row[3]:
            row[3:] = last, agent
    kept = _with_room(session, source_id, rows)
    add_rows(session.connection(), UNKNOWN_CALLS, [(source_id, *key, *kept[key]) for key in sorted(kept)])


def _with_room(
    session: Session, source_id: int, rows: dict[tuple[str, str], Unknown]
) -> dict[tuple[str, str], Unknown]:
    stored = session.execute(
        select(UnknownCall.method, UnknownCall.path).where(UnknownCall.source_id == source_id)
    )
    known = {(method, path) for method, path in stored}
    room, kept = MOST_PATHS - len(known), dict[tuple[str, str], Unknown]()
    for key in sorted(rows, key=lambda key: -rows[key][0]):
        if key not in known and room <= 0:
            method, _path = key
            other = kept.setdefault((method, MASK), [0, 0, *rows[key][2:]])
            other[0] += rows[key][0]
            other[1] += rows[key][1]
            other[2], other[3] = min(other[2], rows[key][2]), max(other[3], rows[key][3])
            continue
        room -= key not in known
        kept[key] = rows[key]
    return kept


class _Guess:
    """Says what an unknown path may have been meant to be, by the templates of an API, or of all."""

    def __init__(self, session: Session, api_id: int | None) -> None:
        self._session = session
        self._router: Router = routes(session, api_id)
        self._bases = base_paths(session, api_id)

    def of(self, method: str, path: str) -> tuple[str, int | None]:
        if path.endswith(OTHER_VERSION):
            return "the rules of its APIs say that it is none of theirs", None
        for wrong, right in _other_bases(path, self._bases):
            operation = self._router.match(method, right)
            if operation is not None:
                return f"would match {self._name(operation)} if {_instead(wrong, right, path)}", operation
        methods = self._router.methods_of(path)
        if methods:
            operation = self._router.match(methods[0], path)
            return f"the path is published for {', '.join(methods)} only", operation
        return "", None

    def _name(self, operation_id: int) -> str:
        operation = self._session.get(Operation, operation_id)
        return operation.label if operation is not None else "an operation"


def _other_bases(path: str, bases: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the leading part of a path that may be wrong, and the path with each base in its place."""
    segments = path.split("/")[1:]
    for leading in range(min(_MOST_LEADING, len(segments) - 1) + 1):
        wrong = "".join(f"/{segment}" for segment in segments[:leading])
        rest = "".join(f"/{segment}" for segment in segments[leading:])
        for base in bases:
            if base != wrong:
                yield wrong, base + rest


def _instead(wrong: str, right: str, path: str) -> str:
    base = right.removesuffix(path[len(wrong) :])
    if not wrong:
        return f"it began with {base}"
    return f"the base path were {base or '/'} instead of {wrong}"


def _told(row: UnknownCall, guess: _Guess) -> UnknownPath:
    hint, operation = guess.of(row.method, row.path)
    values: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("id", "method", "path", "calls", "successes", "first_at", "last_at", "user_agent")
    }
    source = row.source
    return UnknownPath(source=source.slug, api_id=source.api_id, hint=hint, operation_id=operation, **values)
