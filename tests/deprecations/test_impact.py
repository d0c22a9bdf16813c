"""Who is hit by each finding, from real traffic."""

from datetime import timedelta

from sqlalchemy.orm import Session

from deprecations.impact import impact
from registry.models import Api, FindingOperation, Operation, StoredComparison, StoredFinding
from tests.support.factories_deprecations import NOW, make_consumer, make_operation, make_usage

SINCE = NOW - timedelta(days=30)


def make_finding(
    session: Session, comparison: StoredComparison, position: int, *operations: Operation
) -> int:
    finding = StoredFinding(
        comparison_id=comparison.id,
        position=position,
        rule="operation-removed",
        level="breaking",
        text="It is gone.",
        fingerprint=f"{position:012}",
        facts={},
    )
    session.add(finding)
    session.flush()
    session.add_all(FindingOperation(finding_id=finding.id, operation_id=each.id) for each in operations)
    session.flush()
    return finding.id


def test_each_finding_says_who_calls_what_it_reaches(
    session: Session, api: Api, operation: Operation
) -> None:
    orders = make_operation(session, api, "GET /v1/orders")
    quiet = make_operation(session, api, "GET /v1/quiet")
    comparison = StoredComparison(
        api_id=api.id,
        old_version_id=operation.first_version_id,
        new_version_id=operation.last_version_id,
        created_at=NOW,
    )
    session.add(comparison)
    session.flush()
    one = make_finding(session, comparison, 0, operation)
    both = make_finding(session, comparison, 1, operation, orders)
    none = make_finding(session, comparison, 2, quiet)
    nothing = make_finding(session, comparison, 3)
    acme, nobody = make_consumer(session), make_consumer(session, "unattributed", is_unattributed=True)
    make_usage(session, acme, operation, NOW - timedelta(days=1), calls=5)
    make_usage(session, acme, orders, NOW - timedelta(hours=2), calls=7)
    make_usage(session, nobody, operation, NOW - timedelta(days=2), calls=100)
    make_usage(session, acme, operation, NOW - timedelta(days=31), calls=1000)

    found = impact(session, comparison.id, since=SINCE, until=NOW)
    assert [(hit.slug, hit.calls) for hit in found[one].consumers] == [
        ("unattributed", 100),
        ("acme-sync", 5),
    ]
    assert [(hit.slug, hit.calls) for hit in found[both].consumers] == [
        ("unattributed", 100),
        ("acme-sync", 12),
    ]
    assert found[both].calls == 112
    assert found[both].last_call_at == NOW - timedelta(hours=2)
    assert found[none].consumers == found[nothing].consumers == ()
    assert found[none].last_call_at is None
