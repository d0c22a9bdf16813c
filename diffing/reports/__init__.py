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


def written(name: str, view: "View") -> bytes:
    """Write the report called `name` as UTF-8; JSON is bytes from the start."""
    if name == "json":
        from diffing.contract import to_json

        return to_json(view.comparison, level=view.level) + b"\n"
    return render(name, view).encode("utf-8", "backslashreplace")


def render_several(name: str, several: "SeveralView") -> str:
    """Write the report called `name` of several specs: a summary, then each; otherwise as `render`."""
    report = cast("Callable[[SeveralView], str]", import_module(REPORTS[name]).render_several)
    return report(several)
