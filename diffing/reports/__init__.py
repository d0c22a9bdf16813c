"""Reports: a comparison, or those of several specs, written for one kind of reader each.

A report is a file with `render(view) -> str`, `render_several(several) -> str` and a row in `REPORTS`; it is
imported when it is asked for.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from diffing.reports.several import SeveralView
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


def render(name: str, view: "View") -> str:
    """Write the report called `name`, with a line end; raises KeyError for a name not in `REPORTS`."""
    report = cast("Callable[[View], str]", import_module(REPORTS[name]).render)
    return report(view)


def render_several(name: str, several: "SeveralView") -> str:
    """Write the report called `name` of several specs: a summary, then each; otherwise as `render`."""
    report = cast("Callable[[SeveralView], str]", import_module(REPORTS[name]).render_several)
    return report(several)
