"""The report for machines: the public contract, as `diffing.contract` writes it."""

from typing import TYPE_CHECKING

from diffing.contract import envelope, to_json
from diffing.reports.view import View

if TYPE_CHECKING:
    from diffing.reports.several import SeveralView


def render(view: View) -> str:
    """Write the comparison as one line of JSON."""
    return to_json(view.comparison, level=view.level).decode("utf-8") + "\n"


def render_several(several: "SeveralView") -> str:
    """Write the comparisons of several specs as one line of JSON."""
    first = several.specs[0].view
    rows = [(spec.path, spec.fate.value, spec.view.comparison) for spec in several.specs]
    return envelope(rows, level=first.level, today=first.comparison.today).decode("utf-8") + "\n"
