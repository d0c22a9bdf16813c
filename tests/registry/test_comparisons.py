import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import apis, comparisons
from registry.models import FindingOperation, Operation
from tests.support.factories_registry import NOW, make_api, make_version


def _finding(*reaches: str, level: str = "breaking", fingerprint: str = "0123456789ab") -> dict[str, Any]:
    operations = [dict(zip(("method", "path"), name.split(), strict=True)) for name in reaches]
    return {
        "rule": "api-removed-without-deprecation",
        "level": level,
        "text": "GET /orders was removed",
        "fingerprint": fingerprint,
        "operations": operations,
    }


def _report(*findings: dict[str, Any]) -> bytes:
    levels = [one["level"] for one in findings]
    names = ("breaking", "dangerous", "compatible", "editorial")
    summary = {name: levels.count(name) for name in names}
    return json.dumps({"summary": summary, "bump": {"needed": "major"}, "findings": findings}).encode()


def _asked(session: Session) -> int:
    api = make_api(session)
    make_version(session, api, "GET /orders", "GET /carts")
    asked = make_version(session, api, "GET /carts").comparison_id
    assert asked is not None
    return asked


def test_a_report_is_stored_with_its_findings_and_the_operations_they_reach(session: Session) -> None:
    asked = _asked(session)
    comparisons.settle(session, asked, _report(_finding("GET /orders"), _finding(level="editorial")), NOW)
    done = comparisons.find(session, asked)
    assert (done.state, done.breaking, done.editorial, done.bump_needed) == ("done", 1, 1, "major")
    reached = session.scalars(
        select(Operation.path).join(FindingOperation, FindingOperation.operation_id == Operation.id)
    )
    assert list(reached) == ["/orders"]
    assert [one.level for one in apis.findings(session, asked).items] == ["breaking", "editorial"]
    assert [one.level for one in apis.findings(session, asked, level="editorial").items] == ["editorial"]


def test_settling_twice_leaves_one_set_of_findings(session: Session) -> None:
    asked = _asked(session)
    for _ in range(2):
        comparisons.settle(session, asked, _report(_finding("GET /orders")), NOW)
    assert apis.findings(session, asked).total == 1
    assert session.scalar(select(func.count()).select_from(FindingOperation)) == 1


def test_the_report_comes_back_byte_for_byte(session: Session) -> None:
    asked, report = _asked(session), _report(_finding())
    assert comparisons.report_of(session, asked) is None
    comparisons.settle(session, asked, report, NOW)
    assert comparisons.report_of(session, asked) == report


def test_two_workers_can_not_have_one_comparison(session: Session) -> None:
    asked = _asked(session)
    assert comparisons.claim(session, asked, NOW)
    assert not comparisons.claim(session, asked, NOW)
    assert comparisons.waiting(session, 10, NOW) == []


def test_a_worker_that_died_gives_its_comparison_back_when_its_lease_runs_out(session: Session) -> None:
    asked = _asked(session)
    comparisons.claim(session, asked, NOW)
    later = NOW + timedelta(minutes=6)
    assert comparisons.waiting(session, 10, later) == [asked]
    assert comparisons.claim(session, asked, later)


def test_a_comparison_that_failed_says_why_and_waits_no_more(session: Session) -> None:
    asked = _asked(session)
    comparisons.fail(session, asked, "old.yaml:17:3: what; do", NOW)
    assert comparisons.find(session, asked).error == "old.yaml:17:3: what; do"
    assert comparisons.waiting(session, 10, NOW + timedelta(days=1)) == []
