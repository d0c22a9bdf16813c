"""The reports of a stored comparison, with whom its findings hit: what pages, API and command hand out."""

from sqlalchemy.orm import Session

from deprecations.impact_record import Impact, encoded
from deprecations.snapshots import current
from diffing.reports import render
from diffing.reports.view import View
from interfaces.impact_words import based_on, headline, told
from interfaces.runtime import Runtime
from interfaces.stored_report import comparison_in
from registry import comparisons


def report_with_impact(runtime: Runtime, session: Session, comparison_id: int, name: str) -> bytes | None:
    """Write the report called `name`, one of `diffing.reports.REPORTS`; None while there is none.

    The JSON is the stored one byte for byte, with the member `impact` added at its end.
    """
    stored = comparisons.report_of(session, comparison_id)
    if stored is None:
        return None
    impact = current(session, comparison_id, runtime.clock())
    if name == "json":
        return _with_member(stored, impact)
    return render(name, view_of(stored, impact)).encode()


def view_of(stored: bytes, impact: Impact) -> View:
    """Return the view that the other reports are written from."""
    return View(
        comparison_in(stored),
        impact=(headline(impact), based_on(impact)),
        hits={one.fingerprint: told(one) for one in impact.findings},
    )


def _with_member(stored: bytes, impact: Impact) -> bytes:
    return stored.rstrip().removesuffix(b"}") + b',"impact":' + encoded(impact) + b"}\n"
