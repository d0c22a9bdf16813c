"""From the command's arguments to its answer, for one pair of documents; patterns are `several`'s.

Every part is imported when it is needed.
"""

import os
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from diffing.errors import DiffingError
from diffing.finding import Level
from diffing.order import Answer, Order, judged, opened, remarks

if TYPE_CHECKING:
    from diffing.policy import Policy


def answered(wanted: Namespace, today: date) -> Answer:
    """Do what the arguments ask for; raises DiffingError or OSError where that is impossible."""
    if wanted.template and wanted.format != "changelog":
        raise DiffingError("--template: only a changelog has one; add --format changelog")
    order = Order(
        policy=_policy(wanted.policy),
        today=today,
        level=Level(wanted.level),
        fail_on=Level(wanted.fail_on) if wanted.fail_on else None,
        template=_template(wanted.template),
        colour=wanted.format == "text" and _is_coloured(),
        format=wanted.format,
        remote=tuple(wanted.allow_remote),
    )
    if wanted.each or "*" in f"{wanted.old}{wanted.new}":
        from diffing.several import several

        answer = several(wanted.old, wanted.new, order, each=wanted.each)
        if answer is not None:
            return answer
    return _one(wanted.old, wanted.new, order)


def _one(old: str, new: str, order: Order) -> Answer:
    from diffing.reports import written
    from diffing.reports.view import View

    if old == new == "-":
        raise DiffingError("-: OLD and NEW cannot both be standard input; give one of them as a file")
    documents = opened(old, order), opened(new, order)
    comparison = judged(*documents, order)
    view = View(
        comparison,
        level=order.level,
        fail_on=order.fail_on,
        notes=remarks(comparison.findings, order),
        template=order.template,
        colour=order.colour,
    )
    return Answer(written(order.format, view), view.notes, bool(view.blocking), (documents, view))


def _policy(path: str | None) -> "Policy | None":
    if path is None:
        return None
    from diffing.policy_file import read_policy

    return read_policy(Path(path).read_bytes(), path)


def _template(path: str | None) -> tuple[str, str] | None:
    return (path, Path(path).read_text(encoding="utf-8", errors="replace")) if path else None


def _is_coloured() -> bool:
    # https://no-color.org
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
