"""One batch of usage into the database: read, matched, named, rolled up, and counted once.

It runs in the caller's transaction, so a batch is in whole or not at all. The batch's key is claimed before
a line is read: who sends the same key again, or at the same time, finds it taken and counts nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consumers.credentials import owners
from consumers.day_marks import mark_hours
from consumers.errors import ConsumersError, UnknownFormat
from consumers.identity_order import orders_by_operation
from consumers.models import UsageBatch
from consumers.readers import HEADS, READERS, USUAL, Reader, mapped, recognise
from consumers.readers.decoded import split
from consumers.readers.mapped import MAPPED
from consumers.redaction import redact
from consumers.rollup import CALLER_SHIFT, OPERATION, Bucket, RollUp, add_bucket
from consumers.route_table import RouteTable, routes
from consumers.source_hours import add_source_hours
from consumers.sources import api_of, find_source, heard, source_named
from consumers.tally import Tally
from consumers.uncollected import uncollected
from consumers.unknown_traffic import add_unknown
from consumers.usage_rows import USAGE, Row, add_rows
from consumers.used_names import add_names
from storage.upsert import insert

_LONGEST_KEY = 200
Told = Callable[[Tally], None]
"""What adds all that a batch tells of."""
_LOOKED_AT = 50  # lines by which a format is recognised


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch, in lines. A duplicate shows what its first sending came to.

    Lines that are neither matched nor unmatched nor broken were OPTIONS requests. `first_at` and `last_at`
    are its oldest and newest call; None where it has none, and for a duplicate.
    """

    source: str
    key: str
    log_format: str
    lines: int
    matched: int
    unmatched: int
    broken: int
    duplicate: bool
    samples: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None


def ingest(
    session: Session,
    *,
    source: str,
    key: str,
    log_format: str | None,
    data: Iterable[bytes] = (),
    told: Told | None = None,
    counted: RollUp | None = None,
    pepper: bytes,
    api_slug: str | None = None,
    mapping: Mapping[str, str] | None = None,
    table: RouteTable | None = None,
    first_line: int = 1,
    head: Sequence[bytes] = (),
    now: datetime,
) -> BatchReport:
    """Count a batch of lines, unless a batch of that source and key was counted before.

    `data` are pieces of one or more whole lines each. `log_format` None means: by the source's mapping, or
    else recognised by its first lines. A `mapping` of field names is kept with the source. `table` keeps
    routers between batches; `first_line` is the first line's number in samples; `head` holds the first lines
    of the log, which may say how to read the rest, where the batch doesn't begin with them. Blank lines count
    as nothing. `told` counts what was read already, and `counted` is what was counted already, in place of
    `data`; `log_format` is its name then. Raises UnknownFormat, ApiNotFound, and Conflict where the source
    reports on another API.
    """
    if not key or len(key) > _LONGEST_KEY or not key.isprintable():
        raise ConsumersError(f"a batch's key is 1 to {_LONGEST_KEY} printable characters")
    name = log_format or ""
    if told is None and counted is None:
        mapping = mapping if log_format in (None, MAPPED) else None
        name, told = _format(session, source, log_format, mapping, iter(data), head)
    origin = source_named(session, source, log_format=name, api_slug=api_slug, now=now)
    if mapping is not None:
        origin.mapping = dict(mapping)
    batch_id = _claim(session, origin.id, key, now)
    if batch_id is None:
        return _before(session, origin.id, source, key, name)
    with uncollected():
        if counted is None:
            assert told is not None  # noqa: S101 - for the type checker
            counted = _counted(session, told, origin.api_id, table, first_line, now)
        report = _stored(session, origin.id, (source, key, name), counted, pepper, now)
        del counted  # what it holds goes before the collector is back, which would look through it
    _settle(session, batch_id, report)
    heard(session, origin, log_format=name, first_at=report.first_at, last_at=report.last_at, now=now)
    return report


def count_ahead(
    session: Session,
    *,
    source: str,
    log_format: str | None,
    data: Iterable[bytes],
    api_slug: str | None,
    mapping: Mapping[str, str] | None,
    table: RouteTable,
    first_line: int,
    head: Sequence[bytes],
    now: datetime,
) -> tuple[str, RollUp]:
    """Return a batch's format, and what it comes to, for `ingest` to add; the same arguments mean the same.

    It only reads, so that nobody waits for it who wants to write.
    """
    mapping = mapping if log_format in (None, MAPPED) else None
    name, told = _format(session, source, log_format, mapping, iter(data), head)
    return name, _counted(session, told, api_of(session, source, api_slug), table, first_line, now)


def _counted(
    session: Session, told: Told, api_id: int | None, table: RouteTable | None, first_line: int, now: datetime
) -> RollUp:
    """Count what is told by the operations that are known."""
    router = table.router(session, api_id) if table else routes(session, api_id)
    tally = Tally(router.match, first_line, now, orders_by_operation(session, api_id), router.choices)
    told(tally)
    return tally.finish()


