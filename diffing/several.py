"""Compare several specs in one call, one comparison each, and answer for all of them together."""

import gc

from diffing.absent import absent
from diffing.document import Document
from diffing.errors import DiffingError
from diffing.order import Answer, Order, judged, opened, remarks
from diffing.reports import render_several
from diffing.reports.several import Fate, SeveralView, SpecView, worst_first
from diffing.reports.view import View
from diffing.spec_sets import Pair, is_pattern, pairs


def several(old: str, new: str, order: Order, *, each: bool) -> Answer | None:
    """Compare what two patterns, or with `each` two folders, hold; None where both arguments name one file.

    All specs that cannot be read are named at once in the DiffingError that is raised for them.
    """
    if not (each or is_pattern(old) or is_pattern(new)):
        return None
    found, passed_over = pairs(old, new, each=each)
    specs = _compared(found, order)
    findings = [finding for spec in specs for finding in spec.view.comparison.findings]
    notes = (*passed_over, *remarks(findings, order))
    view = SeveralView(worst_first(specs), order.fail_on, notes, order.colour)
    report = render_several(order.format, view).encode("utf-8", "backslashreplace")
    return Answer(report, notes, bool(view.blocked))


def _compared(found: tuple[Pair, ...], order: Order) -> list[SpecView]:
    specs, refused = [], []
    for pair in found:
        try:
            specs.append(_spec(pair, order))
        except DiffingError as error:
            refused.append(str(error))
        # The command runs with the collector off: what a pair leaves behind goes here, before the next.
        gc.collect()
    if refused:
        raise DiffingError("\n".join(refused))
    return specs


def _spec(pair: Pair, order: Order) -> SpecView:
    old, new, fate = _documents(pair, order)
    view = View(
        judged(old, new, order),
        level=order.level,
        fail_on=order.fail_on,
        template=order.template,
        colour=order.colour,
    )
    return SpecView(pair.path, fate, view)


def _documents(pair: Pair, order: Order) -> tuple[Document, Document, Fate]:
    old = opened(pair.old, order) if pair.old else None
    new = opened(pair.new, order) if pair.new else None
    if old and new:
        return old, new, Fate.COMPARED
    if new:
        return absent(new, pair.missing), new, Fate.ADDED
    if old:
        return old, absent(old, pair.missing), Fate.REMOVED
    raise DiffingError(f"{pair.path}: stands on neither side")
