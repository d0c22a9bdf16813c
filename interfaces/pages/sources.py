"""Where usage comes from: how fresh each source is, what its batches came to, and counting a log by hand."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from consumers.errors import ConsumersError
from consumers.ingest_file import FileReport, Intake, ingest_file
from consumers.readers import READERS
from consumers.readers.mapped import mapping_in
from consumers.source_hours import tellings
from consumers.sources import SourceHealth
from consumers.usage import sources as usage_sources
from interfaces.api.batch import UnpackedTooLarge, unpacked
from interfaces.gate import actor, runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route
from interfaces.pages.standing import apis_by_id, intakes
from interfaces.request_errors import BadRequestBody
from storage.paging import PAGE_SIZE, page_within

DAYS = 7
_REFUSED = 422
_GZIP = b"\x1f\x8b"
_FIELDS = ("source", "api", "format", "mapping")
_ANY = ""


def sources() -> ResponseReturnValue:
    """List the sources, beside the form that counts a log."""
    return page()


def upload_log() -> ResponseReturnValue:
    """Count the lines of a log file that were not counted before, here or by `sundial ingest`."""
    file, given = request.files.get("log"), {name: request.form.get(name, "").strip() for name in _FIELDS}
    if file is None or not file.filename:
        return page(given=given, errors={"log": "Choose the log file."}), _REFUSED
    data = file.read()
    if not data:
        return page(given=given, errors={"log": f"{file.filename} is empty."}), _REFUSED
    try:
        report = _count(data, file.filename, given)
    except (ConsumersError, BadRequestBody) as error:
        return page(given=given, errors={"": str(error)}), _REFUSED
    except UnpackedTooLarge as error:
        said = f"{error.description} Or have `sundial ingest` count it where it lies."
        return page(given=given, errors={"log": said}), _REFUSED
    flash(*_told(file.filename, report))
    return redirect(url_for("pages.sources"))


def page(**more: Any) -> str:
    """Render the sources; `more` is what a form that was refused hands back."""
    now = runtime().clock()
    with runtime().database.reading() as session:
        known = usage_sources(session, now=now)
        listed = page_within(known, _page_of(known, more.get("refused")) or page_number())
        shown, since = [one.slug for one in listed.items], now - timedelta(days=DAYS)
        told = intakes(session, since)
        facts = {
            "listed": listed,
            "known": known,
            "intakes": {slug: told[slug] for slug in shown if slug in told},
            "told": tellings(session, shown, since=since, until=now),
            "apis": apis_by_id(session),
            "formats": [(_ANY, "Recognise it"), *((name, name) for name in READERS)],
            "days": DAYS,
            "given": {},
            "errors": {},
            **more,
        }
    return render_template("sources.html", **facts)


def _page_of(known: Sequence[SourceHealth], slug: str | None) -> int | None:
    """Return the page of the list on which a source stands; None for none."""
    return next((1 + place // PAGE_SIZE for place, one in enumerate(known) if one.slug == slug), None)


def _count(data: bytes, name: str, given: dict[str, str]) -> FileReport:
    """Count an upload as the command counts a file: by the same cursors, so neither repeats the other."""
    around = runtime()
    unpacked(data, "gzip" if data.startswith(_GZIP) else "", around.settings.max_unpacked_mb)
    now = around.clock()
    intake = Intake(
        database=around.database,
        source=given["source"],
        pepper=around.pepper,
        now=now,
        log_format=given["format"] or None,
        api_slug=given["api"] or None,
        mapping=mapping_in(given["mapping"]) if given["mapping"] else None,
    )
    with TemporaryDirectory(prefix="sundial-") as folder:
        path = Path(folder, "upload")
        path.write_bytes(data)
        report = ingest_file(intake, path)
    if report.lines:
        detail = f"{report.lines} lines of {name}"[:_LONGEST_DETAIL]
        with around.database.transaction() as session:
            record(
                session, actor=actor(), action="log counted", subject=intake.source, detail=detail, now=now
            )
    return report


def _told(name: str, report: FileReport) -> tuple[str, str]:
    if not report.lines:
        return f"{name} was counted before: nothing is counted twice.", "info"
    new = " new" if report.counted_before or report.duplicate_batches else ""
    sentence = (
        f"{name}: of {report.lines:,}{new} lines {report.matched:,} are calls to known operations, "
        f"{report.unmatched:,} to unknown ones, and {report.broken:,} could not be read."
    )
    return sentence, "good" if report.matched else "warn"


_LONGEST_DETAIL = 300

ROUTES = (
    Route("/sources", "sources", sources),
    Route("/sources/log", "upload_log", upload_log, POST),
)
