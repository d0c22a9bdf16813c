"""Reports: one comparison, written for one kind of reader each.

A report is a file with `render(view) -> str` and a row in `REPORTS`; it is imported when it is asked for.
"""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from diffing.reports.view import View

REPORTS = {
    "text": "diffing.reports.text",
    "json": "diffing.reports.json",
    "markdown": "diffing.reports.markdown",
    "html": "diffing.reports.html",
    "sarif": "diffing.reports.sarif",
    "junit": "diffing.reports.junit",
    "github": "diffing.reports.github",
    "changelog": "diffing.reports.changelog",
}


def render(name: str, view: View) -> str:
    """Write the report called `name`, with a line end; raises KeyError for a name not in `REPORTS`."""
    report = cast(Callable[[View], str], import_module(REPORTS[name]).render)
    return report(view)
