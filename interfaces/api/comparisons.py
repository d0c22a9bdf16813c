"""Comparisons: asking for one, its report in every form, its findings and whom they hit."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from deprecations.finding_callers import FindingCaller, finding_callers
from deprecations.impact import WINDOW_DAYS
from deprecations.impact_record import Impact
from deprecations.outdated import outdated
from deprecations.snapshots import current, snapshot_of, snapshots, take
from interfaces.api.answers import days, listed, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.publishing import work_on_comparison
from interfaces.reports import report_with_impact
from interfaces.views.comparisons import (
    comparison_facts,
    finding_facts,
    finding_impact_facts,
    impact_facts,
    snapshot_facts,
)
from interfaces.views.facts import Facts, instant
from registry import apis, comparisons
from registry.errors import Conflict
from registry.models import ComparisonState, StoredComparison, StoredFinding

FORMATS = {
    "json": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "sarif": "application/sarif+json",
    "junit": "application/xml",
    "github": "text/plain; charset=utf-8",
    "changelog": "text/markdown; charset=utf-8",
}
"""Every form of a report, with its media type."""

_FROM_A_SPEC = {
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
}


def list_comparisons(api: str) -> ResponseReturnValue:
    """List an API's comparisons, newest first."""
    with runtime().database.reading() as session:
        found = apis.comparisons(session, apis.find_api(session, api).id, page_number())
        return listed(found, comparison_facts)


def compare_versions(api: str) -> ResponseReturnValue:
    """Compare two versions of an API, or find that it was done before."""
    around, old, new = runtime(), body()["old"], body()["new"]
    with around.database.transaction() as session:
        found, now = apis.find_api(session, api), around.clock()
        sides = (apis.find_version(session, found, old), apis.find_version(session, found, new))
        asked = comparisons.request(session, found.id, *sides, now)
        record(session, actor=actor(), action="comparison asked for", subject=f"{api} {old} {new}", now=now)
    work_on_comparison(around, asked.id)
    return show_comparison(asked.id)


def show_comparison(comparison_id: int) -> ResponseReturnValue:
    """Show a comparison, without its findings."""
    with runtime().database.reading() as session:
        return jsonify(comparison_facts(comparisons.find(session, comparison_id)))


def show_report(comparison_id: int) -> ResponseReturnValue:
    """Answer a comparison's report."""
    wanted = query().get("format", "json")
    with runtime().database.reading() as session:
        found = comparisons.find(session, comparison_id)
        report = report_with_impact(runtime(), session, comparison_id, wanted)
    if report is None:
        because = f": {found.error}" if found.error else ", ask again"
        raise Conflict(f"comparison {comparison_id} has no report, it is {found.state}{because}")
    answer = Response(report, mimetype=None)
    answer.headers["Content-Type"] = FORMATS[wanted]
    answer.headers.update(_FROM_A_SPEC)
    return answer


def list_findings(comparison_id: int) -> ResponseReturnValue:
    """List a comparison's findings, most severe first, each with the consumers whom it hits."""
    now = runtime().clock()
    with runtime().database.reading() as session:
        comparisons.find(session, comparison_id)
        page = apis.findings(session, comparison_id, level=query().get("level"), page=page_number())
        callers = finding_callers(session, comparison_id, since=now - timedelta(days=days()), until=now)
        here = {one.fingerprint for one in page.items}
        hits = current(session, comparison_id, now, lambda fingerprint, _party: fingerprint in here)
    return listed(page, lambda finding: _finding(finding, callers.get(finding.id, ()), hits))


def show_impact(comparison_id: int) -> ResponseReturnValue:
    """Show whom a comparison hits, as it was worked out last, or as one snapshot has it."""
    asked = query().get("snapshot")
    with runtime().database.reading() as session:
        comparison, now = comparisons.find(session, comparison_id), runtime().clock()
        _done(comparison)
        found = (
            current(session, comparison_id, now)
            if asked is None
            else snapshot_of(session, comparison_id, int(asked))
        )
        stale = outdated(session, comparison.api_id, found.at, now)
    return jsonify({**impact_facts(found), "outdated": stale})


def take_impact(comparison_id: int) -> ResponseReturnValue:
    """Work out again whom a comparison hits, and keep that beside what was kept before."""
    around = runtime()
    with around.database.transaction() as session:
        found, now = comparisons.find(session, comparison_id), around.clock()
        _done(found)
        made = take(session, comparison_id, by=actor(), window_days=body().get("days", WINDOW_DAYS), now=now)
        subject = f"{found.api.slug} {found.old_version.label} {found.new_version.label}"
        record(session, actor=actor(), action="impact worked out", subject=subject, now=now)
        facts = impact_facts(snapshot_of(session, comparison_id, made.id))
    return jsonify({**facts, "outdated": None}), 201


def list_impacts(comparison_id: int) -> ResponseReturnValue:
    """List the snapshots of whom a comparison hit, newest first."""
    with runtime().database.reading() as session:
        comparisons.find(session, comparison_id)
        return listed(snapshots(session, comparison_id, page_number()), snapshot_facts)


def _done(comparison: StoredComparison) -> None:
    if comparison.state != ComparisonState.DONE:
        raise Conflict(f"comparison {comparison.id} is {comparison.state}: whom it hits isn't known before")


def _finding(finding: StoredFinding, callers: Sequence[FindingCaller], hits: Impact) -> Facts:
    consumers = [
        {"consumer": one.slug, "calls": one.calls, "last_call_at": instant(one.last_call_at)}
        for one in callers
    ]
    hit = hits.of(finding.fingerprint)
    return {
        **finding_facts(finding),
        "consumers": consumers,
        "impact": finding_impact_facts(hit) if hit else None,
    }


ROUTES = (
    Route("GET", "/apis/<api>/comparisons", Scope.READ, list_comparisons),
    Route("POST", "/apis/<api>/comparisons", Scope.PUBLISH, compare_versions),
    Route("GET", "/comparisons/<int:comparison_id>", Scope.READ, show_comparison),
    Route("GET", "/comparisons/<int:comparison_id>/report", Scope.READ, show_report),
    Route("GET", "/comparisons/<int:comparison_id>/findings", Scope.READ, list_findings),
    Route("GET", "/comparisons/<int:comparison_id>/impact", Scope.READ, show_impact),
    Route("POST", "/comparisons/<int:comparison_id>/impact", Scope.PUBLISH, take_impact),
    Route("GET", "/comparisons/<int:comparison_id>/impacts", Scope.READ, list_impacts),
)
