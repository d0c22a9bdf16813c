"""Whether calls of an operation may have been counted as nothing, or as another API's."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consumers.lookalikes import Lookalike, lookalikes, spellings_of
from consumers.routing import shape
from consumers.sources import SourceHealth, unmatched_between
from consumers.version_rules import rules
from deprecations.dates_in_words import moment
from deprecations.verdict_reasons import Kind, Reason, calls_in_words
from registry.models import Api, DocumentOperation, Operation, Version

_MOST_TOLD = 3


def on_strays(
    session: Session, operation: Operation, heard: Sequence[SourceHealth], since: datetime
) -> Iterator[Reason]:
    """Yield what may have been calls to an operation, and went somewhere else in the books."""
    slugs = {source.slug for source in heard}
    yield from _before_it_was_known(session, operation, slugs, since)
    found = lookalikes(session, operation, slugs, since=since)
    for one in found[:_MOST_TOLD]:
        yield Reason(Kind.LOOKALIKE, _likeness(one), _evidence(one))
    if len(found) > _MOST_TOLD:
        rest = found[_MOST_TOLD:]
        total = sum(one.calls for one in rest)
        yield Reason(
            Kind.LOOKALIKE,
            f"{calls_in_words(total)} to {len(rest)} more unknown paths look like calls to it.",
            {"calls": total, "paths": len(rest)},
        )
    if any(source.api_id is None for source in heard):
        yield from _rivals(session, operation)


def _before_it_was_known(
    session: Session, operation: Operation, slugs: set[str], since: datetime
) -> Iterator[Reason]:
    known_at = session.scalars(
        select(Version.published_at).where(Version.id == operation.first_version_id)
    ).one()
    unknown = unmatched_between(session, slugs, since, known_at)
    if unknown:
        yield Reason(
            Kind.UNKNOWN_CALLS,
            f"{calls_in_words(unknown)} that matched nothing came in before it was first published on "
            f"{moment(known_at)}: they may have been calls to it.",
            {"unknown": unknown, "known_since": known_at},
        )


def _likeness(one: Lookalike) -> str:
    return (
        f"{calls_in_words(one.calls)} to {one.method} {one.path}, the last on {moment(one.last_at)}, matched "
        f"nothing and may have been calls to it: {one.likeness}."
    )


def _evidence(one: Lookalike) -> dict[str, object]:
    return {
        "source": one.source,
        "method": one.method,
        "path": one.path,
        "likeness": one.likeness.value,
        "calls": one.calls,
        "successes": one.successes,
        "last_call_at": one.last_at,
    }


def _rivals(session: Session, operation: Operation) -> Iterator[Reason]:
    """Tell of APIs that serve the same method at the same full path, however they write it."""
    own = {shape(served) for served, _written in spellings_of(session, operation)}
    alike = (DocumentOperation.full_path.like(_pattern(one), escape="\\") for one in own)
    rows = session.execute(
        select(Api.slug, Api.id, DocumentOperation.full_path)
        .join(Version, Version.api_id == Api.id)
        .join(DocumentOperation, DocumentOperation.digest == Version.digest)
        .where(Api.id != operation.api_id, DocumentOperation.method == operation.method, or_(*alike))
        .distinct()
    )
    known = rules(session)
    mine = known.get(operation.api_id)

    def is_apart(api_id: int) -> bool:
        return mine is not None and api_id in known and mine.excludes(known[api_id])

    rivals = sorted({slug for slug, api_id, path in rows if shape(path) in own and not is_apart(api_id)})
    if rivals:
        yield Reason(
            Kind.SHARED_PATH,
            f"{', '.join(rivals)} has the same method and path, and a source that reports on every API "
            "can't tell them apart: limit each source to its API, or say what carries their version.",
            {"apis": rivals},
        )


def _pattern(shaped: str) -> str:
    """Return what SQL's LIKE finds the templates of a shape by, and some others."""
    escaped = shaped.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("{}", "%") + "%"
