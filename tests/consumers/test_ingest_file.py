"""Log files: read again, grown, rotated, compressed, damaged, shared."""

import gzip
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.errors import ConsumersError
from consumers.ingest_file import FileReport, Intake, ingest_file, ingest_stream
from consumers.models import LogCursor, Usage
from consumers.route_table import RouteTable
from consumers.routing import Router
from consumers.unattributed import unattributed
from storage.transactions import Database
from tests.support.factories_consumers import NOW, PEPPER, combined_line, event, publish_templates

Read = Callable[..., FileReport]
SMALL_BLOCK = 1_000  # a few lines, so that a short file has several batches


@pytest.fixture
def intake(database: Database) -> Intake:
    with database.transaction() as session:
        publish_templates(session, "orders", "1.0.0", [("GET", "/v1/orders/{id}")])
    return Intake(database, "edge", PEPPER, NOW, block_bytes=SMALL_BLOCK)


@pytest.fixture
def calls(database: Database) -> Callable[[], int]:
    def counted() -> int:
        with database.reading() as session:
            return session.scalar(select(func.coalesce(func.sum(Usage.calls), 0))) or 0

    return counted


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def lines(first: int, last: int) -> bytes:
    return b"".join(combined_line(f"/v1/orders/{number}") for number in range(first, last))


def test_a_file_read_twice_counts_once(intake: Intake, calls: Callable[[], int], log: Path) -> None:
    log.write_bytes(lines(0, 40))
    first = ingest_file(intake, log)
    assert (first.log_format, first.lines, first.matched, first.counted_before) == ("combined", 40, 40, 0)
    again = ingest_file(intake, log)
    assert (again.lines, again.counted_before) == (0, log.stat().st_size)
    assert calls() == 40


def test_others_write_while_lines_are_counted(
    intake: Intake, database: Database, calls: Callable[[], int], log: Path
) -> None:
    class Interrupted(RouteTable):
        def router(self, session: Session, api_id: int | None = None) -> Router:
            with database.transaction() as other:
                unattributed(other, NOW)
            return super().router(session, api_id)

    log.write_bytes(lines(0, 5))
    assert ingest_file(replace(intake, table=Interrupted()), log).matched == 5
    assert calls() == 5


def test_a_grown_file_counts_its_new_lines_only(intake: Intake, calls: Callable[[], int], log: Path) -> None:
    log.write_bytes(lines(0, 25))
    ingest_file(intake, log)
    log.write_bytes(lines(0, 60))
    assert ingest_file(intake, log).lines == 35
    assert calls() == 60