def _stored(
    session: Session,
    source_id: int,
    batch: tuple[str, str, str],
    result: RollUp,
    pepper: bytes,
    now: datetime,
) -> BatchReport:
    """Add a batch to what is stored, and return what became of it."""
    if result.hours:
        _add_usage(session, result, pepper, now)
    add_source_hours(session, source_id, result)
    add_unknown(session, source_id, result.unknown)
    return BatchReport(
        *batch,
        result.lines,
        result.matched,
        result.unmatched,
        result.broken,
        duplicate=False,
        samples=tuple(result.samples),
        first_at=result.first_at,
        last_at=result.last_at,
    )


def _format(
    session: Session,
    source: str,
    log_format: str | None,
    mapping: Mapping[str, str] | None,
    pieces: Iterator[bytes],
    head: Sequence[bytes],
) -> tuple[str, Told]:
    """Return the format's name, and what counts the pieces."""
    if log_format in READERS:
        return log_format, _reading(log_format, READERS[log_format], head, pieces)
    known = find_source(session, source)
    mapping = mapping or (known.mapping if known is not None else None)
    if log_format not in (None, MAPPED) or (log_format == MAPPED and mapping is None):
        raise UnknownFormat(f"there is no format “{log_format}”: use {', '.join(READERS)}")
    first, pieces = _beginning(pieces)
    if mapping is not None:
        return MAPPED, _reading(MAPPED, mapped.reader(mapping, [*head, *first]), head, pieces)
    found = recognise([*head, *first]) or (known.log_format if known is not None else None)
    if found not in READERS:
        shown = redact(first[0].decode("utf-8", "replace").strip()) if first else "(there is no line)"
        raise UnknownFormat(
            f"no known format ({', '.join(READERS)}) makes out the first lines, which begin “{shown}”: "
            "name the format, or map the names of their fields, method=verb,path=url"
        )
    return found, _reading(found, READERS[found], head, pieces)


def _beginning(pieces: Iterator[bytes]) -> tuple[list[bytes], Iterator[bytes]]:
    """Return the first lines, and all pieces."""
    taken, lines = list[bytes](), list[bytes]()
    while len(lines) < _LOOKED_AT and (piece := next(pieces, None)) is not None:
        taken.append(piece)
        lines += islice(split([piece]), _LOOKED_AT - len(lines))
    return lines, chain(taken, pieces)


def _reading(name: str, reader: Reader, head: Sequence[bytes], pieces: Iterable[bytes]) -> Told:
    """Return what counts the pieces; the log's head may say how to read them, and isn't counted again."""
    usual, saying = USUAL.get(name), head[: HEADS.get(name, 0)]
    if usual is not None:
        return lambda tally: tally.add_calls(usual.calls(pieces), usual)
    lines = chain(saying, split(pieces))
    return lambda tally: tally.add_all(islice(reader(lines), len(saying), None))


def _claim(session: Session, source_id: int, key: str, now: datetime) -> int | None:
    row = {"lines": 0, "matched": 0, "unmatched": 0, "broken": 0, "samples": []}
    statement = (
        insert(session, UsageBatch)
        .values(source_id=source_id, key=key, received_at=now, **row)
        .on_conflict_do_nothing(index_elements=["source_id", "key"])
        .returning(UsageBatch.id)
    )
    claimed: int | None = session.scalar(statement)
    return claimed


def _before(session: Session, source_id: int, source: str, key: str, log_format: str) -> BatchReport:
    batch = session.scalars(select(UsageBatch).filter_by(source_id=source_id, key=key)).one()
    return BatchReport(
        source,
        key,
        log_format,
        batch.lines,
        batch.matched,
        batch.unmatched,
        batch.broken,
        duplicate=True,
        samples=tuple(batch.samples),
        first_at=None,
        last_at=None,
    )


def _settle(session: Session, batch_id: int, report: BatchReport) -> None:
    values = {
        "lines": report.lines,
        "matched": report.matched,
        "unmatched": report.unmatched,
        "broken": report.broken,
        "samples": list(report.samples),
    }
    session.execute(update(UsageBatch).where(UsageBatch.id == batch_id).values(values))


def _add_usage(session: Session, result: RollUp, pepper: bytes, now: datetime) -> None:
    """Add the buckets and names to the stored ones, each row once and in one order."""
    whose = owners(session, result.callers, pepper=pepper, now=now)
    names = [(whose[identity].credential_id, whose[identity].consumer_id) for identity in result.callers]
    rows = [
        (key & OPERATION, hour, *names[key >> CALLER_SHIFT], *bucket)
        for hour, buckets in result.hours.items()
        for key, bucket in buckets.items()
    ]
    rows.sort()
    if len(set(names)) < len(names):  # those beyond the names that are kept share a credential
        rows = _merged(rows)
    add_rows(session.connection(), USAGE, rows)
    mark_hours(session, [hour for hour, buckets in result.hours.items() if buckets])
    add_names(session, result, [credential for credential, _consumer in names])


def _merged(rows: Iterable[Row]) -> list[Row]:
    """Return sorted rows with one for each key."""
    found: dict[Row, Bucket] = {}
    for operation, hour, credential, consumer, *bucket in rows:
        held = found.setdefault((operation, hour, credential, consumer), bucket)
        if held is not bucket:
            add_bucket(held, bucket)
    return [(*key, *bucket) for key, bucket in found.items()]
