"""Importing consumers from a list: what would change is shown before anything does."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consumers.errors import ConsumersError
from consumers.imports.csv_table import COLUMNS
from consumers.imports.entries import ImportRefused
from interfaces.gate import actor, runtime
from interfaces.importing import FORMATS, List, format_of, import_list
from interfaces.pages.figures import plural
from interfaces.pages.route import GET_OR_POST, Route

_REFUSED = 422
_MOST_SHOWN = 500
_FORMATS = [("", "The file’s name says"), ("backstage", "Backstage catalog"), ("csv", "Table (CSV)")]


def import_consumers() -> ResponseReturnValue:
    """Show the form; show what a list would change; or import it."""
    if request.method != "POST":
        return _page()
    file = request.files.get("list")
    given = {"format": request.form.get("format", ""), "move": "move" in request.form}
    if file is None or not file.filename:
        return _page(given=given, errors={"list": "Choose the file."}), _REFUSED
    dry_run = "try" in request.form
    try:
        kind = given["format"] if given["format"] in FORMATS else format_of(file.filename)
        found = List(file.read(), file.filename, str(kind), may_move=bool(given["move"]))
        report = import_list(runtime(), found, actor(), dry_run=dry_run)
    except ConsumersError as error:
        faults = error.faults if isinstance(error, ImportRefused) else (str(error),)
        return _page(given=given, faults=faults[:_MOST_SHOWN], faulty=len(faults)), _REFUSED
    if dry_run:
        return _page(given=given, report=report, name=file.filename)
    flash(f"{file.filename} is imported: {plural(len(report.changes), 'change')}.", "good")
    return redirect(url_for("pages.consumers"))


def _page(**more: Any) -> str:
    facts = {
        "given": {},
        "errors": {},
        "faults": (),
        "faulty": 0,
        "report": None,
        "formats": _FORMATS,
        "columns": COLUMNS,
        "most": _MOST_SHOWN,
        **more,
    }
    return render_template("import_consumers.html", **facts)


ROUTES = (Route("/consumers/import", "import_consumers", import_consumers, GET_OR_POST),)
