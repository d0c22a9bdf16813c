"""A log that is being written, counted as it grows, through rotation and restart.

The file stays open, so nothing is read twice while it is followed. When rotation puts another in its place,
the old one is read on until its writer has gone over to the new one. After a restart the database says where
to go on, in the file that rotation left beside it, too. When to look again is the caller's.
"""

from pathlib import Path

from consumers.cursors import cursors
from consumers.ingest_file import FileReport, Intake, Reading, begin_reading, ingest_file, read_on
from consumers.log_file import LogFile, open_log

_ROTATED = (".1", ".1.gz", ".1.zst")


class Followed:
    """One followed log; close it with `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._current: Reading | None = None
        self._leaving: Reading | None = None

    def catch_up(self, intake: Intake) -> FileReport | None:
        """Count the rest of the file that rotation moved away since the last time; None where there is none.

        Only a file of which something was counted before is read: history is not taken in unasked.
        """
        for name in _ROTATED:
            rotated = self._path.with_name(self._path.name + name)
            if rotated.is_file() and _was_counted(intake, rotated):
                return ingest_file(intake, rotated)
        return None

    def read(self, intake: Intake) -> FileReport:
        """Count what was written since the last time; a last line without its end waits."""
        report = FileReport(str(self._path))
        if self._current is not None and not self._current.log.is_at(self._path):
            self._rotate(intake, report)
        before = report.lines
        self._read_leaving(intake, report)
        old_is_quiet = report.lines == before
        if self._current is None or self._current.log.is_cut:
            self._open(intake)
        if self._current is not None:
            self._current.log.go(self._current.log.place)
            if not read_on(intake, self._current, report, follow=True):
                self._drop_current()
            if self._leaving is not None and old_is_quiet and report.lines > before:
                self._finish_leaving(intake, report)
        return report

    def close(self) -> None:
        """Close what is open; what was counted stays counted."""
        for reading in (self._current, self._leaving):
            if reading is not None:
                reading.log.close()
        self._current = self._leaving = None

    def _rotate(self, intake: Intake, report: FileReport) -> None:
        self._finish_leaving(intake, report)
        self._leaving, self._current = self._current, None

    def _read_leaving(self, intake: Intake, report: FileReport, *, follow: bool = True) -> None:
        if self._leaving is not None:
            self._leaving.log.go(self._leaving.log.place)
            read_on(intake, self._leaving, report, follow=follow)

    def _finish_leaving(self, intake: Intake, report: FileReport) -> None:
        self._read_leaving(intake, report, follow=False)
        if self._leaving is not None:
            self._leaving.log.close()
            self._leaving = None

    def _open(self, intake: Intake) -> None:
        self._drop_current()
        log = _opened(self._path)
        if log is None:
            return
        self._current = begin_reading(intake, log, follow=True)
        if self._current is None:
            log.close()

    def _drop_current(self) -> None:
        if self._current is not None:
            self._current.log.close()
            self._current = None


def _opened(path: Path) -> LogFile | None:
    try:
        return open_log(path)
    except FileNotFoundError:  # between the moment it is moved away and the one its successor is made
        return None


def _was_counted(intake: Intake, path: Path) -> bool:
    log = open_log(path)
    head, _is_whole = log.head()
    log.close()
    with intake.database.reading() as session:
        return bool(cursors(session, intake.source, head))
