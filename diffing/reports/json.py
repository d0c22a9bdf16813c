"""The report for machines: the public contract, as `diffing.contract` writes it."""

from diffing.contract import to_json
from diffing.reports.view import View


def render(view: View) -> str:
    """Write the comparison as one line of JSON."""
    return to_json(view.comparison, level=view.level).decode("utf-8") + "\n"
