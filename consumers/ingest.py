"""One batch of usage into the database: read, matched, named, rolled up, and counted once.

It runs in the caller's transaction, so a batch is in whole or not at all. The batch's key is claimed before
a line is read: who sends the same key again, or at the same time, finds it taken and counts nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consumers.credentials import owners
from consumers.errors import ConsumersError, UnknownFormat
from consumers.hit import Broken, Hit
from consumers.identity_order import orders_by_operation
from consumers.models import UsageBatch
from consumers.readers import HEADS, READERS, TALLIES, Reader, mapped, recognise
from consumers.readers.mapped import MAPPED
from consumers.redaction import redact
from consumers.rollup import Bucket, RollUp, Tally, add_bucket
from consumers.route_table import RouteTable, routes
from consumers.source_hours import add_source_hours
from consumers.sources import find_source, heard, source_named
from consumers.uncollected import uncollected
from consumers.unknown_traffic import add_unknown
from consumers.usage_rows import USAGE, Row, add_rows
from consumers.used_names import add_names
from storage.upsert import insert

_LONGEST_KEY = 200
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
    items: Iterable[Hit | Broken | None] | None = None,
    pepper: bytes,
    api_slug: str | None = None,
    mapping: Mapping[str, str] | None = None,
    table: RouteTable | None = None,
    first_line: int = 1,
    head: Sequence[bytes] = (),
    now: datetime,
) -> BatchReport:
    """Count a batch of lines, unless a batch of that source and key was counted before.

    `log_format` None means: by the source's mapping, or else recognised by its first lines. A `mapping` of
    field names is kept with the source. `table` keeps routers between batches;
    `first_line` is the first line's number in samples; `head` holds the first lines of the log, which may
    say how to read the rest, where the batch doesn't begin with them. Blank lines count as nothing. `items`
    are what was read already, in place of `data`; `log_format` is its name then. Raises UnknownFormat,
    ApiNotFound, and Conflict where the source reports on another API.
    """
    if not key or len(key) > _LONGEST_KEY or not key.isprintable():
        raise ConsumersError(f"a batch's key is 1 to {_LONGEST_KEY} printable characters")
    name, lines, reader = log_format or "", iter(data), None
    if items is None:
        mapping = mapping if log_format in (None, MAPPED) else None
        name, lines, reader = _format(session, source, log_format, mapping, lines, head)
    origin = source_named(session, source, log_format=name, api_slug=api_slug, now=now)
    if mapping is not None:
        origin.mapping = dict(mapping)
    batch_id = _claim(session, origin.id, key, now)
    if batch_id is None:
        return _before(session, origin.id, source, key, name)
    router = table.router(session, origin.api_id) if table else routes(session, origin.api_id)
    with uncollected():
        orders = orders_by_operation(session, origin.api_id)
        tally = Tally(router.match, first_line, now, orders, router.choices)
        if items is not None:
            tally.add_all(items)
        elif name in TALLIES:
            TALLIES[name](lines, tally)
        elif reader is not None:
            tally.add_all(_items(reader, head[: HEADS.get(name, 0)], lines))
        result = tally.finish()
        _count(session, result, pepper, now)
        add_source_hours(session, origin.id, result)
        add_unknown(session, origin.id, result.unknown)
    _settle(session, batch_id, result)
    heard(session, origin, log_format=name, first_at=result.first_at, last_at=result.last_at, now=now)
    return BatchReport(
        source,
        key,
        name,
        result.lines,
        result.matched,
        result.unmatched,
        result.broken,
        duplicate=False,
        samples=tuple(result.samples),
        first_at=result.first_at,
        last_at=result.last_at,
    )


def _items(reader: Reader, saying: Sequence[bytes], lines: Iterator[bytes]) -> Iterator[Hit | Broken | None]:
    """Read the lines as the log's head says, of which no line is counted again."""
    return islice(reader(chain(saying, lines)), len(saying), None)


def _format(
    session: Session,
    source: str,
    log_format: str | None,
    mapping: Mapping[str, str] | None,
    lines: Iterator[bytes],
    head: Sequence[bytes],
) -> tuple[str, Iterator[bytes], Reader]:
    """Return the format's name, the lines, and what reads them."""
    if log_format in READERS:
        return log_format, lines, READERS[log_format]
    known = find_source(session, source)
    mapping = mapping or (known.mapping if known is not None else None)
    if log_format not in (None, MAPPED) or (log_format == MAPPED and mapping is None):
        raise UnknownFormat(f"there is no format “{log_format}”: use {', '.join(READERS)}")
    first = list(islice(lines, _LOOKED_AT))
    if mapping is not None:
        return MAPPED, chain(first, lines), mapped.reader(mapping, [*head, *first])
    found = recognise([*head, *first]) or (known.log_format if known is not None else None)
    if found not in READERS:
        shown = redact(first[0].decode("utf-8", "replace").strip()) if first else "(there is no line)"
        raise UnknownFormat(
            f"no known format ({', '.join(READERS)}) makes out the first lines, which begin “{shown}”: "
            "name the format, or map the names of their fields, method=verb,path=url"
        )
    return found, chain(first, lines), READERS[found]


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


def _settle(session: Session, batch_id: int, result: RollUp) -> None:
    values = {
        "lines": result.lines,
        "matched": result.matched,
        "unmatched": result.unmatched,
        "broken": result.broken,
        "samples": list(result.samples),
    }
    session.execute(update(UsageBatch).where(UsageBatch.id == batch_id).values(values))


def _count(session: Session, result: RollUp, pepper: bytes, now: datetime) -> None:
    """Add the buckets to the stored ones, each row once and in one order."""
    if not result.buckets:
        return
    callers = {identity for _operation, identity, _hour in result.buckets}
    whose = owners(session, callers, pepper=pepper, now=now)
    names = {identity: (owner.credential_id, owner.consumer_id) for identity, owner in whose.items()}
    places = [
        (operation, hour, *names[identity], bucket)
        for (operation, identity, hour), bucket in result.buckets.items()
    ]
    places.sort()
    add_rows(session.connection(), USAGE, list(_rows(places)))
    add_names(session, result.names, {identity: owner[0] for identity, owner in names.items()})


def _rows(places: Sequence[tuple[int, int, int, int, Bucket]]) -> Iterator[Row]:
    """Yield a row for each key; names beyond those that are kept share a credential, so a key may recur."""
    for index, (operation, hour, credential, consumer, bucket) in enumerate(places, 1):
        if index < len(places) and places[index][:3] == (operation, hour, credential):
            add_bucket(places[index][4], bucket)
        else:
            yield operation, hour, credential, consumer, *bucket
