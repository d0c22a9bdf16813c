import re
from collections.abc import Callable
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from sqlalchemy import select

from access.audit import trail
from access.users import add_user
from deprecations import board
from deprecations.brownouts.freezes import freeze
from deprecations.models import Deprecation, State
from deprecations.policies import set_policy
from registry.models import Operation, StoredFinding
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_source,
    make_usage,
)

Publish = Callable[..., Published]
TODAY = NOW.date()
UNDER_WAY = State.DEPRECATED  # announced, and its first day is today
EARLIEST = TODAY + timedelta(days=90)  # the default policy: 90 days of notice
FORM = {
    "reason": "The total loses cents.",
    "replacement": "GET /v2/orders/{id}",
    "documentation": "https://docs.example.com/v2",
    "deprecated_on": TODAY.isoformat(),
    "sunset_on": EARLIEST.isoformat(),
    "zone": "Europe/Berlin",
    "finding": "",
}


@pytest.fixture
def operation_id(visitor: Visitor, publish: Publish) -> int:
    """The one operation of a published API."""
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    with visitor.runtime.database.reading() as session:
        return session.scalars(select(Operation.id)).one()


@pytest.fixture
def plan(visitor: Visitor, operation_id: int) -> Callable[..., str]:
    """Plan its end by the form; answer the page that it leads to."""

    def plan(**changes: str) -> str:
        return visitor.act(f"/deprecations/new?operation={operation_id}", **(FORM | changes))

    return plan


def stored(visitor: Visitor) -> Deprecation:
    with visitor.runtime.database.reading() as session:
        return board.find(session, 1)


def last_act(visitor: Visitor) -> str:
    with visitor.runtime.database.reading() as session:
        return trail(session).items[0].action


def refused(visitor: Visitor, path: str, **fields: Any) -> str:
    answer = visitor.send(path, **fields)
    assert answer.status_code == 422
    return answer.get_data(as_text=True)


def test_the_form_begins_with_the_earliest_days_that_policy_allows(
    visitor: Visitor, operation_id: int
) -> None:
    page = visitor.get(f"/deprecations/new?operation={operation_id}")
    assert f'value="{TODAY}"' in page
    assert f'value="{EARLIEST}"' in page


def test_an_operation_named_by_hand_leads_to_its_form(visitor: Visitor, operation_id: int) -> None:
    answer = visitor.client.get("/deprecations/new?api=orders&name=get+/v1/orders/{id}")
    assert answer.headers["Location"] == f"/deprecations/new?operation={operation_id}"
    missing = visitor.get("/deprecations/new?api=orders&name=GET+/nothing", 422)
    assert "GET /nothing" in words(missing)


