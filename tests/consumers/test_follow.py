"""A log that is followed while it is written, rotated, cut and found again."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from consumers.follow import Followed
from consumers.ingest_file import Intake
from consumers.models import Usage
from storage.transactions import Database
from tests.support.factories_consumers import NOW, PEPPER, combined_line, publish_templates


@pytest.fixture
def intake(database: Database) -> Intake:
    with database.transaction() as session:
        publish_templates(session, "orders", "1.0.0", [("GET", "/v1/orders/{id}")])
    return Intake(database, "edge", PEPPER, NOW, block_bytes=1_000)


@pytest.fixture
def calls(database: Database) -> Callable[[], int]:
    def counted() -> int:
        with database.reading() as session:
            return session.scalar(select(func.coalesce(func.sum(Usage.calls), 0))) or 0

    return counted


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


@pytest.fixture
def followed(log: Path) -> Iterator[Followed]:
    opened = Followed(log)
    yield opened
    opened.close()


def lines(first: int, last: int) -> bytes:
    return b"".join(combined_line(f"/v1/orders/{number}") for number in range(first, last))


def test_what_is_appended_counts_once_its_line_is_whole(
    intake: Intake, calls: Callable[[], int], log: Path, followed: Followed
) -> None:
    assert followed.read(intake).lines == 0  # there is no file yet
    with log.open("wb", buffering=0) as file:
        assert followed.read(intake).lines == 0
        file.write(lines(0, 20) + lines(20, 21)[:30])
        assert followed.read(intake).lines == 20
        assert followed.read(intake).lines == 0
        file.write(lines(20, 21)[30:])
        assert followed.read(intake).lines == 1
    assert calls() == 21


def test_what_its_writer_still_writes_into_a_rotated_file_counts(
    intake: Intake, calls: Callable[[], int], log: Path, followed: Followed
) -> None:
    with log.open("wb", buffering=0) as old:
        old.write(lines(0, 5))
        followed.read(intake)
        log.rename(log.with_name("access.log.1"))
        old.write(lines(5, 8))
        assert followed.read(intake).lines == 3  # there is no successor yet
        log.write_bytes(lines(100, 102))
        old.write(lines(8, 9))
        assert followed.read(intake).lines == 3
        old.write(lines(9, 10)[:-1])  # its last line is never finished
    with log.open("ab") as new:
        new.write(lines(102, 103))
    assert followed.read(intake).lines == 2
    assert followed.read(intake).lines == 0
    assert calls() == 13


def test_a_file_that_was_written_to_and_rotated_between_two_looks_is_counted_whole(
    intake: Intake, calls: Callable[[], int], log: Path, followed: Followed
) -> None:
    log.write_bytes(lines(0, 5))
    followed.read(intake)
    with log.open("ab") as file:
        file.write(lines(5, 6))
    log.rename(log.with_name("access.log.2"))
    log.write_bytes(lines(50, 60))
    assert followed.read(intake).lines == 11
    assert calls() == 16


def test_a_file_that_is_cut_to_nothing_and_written_anew_counts_anew(
    intake: Intake, calls: Callable[[], int], log: Path, followed: Followed
) -> None:
    log.write_bytes(lines(0, 9))
    followed.read(intake)
    with log.open("r+b") as file:
        file.truncate()
        file.write(lines(200, 203))
    assert followed.read(intake).lines == 3
    assert calls() == 12


@pytest.mark.parametrize("packed", [False, True])
def test_after_a_restart_both_the_rotated_file_and_the_new_one_go_on(
    intake: Intake, calls: Callable[[], int], log: Path, packed: bool
) -> None:
    log.write_bytes(lines(0, 9))
    first = Followed(log)
    first.read(intake)
    first.close()
    rotated = log.with_name("access.log.1.gz" if packed else "access.log.1")
    rotated.write_bytes(gzip.compress(lines(0, 12)) if packed else lines(0, 12))
    log.write_bytes(lines(300, 304))
    second = Followed(log)
    caught_up = second.catch_up(intake)
    assert caught_up is not None
    assert (caught_up.lines, second.read(intake).lines) == (3, 4)
    second.close()
    assert calls() == 16


def test_a_rotated_file_that_was_never_counted_is_left_alone(intake: Intake, log: Path) -> None:
    log.write_bytes(lines(0, 1))
    log.with_name("access.log.1").write_bytes(lines(400, 410))
    opened = Followed(log)
    assert opened.catch_up(intake) is None
    opened.close()


def test_two_followers_of_one_file_share_it(
    intake: Intake, calls: Callable[[], int], log: Path, followed: Followed
) -> None:
    other = Followed(log)
    with log.open("wb", buffering=0) as file:
        for number in range(0, 60, 10):
            file.write(lines(number, number + 10))
            (followed if number % 20 else other).read(intake)
    for _again in range(2):
        followed.read(intake)
        other.read(intake)
    other.close()
    assert calls() == 60