def test_a_rotated_and_compressed_file_goes_on_where_it_was(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    log.write_bytes(lines(0, 25))
    ingest_file(intake, log)
    log.with_name("access.log.1.gz").write_bytes(gzip.compress(lines(0, 30)))
    log.write_bytes(lines(100, 110))
    assert ingest_file(intake, log).lines == 10
    assert ingest_file(intake, log.with_name("access.log.1.gz")).lines == 5
    assert calls() == 40


def test_two_files_that_begin_alike_are_told_apart(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    log.write_bytes(lines(0, 20))
    other = log.with_name("other.log")
    other.write_bytes(lines(0, 1) + lines(500, 530))
    ingest_file(intake, log)
    assert ingest_file(intake, other).lines == 31
    assert [ingest_file(intake, path).lines for path in (log, other)] == [0, 0]
    assert calls() == 51


def test_a_rewritten_file_is_read_from_its_start(intake: Intake, calls: Callable[[], int], log: Path) -> None:
    log.write_bytes(lines(0, 1) + lines(10, 12))
    ingest_file(intake, log)
    log.write_bytes(lines(0, 1) + lines(20, 24))
    assert ingest_file(intake, log).lines == 5
    assert ingest_file(intake, log).lines == 0
    assert calls() == 8


def test_a_last_line_without_its_end_counts_once_even_when_it_is_finished_later(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    whole = lines(0, 3)
    log.write_bytes(whole[:-1])
    assert ingest_file(intake, log).lines == 3
    log.write_bytes(whole + lines(3, 5))
    report = ingest_file(intake, log)
    assert (report.lines, report.broken) == (2, 0)
    assert calls() == 5


def test_a_followed_file_waits_for_the_end_of_its_last_line(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    whole = lines(0, 3)
    log.write_bytes(whole[:20])
    assert ingest_file(intake, log, follow=True).lines == 0
    log.write_bytes(whole[:-10])
    assert ingest_file(intake, log, follow=True).lines == 2
    log.write_bytes(whole)
    assert ingest_file(intake, log, follow=True).lines == 1
    assert calls() == 3


def test_several_readers_of_one_file_share_it(intake: Intake, calls: Callable[[], int], log: Path) -> None:
    log.write_bytes(lines(0, 150))
    readers = 3
    start = threading.Barrier(readers)

    def work(_number: int) -> int:
        start.wait()
        return ingest_file(intake, log).lines

    with ThreadPoolExecutor(readers) as pool:
        counted = list(pool.map(work, range(readers)))
    assert sum(counted) == 150
    assert calls() == 150


def test_a_line_without_end_is_one_broken_line_however_long(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    log.write_bytes(lines(0, 2) + b"x" * 40_000 + b"\n" + lines(2, 4))
    report = ingest_file(intake, log)
    assert (report.matched, report.broken) == (4, 1)
    assert calls() == 4


def test_broken_lines_are_numbered_as_in_the_file(intake: Intake, log: Path) -> None:
    log.write_bytes(lines(0, 20) + b"\n" + b"garbage\n" + lines(20, 30))
    report = ingest_file(intake, log)
    assert (report.lines, report.broken) == (31, 1)
    assert report.samples == ["line 22: not in the combined log format: garbage"]


def test_progress_reaches_the_size_on_disk(intake: Intake, log: Path) -> None:
    told: list[tuple[int, int, int | None]] = []
    zipped = log.with_suffix(".gz")
    noise = b"".join(combined_line(f"/v1/orders/{os.urandom(16).hex()}") for _ in range(60))
    zipped.write_bytes(gzip.compress(noise))
    ingest_file(intake, zipped, on_progress=lambda report, *sizes: told.append((report.lines, *sizes)))
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == (60, zipped.stat().st_size, zipped.stat().st_size)


def test_a_damaged_archive_says_so_and_is_read_on_when_it_is_whole(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    noise = b"".join(event(f"/v1/orders/{os.urandom(16).hex()}") for _ in range(100))
    whole = gzip.compress(noise)
    log.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ConsumersError, match=r"access\.log is damaged"):
        ingest_file(intake, log)
    before = calls()
    assert 0 < before < 100
    log.write_bytes(whole)
    assert ingest_file(intake, log).lines == 100 - before
    assert calls() == 100


def test_an_empty_file_is_no_error(intake: Intake, log: Path) -> None:
    log.write_bytes(b"")
    report = ingest_file(intake, log)
    assert (report.lines, report.log_format) == (0, None)


@pytest.mark.parametrize("packed", [False, True])
def test_the_same_pipe_twice_counts_once(intake: Intake, calls: Callable[[], int], packed: bool) -> None:
    text = gzip.compress(lines(0, 40)) if packed else lines(0, 40)
    first = ingest_stream(intake, io.BytesIO(text))
    again = ingest_stream(intake, io.BytesIO(text))
    assert (first.lines, again.lines) == (40, 0)
    assert again.duplicate_batches > 0
    assert calls() == 40


def test_each_file_has_one_cursor(intake: Intake, database: Database, log: Path) -> None:
    log.write_bytes(lines(0, 40))
    ingest_file(intake, log)
    with database.reading() as session:
        cursor = session.scalars(select(LogCursor)).one()
        assert (cursor.offset, cursor.moved_at) == (log.stat().st_size, NOW)


def test_a_tables_header_holds_for_all_its_blocks_and_for_what_is_appended(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    header = b"path,when,method,time,status\n"
    rows = [f"/v1/orders/{number},x,GET,2026-11-22T05:10:34Z,200\n".encode() for number in range(100)]
    log.write_bytes(header + b"".join(rows[:60]))
    first = ingest_file(intake, log)
    assert (first.log_format, first.lines, first.matched) == ("csv", 60, 60)
    log.write_bytes(header + b"".join(rows))
    assert ingest_file(intake, log).lines == 40
    piped = ingest_stream(replace(intake, source="pipe"), io.BytesIO(header + b"".join(rows)))
    assert (piped.lines, piped.broken) == (100, 0)
    assert calls() == 200


def test_the_template_in_a_record_decides_before_its_path(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    record = '{"httpMethod":"GET","path":"/prod/v1/orders/7","resourcePath":"/v1/orders/{key}","status":"200"'
    log.write_text(record + ',"requestTime":"22/Nov/2026:05:10:34 +0000"}\n')
    assert ingest_file(intake, log).matched == 1
    assert calls() == 1


def test_a_log_that_zstd_compressed_goes_on_where_the_plain_one_was(
    intake: Intake, calls: Callable[[], int], log: Path
) -> None:
    log.write_bytes(lines(0, 25))
    ingest_file(intake, log)
    packed = zstandard.compress(lines(0, 20)) + zstandard.compress(lines(20, 300))  # two frames
    log.with_name("access.log.1.zst").write_bytes(packed)
    assert ingest_file(intake, log.with_name("access.log.1.zst")).lines == 275
    assert ingest_stream(replace(intake, source="pipe"), io.BytesIO(packed)).lines == 300
    assert calls() == 600


@pytest.mark.parametrize("breaks_off", [True, False])
def test_a_damaged_zstd_says_so(intake: Intake, log: Path, breaks_off: bool) -> None:
    noise = b"".join(event(f"/v1/orders/{os.urandom(16).hex()}") for _ in range(100))
    whole = zstandard.ZstdCompressor(write_checksum=True).compress(noise)
    log.write_bytes(whole[:-40] if breaks_off else whole[:200] + b"xxxx" + whole[204:])
    with pytest.raises(ConsumersError, match=r"access\.log is damaged"):
        ingest_file(intake, log)