def test_a_draft_is_kept_and_announced_when_somebody_says_so(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    page = plan()
    assert "nobody is told of it yet" in page
    assert last_act(visitor) == "deprecation planned"
    assert "What responses will carry" in page
    announced = visitor.act("/deprecations/1/announce")
    assert "its dates are a promise now" in announced
    assert stored(visitor).state == UNDER_WAY
    assert last_act(visitor) == "deprecation announced"


def test_the_days_are_shown_as_chosen_in_utc_and_as_responses_say_them(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    page = plan(announce="1")
    ends = stored(visitor).sunset_at
    assert "Saturday 20 Feb 2027, 23:59:59" in page
    assert "20 Feb 2027, 22:59 UTC" in page  # Berlin is an hour ahead of UTC in winter
    assert "Sunset: Sat, 20 Feb 2027 22:59:59 GMT" in page
    assert parsedate_to_datetime("Sat, 20 Feb 2027 22:59:59 GMT") == ends
    assert f"Deprecation: @{int(stored(visitor).deprecated_at.timestamp())}" in page


def test_a_day_before_its_notice_is_refused_beside_the_form_with_the_earliest_a_click_away(
    visitor: Visitor, operation_id: int
) -> None:
    address = f"/deprecations/new?operation={operation_id}"
    early = {**FORM, "sunset_on": (EARLIEST - timedelta(days=1)).isoformat(), "announce": "1"}
    page = refused(visitor, address, **early)
    assert "The total loses cents." in page
    assert "The earliest legal last day is Sat 20 Feb 2027." in page
    assert "Take 20 Feb 2027 and announce" in page
    assert f'name="sunset_on" value="{EARLIEST}"' in page
    visitor.act(address, **{**early, "sunset_on": EARLIEST.isoformat()})
    assert stored(visitor).sunset_on == EARLIEST
    assert stored(visitor).state == UNDER_WAY


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "Say why"),
        ({"replacement": ""}, "promises a replacement"),
        ({"sunset_on": "soon"}, "Give the day as a date"),
        ({"zone": "Middle/Earth"}, "there is no time zone"),
        ({"sunset_by": "nobody"}, "nobody"),
        ({"stability": "solid", "reason": ""}, "Say why"),
        ({"documentation": "javascript:alert(1)"}, "is no link"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_and_nothing_is_kept(
    visitor: Visitor, operation_id: int, changes: dict[str, str], said: str
) -> None:
    page = refused(visitor, f"/deprecations/new?operation={operation_id}", **(FORM | changes))
    assert said in words(page)
    with visitor.runtime.database.reading() as session:
        assert session.query(Deprecation).count() == 0


@pytest.fixture
def strict(visitor: Visitor, operation_id: int) -> str:
    """Let the API promise all that there is to promise; answer the form's address."""
    with visitor.runtime.database.transaction() as session:
        set_policy(
            session,
            1,
            minimum_notice_days=180,
            overlap_days=60,
            documentation_required=True,
            approval_required=True,
        )
        set_policy(session, 1, minimum_notice_days=10, replacement_required=False, stability="beta")
    return f"/deprecations/new?operation={operation_id}"


def test_the_form_shows_every_term_that_holds_and_asks_for_the_guide_that_is_required(
    visitor: Visitor, strict: str
) -> None:
    with visitor.runtime.database.transaction() as session:
        freeze(
            session,
            None,
            starts_at=NOW + timedelta(days=170),
            ends_at=NOW + timedelta(days=190),
            zone="UTC",
            reason="Spring sale.",
            by="dana",
            now=NOW,
        )
    page = visitor.get(strict)
    said = words(page)
    for promise in (
        "Notice 180 days at least",
        "Beside its successor 60 days at least",
        "Replacement must be named",
        "Migration guide must be linked",
        "Approval by somebody else, before it is announced",
        "Nothing ends 11 May 2027 to 31 May 2027 Spring sale.",
        "Other promises hold for beta, everybody: 10 days of notice",
    ):
        assert promise in said, promise
    assert "Migration guide (optional)" not in said
    assert f'name="sunset_on" type="date" value="{date(2027, 6, 1)}"' in page


def test_all_that_is_wrong_with_a_plan_is_told_at_once_beside_its_fields(
    visitor: Visitor, strict: str
) -> None:
    wrong = {"reason": " ", "replacement": "", "documentation": "", "sunset_on": TODAY.isoformat()}
    page = refused(visitor, strict, **(FORM | wrong))
    for field, said in (
        ("reason", "Say why"),
        ("replacement", "promises a replacement"),
        ("documentation", "promises a migration guide"),
        ("sunset_on", "The earliest legal last day is"),
    ):
        told = page.partition(f'id="{field}-error"')[2].partition("</span>")[0]
        assert said in told, field
        assert f'<a href="#{field}">' in page
    assert "Take 21 May 2027 and save" not in page  # a click on it would be refused for the rest


def test_days_that_are_none_are_told_beside_each_with_the_rest(visitor: Visitor, strict: str) -> None:
    wrong = {"documentation": "", "deprecated_on": "", "sunset_on": "soon", "zone": "Middle/Earth"}
    page = refused(visitor, strict, **(FORM | wrong))
    for field in ("documentation", "deprecated_on", "sunset_on", "zone"):
        assert f'id="{field}-error"' in page, field
    assert 'id="reason-error"' not in page


def test_the_promise_that_counts_is_that_for_the_stability_asked(visitor: Visitor, strict: str) -> None:
    page = refused(
        visitor, strict, **(FORM | {"stability": "beta", "documentation": "", "sunset_on": TODAY.isoformat()})
    )
    assert 'id="documentation-error"' not in page
    assert "Notice 10 days at least" in words(page)
    assert "Migration guide (optional)" in words(page)


def test_an_operation_that_ends_already_offers_its_plan_in_place_of_a_second(
    visitor: Visitor, plan: Callable[..., str], operation_id: int
) -> None:
    plan()
    page = visitor.get(f"/deprecations/new?operation={operation_id}")
    assert "It has a plan already" in page
    assert '<form class="panel form"' not in page
    assert "has a plan already" in refused(visitor, f"/deprecations/new?operation={operation_id}", **FORM)


def test_a_finding_gives_the_reason_and_stays_with_the_plan(
    visitor: Visitor, publish: Publish, operation_id: int
) -> None:
    publish("orders", openapi("2.0.0", "GET /v2/orders/{id}"))
    with visitor.runtime.database.reading() as session:
        removed = session.scalars(select(StoredFinding).where(StoredFinding.level == "breaking")).one()
    address = f"/deprecations/new?operation={operation_id}&finding={removed.fingerprint}"
    page = visitor.get(address)
    assert "Instead of breaking" in page
    assert removed.text.replace("`", "") in words(page)
    assert "The finding that it stands for" in visitor.act(
        address, **(FORM | {"finding": removed.fingerprint})
    )
    assert stored(visitor).finding == removed.fingerprint
    assert "Instead of breaking" not in visitor.get(
        f"/deprecations/new?operation={operation_id}&finding=nope"
    )


def test_its_days_are_moved_and_the_history_says_why(visitor: Visitor, plan: Callable[..., str]) -> None:
    plan(announce="1")
    later = EARLIEST + timedelta(days=30)
    page = visitor.act(
        "/deprecations/1/move",
        deprecated_on=TODAY.isoformat(),
        sunset_on=later.isoformat(),
        reason="Acme needs longer.",
    )
    assert "Acme needs longer." in page
    assert stored(visitor).sunset_on == later
    assert last_act(visitor) == "deprecation moved"


def test_an_earlier_day_is_refused_on_the_page_and_the_earliest_offered(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    plan(announce="1", sunset_on=(EARLIEST + timedelta(days=60)).isoformat())
    page = refused(
        visitor,
        "/deprecations/1/move",
        deprecated_on=TODAY.isoformat(),
        sunset_on=(TODAY + timedelta(days=5)).isoformat(),
        reason="Sooner.",
    )
    assert "Move it to 20 Feb 2027" in page
    assert 'value="Sooner."' in page


def test_a_draft_that_waited_too_long_is_moved_and_announced_in_one_click(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    plan()
    with visitor.runtime.database.transaction() as session:
        found = board.find(session, 1)
        found.sunset_on = date(2027, 1, 10)
    page = refused(visitor, "/deprecations/1/announce")
    assert "Move it to 20 Feb 2027 and announce" in page
    visitor.act("/deprecations/1/announce", sunset_on=EARLIEST.isoformat())
    assert stored(visitor).sunset_on == EARLIEST
    assert stored(visitor).state == UNDER_WAY


def test_a_cancelled_plan_stays_to_be_read_and_offers_nothing_more(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    plan(announce="1")
    page = visitor.act("/deprecations/1/cancel", reason="The successor is late.")
    assert "The successor is late." in page
    assert "Move its days" not in page
    assert "Nothing is going on" in visitor.get("/deprecations")
    assert "It is a draft again" in visitor.act("/deprecations/1/revive", reason="It is ready.")
    visitor.act("/deprecations/1/cancel", reason="The successor is late.")
    assert "GET /v1/orders/{id}" in words(visitor.get("/deprecations?state=cancelled"))
    assert "Nothing is going on" in visitor.get("/deprecations")


def test_a_step_that_its_state_forbids_is_refused_with_the_reason(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    plan(announce="1")
    page = refused(visitor, "/deprecations/1/remove", reason="It is gone.")
    assert "Wait until its last day is over" in page
    assert stored(visitor).state == UNDER_WAY


def test_callers_are_named_with_whether_they_can_be_told(
    visitor: Visitor, plan: Callable[..., str], operation_id: int
) -> None:
    with visitor.runtime.database.transaction() as session:
        operation = session.get_one(Operation, operation_id)
        make_source(session)
        mute, heard = make_consumer(session, "mute-job"), make_consumer(session, "acme-sync")
        make_contact(session, heard)
        for consumer, calls in ((mute, 3), (heard, 1200)):
            make_usage(session, consumer, operation, NOW - timedelta(hours=2), calls)
    plan(announce="1")
    said = words(visitor.get("/deprecations/1"))
    assert "Unsafe to remove" in said
    assert "Acme Sync made 1,200 calls" in said
    assert said.index("Acme Sync called on one day 1,200") < said.index("Mute Job called on one day 3")
    assert "No contact" in said


@pytest.mark.parametrize(
    ("days_ago", "said"), [(0, "Acme calls every day"), (5, "Acme called every day until 17 Nov 2026")]
)
def test_only_who_called_lately_calls_every_day(
    visitor: Visitor, plan: Callable[..., str], operation_id: int, days_ago: int, said: str
) -> None:
    with visitor.runtime.database.transaction() as session:
        operation, acme = session.get_one(Operation, operation_id), make_consumer(session, "acme")
        for number in range(4):
            make_usage(session, acme, operation, NOW - timedelta(days=days_ago + number), 10)
    plan()
    assert said in words(visitor.get("/deprecations/1"))


def test_the_last_day_is_as_far_away_on_every_page(
    visitor: Visitor, plan: Callable[..., str], operation_id: int
) -> None:
    plan(announce="1", zone="America/Los_Angeles")
    for path in ("/", "/deprecations/1", "/deprecations", f"/operations/{operation_id}"):
        said = words(visitor.get(path))
        assert "in 90 days" in said or "90 days left" in said, path
        assert "91 days" not in said, path


def test_the_form_says_from_when_on_responses_carry_the_headers(visitor: Visitor, operation_id: int) -> None:
    said = words(visitor.get(f"/deprecations/new?operation={operation_id}"))
    assert "Responses carry the headers from the announcement on." in said
    assert "The first day on which responses say so" not in said


def test_the_form_offers_what_looks_like_a_successor_likeliest_first(
    visitor: Visitor, publish: Publish
) -> None:
    publish(
        "orders",
        openapi(
            "1.0.0",
            *("GET /v1/orders/{id}", "GET /v2/orders/{number}", "GET /archive/orders/{id}"),
            *("GET /v1/parcels/{id}", "DELETE /v2/orders/{number}", "GET /v2/orders"),
        ),
    )
    with visitor.runtime.database.reading() as session:
        ending = session.scalars(select(Operation.id).where(Operation.path == "/v1/orders/{id}")).one()
    page = visitor.get(f"/deprecations/new?operation={ending}")
    offered = page.partition('<datalist id="successors">')[2].partition("</datalist>")[0]
    assert re.findall(r'value="([^"]+)"', offered) == ["GET /v2/orders/{number}", "GET /archive/orders/{id}"]


def test_the_list_is_cut_by_state_and_by_api(
    visitor: Visitor, plan: Callable[..., str], publish: Publish
) -> None:
    plan()
    publish("depots", openapi("1.0.0", "GET /depots"))
    assert "GET /v1/orders/{id}" in words(visitor.get("/deprecations?state=draft&api=orders"))
    assert "GET /v1/orders/{id}" not in words(visitor.get("/deprecations?api=depots"))
    assert "None is announced" in words(visitor.get("/deprecations?state=announced"))
    visitor.get("/deprecations?api=nothing", 404)
    visitor.get("/deprecations/99", 404)
    visitor.get("/deprecations/new?operation=99", 404)


def test_what_a_plan_says_is_never_markup(visitor: Visitor, plan: Callable[..., str]) -> None:
    evil = "<script>alert(1)</script>"
    page = plan(reason=evil, replacement=evil)
    for seen in (page, visitor.get("/deprecations")):
        assert "<script>alert" not in seen
        assert "&lt;script&gt;alert" in seen


def test_a_draft_is_edited_by_its_form(visitor: Visitor, plan: Callable[..., str]) -> None:
    plan()
    form = visitor.get("/deprecations/1/edit")
    assert "The total loses cents." in form
    changed = {
        **FORM,
        "reason": "Amounts get a currency.",
        "closes_on": (TODAY + timedelta(days=9)).isoformat(),
    }
    page = visitor.act("/deprecations/1/edit", **changed)
    assert "The draft is changed." in page
    assert "Amounts get a currency." in page
    assert stored(visitor).closes_on == TODAY + timedelta(days=9)
    early = {**FORM, "sunset_on": TODAY.isoformat()}
    again = refused(visitor, "/deprecations/1/edit", **early)
    assert "Take 20 Feb 2027 and save" in again
    visitor.act("/deprecations/1/announce")
    assert "Its consumers were told its dates" in refused(visitor, "/deprecations/1/edit", **FORM)


def test_it_is_closed_paused_resumed_and_opened_again(visitor: Visitor, plan: Callable[..., str]) -> None:
    plan(announce="1")
    assert "Closed to new consumers" in visitor.act("/deprecations/1/close", reason="No more of it.")
    assert "headers and notices stop" in visitor.act(
        "/deprecations/1/pause", reason="A bug in its successor."
    )
    assert stored(visitor).state == "paused"
    assert "It goes on." in visitor.act("/deprecations/1/resume", reason="Repaired.", sunset_on="")
    assert stored(visitor).state == "closed"
    assert "open to new consumers again" in visitor.act("/deprecations/1/reopen", reason="They asked.")
    assert "Say why" in refused(visitor, "/deprecations/1/pause", reason=" ")


def test_an_earlier_day_is_moved_to_once_a_colleague_approves_it(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    later = EARLIEST + timedelta(days=30)
    plan(announce="1", sunset_on=later.isoformat())
    days = {"deprecated_on": TODAY.isoformat(), "sunset_on": EARLIEST.isoformat()}
    mine = refused(visitor, "/deprecations/1/move", **days, reason="Sooner.")
    assert "needs the approval of somebody other than mara@example.com" in words(mine)
    colleague = Visitor(visitor.client.application.test_client(), visitor.runtime).sign_in("kim@example.com")
    assert "Your approval is kept" in colleague.act(
        "/deprecations/1/approve", step="move", **days, reason="The contract ends."
    )
    page = visitor.act("/deprecations/1/move", **days, reason="Sooner.")
    assert "approved by kim@example.com" in words(page)
    assert "earlier than was told" in words(page)


def test_one_consumer_is_given_longer_and_that_is_taken_back(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    plan(announce="1")
    with visitor.runtime.database.transaction() as session:
        make_consumer(session, "acme")
    later = {"consumer": "acme", "until_on": (EARLIEST + timedelta(days=60)).isoformat()}
    words_of = {"reason": "Their release is late.", "approved_by": "mara@example.com"}
    assert "gives Acme no more time" in words(
        refused(
            visitor, "/deprecations/1/extensions", **{**later, "until_on": EARLIEST.isoformat()}, **words_of
        )
    )
    assert "there is no consumer" in words(
        refused(visitor, "/deprecations/1/extensions", **{**later, "consumer": "nobody"}, **words_of)
    )
    page = words(visitor.act("/deprecations/1/extensions", **later, **words_of))
    assert "Acme until 21 Apr 2027" in page
    assert "Approved by mara@example.com" in page
    back = words(visitor.act("/deprecations/1/extensions/1/revoke", reason="They are ready."))
    assert "taken back by mara@example.com: They are ready." in back


def test_a_part_is_planned_by_the_form(visitor: Visitor, operation_id: int) -> None:
    address = "/deprecations/new?api=orders&kind=parameter&name=id&place=path&of=GET+/v1/orders/{id}"
    assert "path parameter “id” of GET /v1/orders/{id}" in words(visitor.get(address))
    page = visitor.act(address, **FORM)
    assert "path parameter “id” of GET /v1/orders/{id}" in words(page)
    assert "Only a part of this operation ends" in words(page)
    assert "What responses will carry" not in page
    assert "It has a plan already" in visitor.get(address)


def test_what_nothing_has_is_refused_where_it_is_asked_for(visitor: Visitor, operation_id: int) -> None:
    page = visitor.get("/deprecations/new?api=orders&kind=version&name=/v7", 422)
    assert "No operation has the version /v7" in words(page)
    part = "/deprecations/new?api=orders&kind=parameter&name=ids&place=path&of=GET+/v1/orders/{id}"
    assert "Mind the spelling: there is path parameter “id”." in words(visitor.get(part, 422))
    visitor.get("/deprecations/new?api=orders&kind=version&name=/v1")
    visitor.get("/deprecations/new")


def test_other_days_are_foreseen(visitor: Visitor, plan: Callable[..., str]) -> None:
    plan(announce="1")
    page = words(visitor.get(f"/deprecations/1/what-if?sunset_on={TODAY + timedelta(days=30)}"))
    assert "Such a step needs the approval of a colleague" in page
    assert "The earliest legal last day is" in page
    assert "Nothing stands against" in words(visitor.get("/deprecations/1/what-if"))
    visitor.get("/deprecations/1/what-if?sunset_on=soon", 422)
    visitor.get("/deprecations/1/what-if?sunset_on=2020-01-01", 422)


def test_a_plan_is_let_off_a_rule(visitor: Visitor, plan: Callable[..., str]) -> None:
    plan()
    with visitor.runtime.database.transaction() as session:
        add_user(session, email="kim@example.com", name="Kim", is_administrator=False, now=NOW)
    asked = {"rule": "minimum-notice", "reason": "It leaks.", "approved_by": "Kim@example.com"}
    page = words(visitor.act("/deprecations/1/except", **asked))
    assert "need not keep minimum notice It leaks. kim@example.com answers for it." in page
    assert "somebody other than you" in words(
        refused(visitor, "/deprecations/1/except", **{**asked, "rule": "freeze", "approved_by": " "})
    )


def test_a_removal_needs_a_verdict_or_somebody_who_answers_for_it(
    visitor: Visitor, plan: Callable[..., str]
) -> None:
    plan(announce="1")
    with visitor.runtime.database.transaction() as session:
        found = board.find(session, 1)
        found.deprecated_on = found.sunset_on = TODAY - timedelta(days=2)
        found.deprecated_at = found.sunset_at = NOW - timedelta(days=1)
        found.state = State.SUNSET
    page = refused(visitor, "/deprecations/1/remove", reason="It is gone.")
    assert "The verdict on GET /v1/orders/{id} is not proven" in words(page)
    assert "I remove it all the same, and answer for that" in words(page)
    gone = visitor.act("/deprecations/1/remove", reason="It is gone.", despite_verdict="1")
    assert "It is gone. The verdict was not proven." in words(gone)


def test_whom_telling_does_not_reach_stands_with_the_ending(visitor: Visitor) -> None:
    with visitor.runtime.database.transaction() as session:
        operation, consumer = make_operation(session, make_api(session)), make_consumer(session)
        contact = make_contact(session, consumer)
        contact.disabled_at, contact.disabled_reason = NOW, "came back: 550 <b>"
        make_usage(session, consumer, operation, NOW - timedelta(days=1))
        plan_id = make_plan(session, operation, now=NOW).id
    page = visitor.get(f"/deprecations/{plan_id}")
    assert "dana@example.com is told nothing: came back: 550" in words(page)
    assert "came back: 550 &lt;b&gt;" in page
