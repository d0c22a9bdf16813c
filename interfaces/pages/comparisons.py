"""A comparison: its verdict, its findings and whom they hit; asking for one; taking it away as a file."""

import re
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from deprecations.board import live_plans
from deprecations.impact_record import FindingImpact, Impact
from deprecations.models import Deprecation
from deprecations.outdated import outdated
from deprecations.snapshots import current, take
from diffing.finding import Level
from diffing.reports.view import View, verdict_of, version_step
from diffing.summary import Summary
from interfaces.gate import actor, runtime
from interfaces.impact_words import based_on, counted, headline
from interfaces.overview import operations_reached
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route
from interfaces.pages.spec_text import shown_value
from interfaces.publishing import work_on_comparison
from interfaces.reports import report_with_impact
from interfaces.stored_report import without_findings
from registry import apis, comparisons
from registry.errors import Conflict, NotFound
from registry.models import ComparisonState, Operation, StoredComparison, StoredFinding

_MOST_PARTIES = 20
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")  # in the name of a file
FORMATS = {
    "json": ("json", "application/json"),
    "markdown": ("md", "text/markdown; charset=utf-8"),
    "html": ("html", "text/html; charset=utf-8"),
}
"""The reports that can be taken away: the file's ending and its media type."""


@dataclass(frozen=True, slots=True)
class Side:
    """What stands at one side of a finding, and where."""

    value: str
    file: str
    line: int
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the page shows it: with the plans of its operations, and whom it hits, the worst first."""

    finding: StoredFinding
    old: Side | None
    new: Side | None
    witness: str | None
    operations: tuple[Operation, ...]
    plans: tuple[Deprecation, ...]
    impact: FindingImpact | None


def comparison(comparison_id: int) -> ResponseReturnValue:
    """Show a comparison; `?level=` leaves only the findings of one level."""
    level = request.args.get("level", "")
    with runtime().database.reading() as session:
        found = comparisons.find(session, comparison_id)
        if found.state != ComparisonState.DONE:
            return render_template("comparison/waiting.html", comparison=found)
        facts = _facts(session, found, level if level in set(Level) else None)
    return render_template("comparison/done.html", comparison=found, **facts)


def compare(slug: str) -> ResponseReturnValue:
    """Compare two versions of an API, or find that it was done before."""
    around = runtime()
    old, new = request.form.get("old", "").strip(), request.form.get("new", "").strip()
    try:
        with around.database.transaction() as session:
            api, now = apis.find_api(session, slug), around.clock()
            sides = (apis.find_version(session, api, old), apis.find_version(session, api, new))
            asked = comparisons.request(session, api.id, *sides, now)
            record(
                session, actor=actor(), action="comparison asked for", subject=f"{slug} {old} {new}", now=now
            )
    except NotFound as error:
        flash(str(error), "bad")
        return redirect(url_for("pages.api", slug=slug))
    work_on_comparison(around, asked.id)
    return redirect(url_for("pages.comparison", comparison_id=asked.id))


def take_impact(comparison_id: int) -> ResponseReturnValue:
    """Work out again whom a comparison hits, and keep that beside what was kept before."""
    around = runtime()
    with around.database.transaction() as session:
        found, now = comparisons.find(session, comparison_id), around.clock()
        if found.state != ComparisonState.DONE:
            raise Conflict(f"comparison {comparison_id} is {found.state}: whom it hits isn't known before")
        take(session, comparison_id, by=actor(), now=now)
        subject = f"{found.api.slug} {found.old_version.label} {found.new_version.label}"
        record(session, actor=actor(), action="impact worked out", subject=subject, now=now)
    flash("Whom it hits was worked out again, from what is known by now.", "good")
    return redirect(url_for("pages.comparison", comparison_id=comparison_id))


def report(comparison_id: int, name: str) -> ResponseReturnValue:
    """Answer a comparison as a file."""
    if name not in FORMATS:
        raise NotFound(f"there is no report called {name}: choose {', '.join(FORMATS)}")
    with runtime().database.reading() as session:
        found = comparisons.find(session, comparison_id)
        body = report_with_impact(runtime(), session, comparison_id, name)
    if body is None:
        raise NotFound("this comparison has no report: it is being made, or it failed")
    ending, media_type = FORMATS[name]
    answer = Response(body, content_type=media_type)
    labels = (_UNSAFE.sub("-", one.label) for one in (found.old_version, found.new_version))
    file = f"{found.api.slug}-{'-to-'.join(labels)}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def _facts(session: Session, found: StoredComparison, level: str | None) -> dict[str, Any]:
    now = runtime().clock()
    head = found.head or {}
    compared, counts = without_findings(head), Summary(**head["summary"])
    listed = apis.findings(session, found.id, level=level, page=page_number())
    shown_here = {one.fingerprint for one in listed.items}
    hits = current(session, found.id, now, lambda fingerprint, _party: fingerprint in shown_here)
    reached = operations_reached(session, [one.id for one in listed.items])
    plans = live_plans(session, {one.id for many in reached.values() for one in many})
    shown = tuple(_shown(found, one, reached.get(one.id, ()), plans, hits) for one in listed.items)
    return {
        "listed": listed,
        "groups": [(name, tuple(group)) for name, group in groupby(shown, lambda one: one.finding.level)],
        "tabs": _tabs(found),
        "level": level,
        "verdict": verdict_of(counts),
        "step": version_step(View(compared)),
        "hints": compared.hints,
        "counts": {name.value: getattr(found, name.value) for name in Level},
        "waived": counts.waived,
        "impact": hits,
        "headline": headline(hits),
        "basis": based_on(hits),
        "outdated": outdated(session, found.api_id, hits.at, now),
        "counted": counted,
        "most_parties": _MOST_PARTIES,
    }


def _tabs(found: StoredComparison) -> list[tuple[str, str, int | None]]:
    """Return a tab for all findings and one for each level."""
    here = partial(url_for, "pages.comparison", comparison_id=found.id)
    return [
        ("All", here(), None),
        *((name.capitalize(), here(level=name.value), getattr(found, name.value)) for name in Level),
    ]


def _shown(
    found: StoredComparison,
    finding: StoredFinding,
    operations: tuple[Operation, ...],
    plans: dict[int, Deprecation],
    hits: Impact,
) -> Shown:
    facts = finding.facts
    witness = facts["witness"]
    return Shown(
        finding=finding,
        old=_side(found, found.old_version.label, facts["old"]),
        new=_side(found, found.new_version.label, facts["new"]),
        witness=shown_value("", witness["value"]) if witness else None,
        operations=operations,
        plans=tuple(plans[one.id] for one in operations if one.id in plans),
        impact=hits.of(finding.fingerprint),
    )


def _side(found: StoredComparison, label: str, place: dict[str, Any] | None) -> Side | None:
    if place is None:
        return None
    file = place["file"].partition("/")[2] or place["file"]
    url = url_for("pages.source", slug=found.api.slug, label=label, file=file, line=place["line"])
    return Side(shown_value(place["pointer"], place["value"], file=file), file, place["line"], url)


ROUTES = (
    Route("/comparisons/<int:comparison_id>", "comparison", comparison),
    Route("/comparisons/<int:comparison_id>/report.<name>", "report", report),
    Route("/comparisons/<int:comparison_id>/impact", "take_impact", take_impact, POST),
    Route("/apis/<slug>/compare", "compare", compare, POST),
)
