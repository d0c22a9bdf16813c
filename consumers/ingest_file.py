"""A log file, or a pipe, into the database: block by block, each a batch in a transaction of its own.

Beside each batch, in its transaction, the file's cursor moves on; so the same file read again counts nothing,
a grown one its new lines only, and one that rotation renamed or compressed goes on where it was. The file is
known by its first line and by the digest of what was counted, not by its name. A pipe has no cursor: the same
one again counts nothing either, since its batches have the same keys, but one that grew counts its last,
incomplete block twice. A file that lost lines at its end is read anew, with the same reservation.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from consumers.cursors import Cursor, CursorMoved, advance, cursors, resume
from consumers.ingest import BatchReport, count_ahead, ingest
from consumers.log_file import Block, LogFile, Place, open_log
from consumers.readers import MOST_HEAD
from consumers.readers.decoded import split
from consumers.readers.mapped import MAPPED
from consumers.rollup import MOST_SAMPLES, RollUp
from consumers.route_table import RouteTable
from consumers.uncollected import uncollected
from storage.transactions import Database

BLOCK_BYTES = 64 << 20  # some 400,000 lines: memory stays flat, and an hour's calls meet in few rows


@dataclass(slots=True)
class FileReport:
    """What became of a file's new lines. `log_format` is None where there were none.

    `counted_before` are bytes, decompressed, that an earlier reading had counted.
    """

    name: str
    counted_before: int = 0
    log_format: str | None = None
    lines: int = 0
    matched: int = 0
    unmatched: int = 0
    broken: int = 0
    duplicate_batches: int = 0
    samples: list[str] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None


Progress = Callable[[FileReport, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """How lines are to be counted: from which source, in which format, matched against which API.

    Each batch is counted while others may write, and then added in a transaction of its own.
    """

    database: Database
    source: str
    pepper: bytes
    now: datetime
    log_format: str | None = None
    api_slug: str | None = None
    mapping: Mapping[str, str] | None = None
    block_bytes: int = BLOCK_BYTES
    table: RouteTable = field(default_factory=RouteTable)


@dataclass(slots=True)
class Reading:
    """An open log that is being counted: the digest of its first line, its first lines, and its cursor."""

    log: LogFile
    head: str
    first_lines: list[bytes]
    cursor: Cursor


def ingest_file(
    intake: Intake, path: Path, *, follow: bool = False, on_progress: Progress | None = None
) -> FileReport:
    """Count the lines of a file, plain, gzip or zstd, that were not counted before.

    `follow`: it is still being written, so a last line without its end waits for the next reading.
    `on_progress` is told the report so far, bytes done and bytes in all (on disk) after each batch. Several
    readers of one file at once share it between them.
    """
    report = FileReport(str(path))
    finished = False
    while not finished:
        with closing(open_log(path)) as log:
            reading = begin_reading(intake, log, follow=follow)
            if reading is None:
                break
            report.counted_before = report.counted_before or log.place.offset
            finished = read_on(intake, reading, report, follow=follow, on_progress=on_progress)
    return report


def ingest_stream(intake: Intake, stream: BinaryIO, *, on_progress: Progress | None = None) -> FileReport:
    """Count the lines of a pipe, plain, gzip or zstd; bytes in all are None in what `on_progress` is told."""
    log = LogFile(stream, "standard input", None)
    report = FileReport(log.name)
    first_lines: list[bytes] = []
    for block in _blocks(log, intake, follow=False):
        first_lines = first_lines or list(islice(split(block.pieces()), MOST_HEAD))
        batch = _take(intake, block, first_lines, lambda _session: None)
        del block
        _add(report, batch)
        _tell(on_progress, report, log)
    return report


def begin_reading(intake: Intake, log: LogFile, *, follow: bool) -> Reading | None:
    """Put a log to where it was counted up to; None while it is followed and has no whole line yet."""
    head, is_whole = log.head()
    if follow and not is_whole:
        return None
    with intake.database.reading() as session:
        known = cursors(session, intake.source, head)
    first_lines = log.first_lines(MOST_HEAD)
    return Reading(log, head, first_lines, resume(log, known))


def read_on(
    intake: Intake,
    reading: Reading,
    report: FileReport,
    *,
    follow: bool,
    on_progress: Progress | None = None,
) -> bool:
    """Count a log on into a report; False when another reader went ahead, so that it is to be begun anew."""
    for block in _blocks(reading.log, intake, follow):
        try:
            batch = _take(intake, block, reading.first_lines, partial(_advance, intake, reading, block.end))
        except CursorMoved:
            return False
        del block
        _add(report, batch)
        _tell(on_progress, report, reading.log)
    return True


def _blocks(log: LogFile, intake: Intake, follow: bool) -> Iterator[Block]:
    while block := log.block(intake.block_bytes, follow=follow):
        yield block
        del block  # before the next is read: two at once are twice the memory


def _advance(intake: Intake, reading: Reading, to: Place, session: Session) -> None:
    reading.cursor = advance(session, intake.source, reading.head, reading.cursor, to, intake.now)


def _take(
    intake: Intake, block: Block, first_lines: list[bytes], beside: Callable[[Session], None]
) -> BatchReport:
    """Count a block, then add it in a transaction, with what is to be done beside it."""
    with uncollected():
        return _store(intake, block, _count(intake, block, first_lines), beside)


def _count(intake: Intake, block: Block, first_lines: list[bytes]) -> tuple[str, RollUp]:
    with intake.database.reading() as session:
        return count_ahead(
            session,
            source=intake.source,
            log_format=intake.log_format,
            data=block.pieces(),
            api_slug=intake.api_slug,
            mapping=intake.mapping,
            table=intake.table,
            first_line=block.start.lines + 1,
            head=first_lines if block.start.offset else (),
            now=intake.now,
        )


def _store(
    intake: Intake, block: Block, counted: tuple[str, RollUp], beside: Callable[[Session], None]
) -> BatchReport:
    log_format, result = counted
    with intake.database.transaction() as session:
        batch = ingest(
            session,
            source=intake.source,
            key=f"{block.start.offset}-{block.end.offset}:{block.end.digest}",
            log_format=log_format,
            counted=result,
            pepper=intake.pepper,
            api_slug=intake.api_slug,
            mapping=intake.mapping if intake.log_format in (None, MAPPED) else None,
            now=intake.now,
        )
        beside(session)
    return batch


def _add(report: FileReport, batch: BatchReport) -> None:
    report.log_format = batch.log_format
    if batch.duplicate:
        report.duplicate_batches += 1
        return
    report.lines += batch.lines
    report.matched += batch.matched
    report.unmatched += batch.unmatched
    report.broken += batch.broken
    seen = dict.fromkeys([*report.samples, *batch.samples])
    report.samples = list(seen)[:MOST_SAMPLES]
    report.first_at = min((at for at in (report.first_at, batch.first_at) if at), default=None)
    report.last_at = max((at for at in (report.last_at, batch.last_at) if at), default=None)


def _tell(on_progress: Progress | None, report: FileReport, log: LogFile) -> None:
    if on_progress is not None:
        on_progress(report, log.bytes_done, log.size)
