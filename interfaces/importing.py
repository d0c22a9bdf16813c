"""Importing a list of consumers: the one way for pages, API and command; whole or not at all."""

from dataclasses import dataclass

from access.audit import record
from consumers.errors import ConsumersError
from consumers.imports.apply import ImportReport, apply
from consumers.imports.backstage import read_catalog
from consumers.imports.csv_table import read_table
from interfaces.runtime import Runtime

FORMATS = {"backstage": read_catalog, "csv": read_table}
"""The kinds of lists, with what reads each."""

_ENDINGS = {".csv": "csv", ".yaml": "backstage", ".yml": "backstage"}


@dataclass(frozen=True, slots=True)
class List:
    """A list that somebody hands in; `may_move` lets credentials change hands."""

    data: bytes
    origin: str
    format: str
    may_move: bool = False


class _OnlyShown(Exception):
    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


def format_of(name: str) -> str:
    """Return the format that a file's name tells."""
    found = next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)
    if found is None:
        raise ConsumersError(f"{name} doesn't end in {', '.join(_ENDINGS)}: say which format it has")
    return found


def import_list(runtime: Runtime, given: List, by: str, *, dry_run: bool) -> ImportReport:
    """Import a list, or with `dry_run` say what that would change, and change nothing.

    Raises ImportRefused with every fault at its place; nothing is changed then either.
    """
    entries = FORMATS[given.format](given.data)
    try:
        with runtime.database.transaction() as session:
            now = runtime.clock()
            report = apply(
                session,
                entries,
                origin=given.origin,
                pepper=runtime.pepper,
                may_move=given.may_move,
                now=now,
            )
            if dry_run:
                raise _OnlyShown(report)
            if report.changes:
                detail = f"{len(report.changes)} changes"
                record(
                    session, actor=by, action="list imported", subject=given.origin, detail=detail, now=now
                )
    except _OnlyShown as shown:
        return shown.report
    return report
