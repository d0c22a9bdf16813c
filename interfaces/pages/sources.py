"""Where usage comes from: how fresh each source is, what its batches came to, and counting a log by hand."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from access.audit import record
from consumers.errors import ConsumersError
from consumers.ingest import BatchReport, ingest
from consumers.readers import READERS
from consumers.usage import sources as usage_sources
from interfaces.api.batch import UnpackedTooLarge, checked, lines
from interfaces.gate import actor, runtime
from interfaces.pages.route import POST, Route
from interfaces.pages.standing import apis_by_id, intakes
from interfaces.request_errors import BadRequestBody

DAYS = 7
_REFUSED = 422
_GZIP = b"\x1f\x8b"
_FIELDS = ("source", "api", "format")
_ANY = ""


def sources() -> ResponseReturnValue:
    """List the sources, beside the form that counts a log."""
    return _page()


def upload_log() -> ResponseReturnValue:
    """Count the calls in a log file, unless it was counted before."""
    file, given = request.files.get("log"), {name: request.form.get(name, "").strip() for name in _FIELDS}
    if file is None or not file.filename:
        return _page(given=given, errors={"log": "Choose the log file."}), _REFUSED
    try:
        report = _count(file, given)
    except (ConsumersError, BadRequestBody) as error:
        return _page(given=given, errors={"": str(error)}), _REFUSED
    except UnpackedTooLarge as error:
        return _page(given=given, errors={"log": error.description}), _REFUSED
    if report.duplicate:
        flash(f"{file.filename} was counted before: nothing is counted twice.", "info")
    else:
        flash(*_told(file.filename, report))
    return redirect(url_for("pages.sources"))


def _count(file: FileStorage, given: dict[str, str]) -> BatchReport:
    around, data = runtime(), file.read()
    encoding = "gzip" if data.startswith(_GZIP) else ""
    digest = checked(data, encoding, around.settings.max_unpacked_mb)
    with around.database.transaction() as session:
        now = around.clock()
        report = ingest(
            session,
            source=given["source"],
            key=f"sha256 {digest}",
            log_format=given["format"] or None,
            data=lines(data, encoding),
            pepper=around.pepper,
            api_slug=given["api"] or None,
            now=now,
        )
        detail = f"{report.lines} lines of {file.filename}"[:_LONGEST_DETAIL]
        record(session, actor=actor(), action="log counted", subject=report.source, detail=detail, now=now)
    return report


def _told(name: str, report: BatchReport) -> tuple[str, str]:
    sentence = (
        f"{name}: of {report.lines:,} lines {report.matched:,} are calls to known operations, "
        f"{report.unmatched:,} to unknown ones, and {report.broken:,} could not be read."
    )
    return sentence, "good" if report.matched else "warn"


def _page(**more: Any) -> str:
    now = runtime().clock()
    with runtime().database.reading() as session:
        facts = {
            "listed": usage_sources(session, now=now),
            "intakes": intakes(session, now - timedelta(days=DAYS)),
            "apis": apis_by_id(session),
            "formats": [(_ANY, "Recognise it"), *((name, name) for name in READERS)],
            "days": DAYS,
            "given": {},
            "errors": {},
            **more,
        }
    return render_template("sources.html", **facts)


_LONGEST_DETAIL = 300

ROUTES = (
    Route("/sources", "sources", sources),
    Route("/sources/log", "upload_log", upload_log, POST),
)
