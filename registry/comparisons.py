"""Comparisons as stored: asked for in the transaction that publishes, worked on outside, settled in another.

A crash in between leaves the row pending and its lease runs out, so the scheduler takes it up again.
"""

import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from registry.errors import NotFound
from registry.models import (
    ComparisonState,
    DocumentOperation,
    FindingOperation,
    Operation,
    StoredComparison,
    StoredFinding,
    Version,
)

_LEASE = timedelta(minutes=5)


def request(session: Session, api_id: int, old: Version, new: Version, now: datetime) -> StoredComparison:
    """Return the comparison of two versions, asking for it when nobody has yet."""
    found = session.scalar(
        select(StoredComparison).where(
            StoredComparison.old_version_id == old.id, StoredComparison.new_version_id == new.id
        )
    )
    if found is not None:
        return found
    comparison = StoredComparison(api_id=api_id, old_version_id=old.id, new_version_id=new.id, created_at=now)
    session.add(comparison)
    session.flush()
    return comparison


def claim(session: Session, comparison_id: int, now: datetime) -> bool:
    """Take a pending comparison to work on it; False when another worker has it or it is done."""
    taken = session.execute(
        update(StoredComparison)
        .where(
            StoredComparison.id == comparison_id,
            StoredComparison.state == ComparisonState.PENDING,
            or_(StoredComparison.leased_until.is_(None), StoredComparison.leased_until < now),
        )
        .values(leased_until=now + _LEASE)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def waiting(session: Session, limit: int, now: datetime) -> list[int]:
    """Return ids of comparisons that nobody works on, oldest first."""
    return list(
        session.scalars(
            select(StoredComparison.id)
            .where(
                StoredComparison.state == ComparisonState.PENDING,
                or_(StoredComparison.leased_until.is_(None), StoredComparison.leased_until < now),
            )
            .order_by(StoredComparison.id)
            .limit(limit)
        )
    )


def settle(session: Session, comparison_id: int, report: bytes, now: datetime) -> None:
    """Store a report (the public contract's JSON) and its findings, in place of what was there."""
    facts = json.loads(report)
    comparison = find(session, comparison_id)
    findings = facts.pop("findings")
    summary = facts["summary"]
    for level in ("breaking", "dangerous", "compatible", "editorial"):
        setattr(comparison, level, summary[level])
    comparison.bump_needed = facts["bump"]["needed"]
    comparison.head, comparison.report = facts, zlib.compress(report)
    comparison.state, comparison.error = ComparisonState.DONE, None
    comparison.leased_until, comparison.compared_at = None, now
    session.execute(delete(StoredFinding).where(StoredFinding.comparison_id == comparison_id))
    _store_findings(session, comparison, findings)


def fail(session: Session, comparison_id: int, error: str, now: datetime) -> None:
    """Note why a comparison can't be had."""
    comparison = find(session, comparison_id)
    comparison.state, comparison.error = ComparisonState.FAILED, error
    comparison.leased_until, comparison.compared_at = None, now


def find(session: Session, comparison_id: int) -> StoredComparison:
    """Return a comparison with its versions and API."""
    comparison = session.scalar(
        select(StoredComparison)
        .where(StoredComparison.id == comparison_id)
        .options(
            joinedload(StoredComparison.api),
            joinedload(StoredComparison.old_version).joinedload(Version.document),
            joinedload(StoredComparison.new_version).joinedload(Version.document),
        )
    )
    if comparison is None:
        raise NotFound(f"there is no comparison {comparison_id}")
    return comparison


def report_of(session: Session, comparison_id: int) -> bytes | None:
    """Return a comparison's report in the public contract's JSON, None while it is not done."""
    report = session.scalar(select(StoredComparison.report).where(StoredComparison.id == comparison_id))
    return zlib.decompress(report) if report is not None else None


def _store_findings(session: Session, comparison: StoredComparison, entries: list[dict[str, Any]]) -> None:
    rows = [
        StoredFinding(
            comparison_id=comparison.id,
            position=position,
            rule=entry["rule"],
            level=entry["level"],
            text=entry["text"],
            fingerprint=entry["fingerprint"],
            facts=entry,
        )
        for position, entry in enumerate(entries)
    ]
    session.add_all(rows)
    session.flush()
    known = operations_by_spelling(session, comparison)
    links = {
        (row.id, operation)
        for row in rows
        for reach in row.facts["operations"]
        for operation in known.get((reach.get("method"), reach.get("path")), ())
    }
    session.add_all(FindingOperation(finding_id=one, operation_id=other) for one, other in sorted(links))
    session.flush()


def operations_by_spelling(
    session: Session, comparison: StoredComparison
) -> dict[tuple[str | None, str | None], set[int]]:
    """Map method and path, as either document spells them, to the API's operations."""
    digests = (comparison.old_version.digest, comparison.new_version.digest)
    rows = session.execute(
        select(DocumentOperation.method, DocumentOperation.path, Operation.id)
        .join(
            Operation,
            (Operation.method == DocumentOperation.method) & (Operation.shape == DocumentOperation.shape),
        )
        .where(DocumentOperation.digest.in_(digests), Operation.api_id == comparison.api_id)
    )
    known: dict[tuple[str | None, str | None], set[int]] = {}
    for method, path, operation_id in rows:
        known.setdefault((method, path), set()).add(operation_id)
    return known
