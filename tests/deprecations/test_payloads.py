"""What a webhook is told: all that the mail says, in fields."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from consumers.models import Consumer
from deprecations.differences import Differs, Told
from deprecations.edge_models import Brownout
from deprecations.evidence import Evidence
from deprecations.mail import Item
from deprecations.milestones import Milestone
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from deprecations.own_ends import end_of
from deprecations.payloads import payload
from registry.models import Operation
from tests.support.factories_deprecations import NOW, make_plan

GONE = {
    "element": "property",
    "aspect": "existence",
    "action": "removed",
    "property": "total",
    "operations": [{"where": "response 200"}],
}


@pytest.fixture
def planned(session: Session, operation: Operation) -> Deprecation:
    made = make_plan(session, operation)
    session.refresh(made, ["api", "target"])
    return made


def notice(plan: Deprecation, milestone: Milestone) -> dict[str, object]:
    """Return what is posted of one notice that has everything."""
    starts_at = NOW + timedelta(days=14)
    item = Item(
        Notice(milestone=milestone),
        plan,
        Evidence(
            calls=3,
            calls_before=None,
            client_errors=0,
            server_errors=0,
            last_call_at=NOW,
            longest_gap_days=None,
            hints=(),
            user_agents=(),
        ),
        end_of(plan),
        moved_from=date(2027, 3, 31),
        windows=tuple(
            Brownout(starts_at=starts_at + timedelta(days=n), ends_at=starts_at + timedelta(days=n, hours=1))
            for n in range(6)
        ),
        changes=Differs((Told(GONE),) * 4, left_out=2),
        moved_because="The successor is late.",
    )
    posted = payload("webhook", [item], Consumer(slug="acme-sync"), {"link": ""})
    assert posted is not None
    [told] = posted["data"]["notices"]
    return dict(told)


def test_a_webhook_is_told_the_windows_the_day_before_and_what_differs(planned: Deprecation) -> None:
    told = notice(planned, Milestone.BROWNOUT_14)
    assert told["moved_from"] == "2027-03-31"
    assert told["moved_because"] == "The successor is late."
    windows = told["windows"]
    assert isinstance(windows, list)
    assert windows[0] == {"starts_at": "2026-12-06T09:00:00Z", "ends_at": "2026-12-06T10:00:00Z"}
    assert (len(windows), told["more_windows"]) == (5, 1)
    assert told["differences"] == ["Answer 200: `total` is not there."] * 3
    assert told["more_differences"] == 3


def test_what_was_cancelled_has_no_windows_and_no_differences(planned: Deprecation) -> None:
    told = notice(planned, Milestone.CANCELLED)
    assert (told["windows"], told["more_windows"], told["differences"]) == ([], 0, [])
    assert told["more_differences"] == 0
