"""May it go? Safe only with proof; and each reason says what is missing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from consumers.contracts import Offer, receive, remove_contract
from consumers.models import Consumer, SourceHour, UnknownCall, UsageBatch, UsageSource
from consumers.sources import heard, retire_source
from deprecations import extensions
from deprecations.acts import pause, remove
from deprecations.advance import advance
from deprecations.board import live_plan
from deprecations.consumer_grades import Grade
from deprecations.errors import PlanRefused, TransitionRefused
from deprecations.models import State, SunsetBy, TargetKind
from deprecations.notice_models import Answer as ReaderAnswer
from deprecations.notice_models import AnswerKind
from deprecations.notices import plan_notices
from deprecations.packing import Desk, pack
from deprecations.plan_verdict import verdict_on
from deprecations.plans import plan, plan_and_announce
from deprecations.rhythm import has_stopped, quiet_at
from deprecations.targets import Thing
from deprecations.verdict import Verdict, can_remove
from deprecations.verdict_reasons import Answer, Kind
from registry.errors import NotFound
from registry.models import Api, Operation, Version
from tests.consumers.pacts.files import pact
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_source,
    make_usage,
    spell,
)

DAY = timedelta(days=1)
PAST: dict[str, Any] = {
    "deprecated_on": date(2026, 7, 1),
    "sunset_on": date(2026, 10, 22),
    "now": NOW - 150 * DAY,
}


def judge(session: Session, operation: Operation, now: datetime = NOW) -> tuple[Answer, set[Kind]]:
    verdict = can_remove(session, operation.id, now=now)
    return verdict.answer, {reason.kind for reason in verdict.reasons}


@pytest.fixture
def ended(session: Session, operation: Operation) -> Operation:
    """An operation whose announced last day was a month ago."""
    make_plan(session, operation, **PAST)
    advance(session, NOW)
    return operation


def test_what_nobody_calls_since_its_announced_end_is_safe(session: Session, ended: Operation) -> None:
    make_source(session)
    assert judge(session, ended) == (Answer.SAFE, {Kind.SILENCE})


def test_what_a_contract_relies_on_is_unsafe_however_silent_it_is(session: Session, ended: Operation) -> None:
    make_source(session)
    version = session.get_one(Version, ended.first_version_id)
    spell(session, version, ended)
    api = session.get_one(Api, ended.api_id)
    data = pact(provider={"name": api.slug})
    contract = receive(session, Offer(data, "upload", version="1.2.0"), by="dana", now=NOW).contract
    assert judge(session, ended) == (Answer.UNSAFE, {Kind.CONTRACT})
    [reason] = can_remove(session, ended.id, now=NOW).reasons
    assert reason.sentence == "checkout-web relies on it by its contract of version 1.2.0."
    remove_contract(session, contract)
    assert judge(session, ended) == (Answer.SAFE, {Kind.SILENCE})


def test_a_contract_that_may_mean_it_by_another_path_leaves_it_open(
    session: Session, ended: Operation
) -> None:
    make_source(session)
    spell(session, session.get_one(Version, ended.first_version_id), ended)
    data = pact(
        {"request": {"method": "GET", "path": "/edge/orders/42"}, "response": {"status": 200}},
        provider={"name": session.get_one(Api, ended.api_id).slug},
    )
    receive(session, Offer(data, "upload"), by="dana", now=NOW)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.UNCLEAR_CONTRACT})


def test_with_no_source_it_is_never_safe(session: Session, ended: Operation) -> None:
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.NO_SOURCE})


def test_a_source_for_another_api_does_not_count(session: Session, ended: Operation) -> None:
    make_source(session, api=make_api(session, "billing"))
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.NO_SOURCE})


def test_with_a_stale_source_it_is_never_safe(session: Session, ended: Operation) -> None:
    make_source(session, "fresh")
    make_source(session, "dead", until=NOW - 2 * DAY)
    answer, kinds = judge(session, ended)
    assert (answer, kinds) == (Answer.NOT_PROVEN, {Kind.STALE_SOURCE})


def test_a_source_that_never_told_anything_proves_nothing(session: Session, ended: Operation) -> None:
    source = make_source(session)
    source.first_event_at = source.last_event_at = None
    session.flush()
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.STALE_SOURCE})


def test_a_history_shorter_than_the_window_proves_nothing(session: Session, ended: Operation) -> None:
    make_source(session, "old")
    make_source(session, "new", since=NOW - 29 * DAY)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.SHORT_HISTORY})
    assert can_remove(session, ended.id, window_days=28, now=NOW).answer == Answer.SAFE


def test_a_source_that_was_silent_in_between_proves_nothing(session: Session, ended: Operation) -> None:
    source = make_source(session)
    _tell(session, source, NOW - 20 * DAY)
    _tell(session, source, NOW - 19 * DAY)
    assert judge(session, ended) == (Answer.SAFE, {Kind.SILENCE})
    _tell(session, source, NOW - 2 * DAY)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.SOURCE_GAP})


def test_a_source_that_tells_of_a_sample_proves_nothing(session: Session, ended: Operation) -> None:
    _tell(session, make_source(session), NOW - DAY, sampling_rate=0.1)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.SAMPLED_SOURCE})


def _tell(session: Session, source: UsageSource, at: datetime, sampling_rate: float = 1.0) -> None:
    counts = {"calls": 1, "unknown": 0, "first_at": at, "last_at": at}
    session.add(SourceHour(source_id=source.id, hour=at, sampling_rate=sampling_rate, **counts))
    session.flush()


def test_calls_that_matched_nothing_before_it_was_known_may_have_been_its_own(
    session: Session, ended: Operation
) -> None:
    source = make_source(session)
    first = session.get_one(Version, ended.first_version_id)
    first.published_at = NOW - 3 * DAY
    batch = _batch(session, source, NOW - 4 * DAY, unmatched=46)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.UNKNOWN_CALLS})
    assert judge(session, ended, NOW + 27 * DAY)[1] == {Kind.STALE_SOURCE}
    batch.received_at = NOW - 2 * DAY
    session.flush()
    assert judge(session, ended) == (Answer.SAFE, {Kind.SILENCE})


def _batch(session: Session, source: UsageSource, at: datetime, **counts: int) -> UsageBatch:
    told = {"lines": 46, "matched": 0, "unmatched": 0, "broken": 0, **counts}
    batch = UsageBatch(source_id=source.id, key=at.isoformat(), samples=[], received_at=at, **told)
    session.add(batch)
    session.flush()
    return batch


@pytest.mark.parametrize(("broken", "answer"), [(10, Answer.SAFE), (11, Answer.NOT_PROVEN)])
def test_lines_that_nobody_could_read_may_have_told_of_its_calls(
    session: Session, ended: Operation, broken: int, answer: Answer
) -> None:
    _batch(session, make_source(session), NOW - DAY, lines=1000, broken=broken)
    found = can_remove(session, ended.id, now=NOW)
    assert found.answer is answer
    if answer is Answer.NOT_PROVEN:
        assert [one.kind for one in found.reasons] == [Kind.BROKEN_LINES]


def _unknown(session: Session, source: UsageSource, call: str, at: datetime, successes: int = 1) -> None:
    method, path = call.split()
    counts = {"calls": 3, "successes": successes, "first_at": at, "last_at": at}
    session.add(UnknownCall(source_id=source.id, method=method, path=path, **counts))
    session.flush()


@pytest.mark.parametrize(
    "call",
    ["GET //v1/orders/…", "GET /…/ORDERS/…", "GET /edge/v1/orders/…", "POST /v1/orders/…", "GET …"],
)
def test_unknown_calls_that_look_like_its_own_are_named(
    session: Session, ended: Operation, call: str
) -> None:
    source = make_source(session)
    _unknown(session, source, "GET /v1/customers/…", NOW - DAY)
    assert judge(session, ended)[0] is Answer.SAFE
    _unknown(session, source, call, NOW - DAY)
    found = can_remove(session, ended.id, now=NOW)
    assert (found.answer, [one.kind for one in found.reasons]) == (Answer.NOT_PROVEN, [Kind.LOOKALIKE])
    assert call in found.reasons[0].sentence
    assert found.reasons[0].evidence["calls"] == 3


def test_unknown_calls_of_before_the_window_weigh_nothing(session: Session, ended: Operation) -> None:
    _unknown(session, make_source(session), "GET //v1/orders/…", NOW - 31 * DAY)
    assert judge(session, ended)[0] is Answer.SAFE


def test_another_api_that_serves_the_same_path_by_its_base_may_have_got_its_calls(
    session: Session, ended: Operation
) -> None:
    make_source(session)
    copies = make_api(session, "copies")
    other = make_operation(session, copies, "GET /orders/{number}")
    spell(session, session.get_one(Version, other.first_version_id), other, base="/v2")
    assert judge(session, ended)[0] is Answer.SAFE
    moved = make_operation(session, copies, "GET /orders/{key}/")
    spell(session, session.get_one(Version, moved.first_version_id), moved, base="/v1")
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.SHARED_PATH})


def test_an_api_with_the_same_path_may_have_got_its_calls(session: Session, ended: Operation) -> None:
    source = make_source(session)
    other = make_operation(session, make_api(session, "copies"), ended.label)
    spell(session, session.get_one(Version, other.first_version_id), other)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.SHARED_PATH})
    source.api_id = ended.api_id
    session.flush()
    assert judge(session, ended) == (Answer.SAFE, {Kind.SILENCE})


def test_a_retired_source_is_waited_for_no_more_until_it_tells_of_something(
    session: Session, ended: Operation
) -> None:
    make_source(session)
    dead = make_source(session, "dead", until=NOW - 2 * DAY)
    retire_source(session, dead, NOW)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.RETIRED_SOURCE})
    dead.retired_at = NOW - 31 * DAY
    session.flush()
    assert judge(session, ended) == (Answer.SAFE, {Kind.SILENCE})
    heard(session, dead, log_format="combined", first_at=None, last_at=None, now=NOW)
    session.refresh(dead)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.STALE_SOURCE})


def test_the_example_company_s_sources_say_nothing_about_other_apis(
    session: Session, ended: Operation
) -> None:
    make_source(session).is_example = True
    session.flush()
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.NO_SOURCE})


def test_what_is_called_is_unsafe_and_the_callers_are_named(session: Session, ended: Operation) -> None:
    make_source(session)
    consumer = make_consumer(session)
    make_usage(session, consumer, ended, NOW - 29 * DAY, calls=1200)
    verdict = can_remove(session, ended.id, now=NOW)
    assert verdict.answer == Answer.UNSAFE
    (reason,) = verdict.reasons
    assert reason.sentence == (
        "Acme Sync made 1,200 calls in the last 30 days, the last on Sat 24 Oct 2026, 09:00 UTC."
    )
    assert reason.evidence["consumer"] == "acme-sync"


def test_unattributed_calls_count_too(session: Session, ended: Operation) -> None:
    make_source(session)
    nobody = make_consumer(session, "unattributed", is_unattributed=True)
    make_usage(session, nobody, ended, NOW - DAY)
    assert judge(session, ended) == (Answer.UNSAFE, {Kind.CALLS})


def test_before_its_announced_end_it_is_unsafe_even_when_nobody_calls(
    session: Session, operation: Operation
) -> None:
    make_source(session, until=datetime(2027, 6, 30, 23, 0, tzinfo=UTC))
    planned = make_plan(session, operation)
    assert judge(session, operation) == (Answer.UNSAFE, {Kind.PROMISE})
    assert judge(session, operation, planned.sunset_at) == (Answer.UNSAFE, {Kind.PROMISE})
    assert judge(session, operation, planned.sunset_at + timedelta(seconds=1))[0] == Answer.SAFE


def test_an_end_that_was_never_announced_is_never_safe(session: Session, operation: Operation) -> None:
    make_source(session)
    assert judge(session, operation) == (Answer.NOT_PROVEN, {Kind.SILENCE, Kind.NO_PLAN})
    plan(
        session,
        operation_id=operation.id,
        reason="It ends.",
        replacement="none",
        documentation="",
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 6, 30),
        zone="UTC",
        by="dana",
        now=NOW,
    )
    assert judge(session, operation) == (Answer.NOT_PROVEN, {Kind.SILENCE, Kind.NO_PLAN})


@pytest.mark.parametrize(
    ("silent_for", "answer"), [(31, Answer.NOT_PROVEN), (91, Answer.NOT_PROVEN), (93, Answer.SAFE)]
)
@pytest.mark.parametrize("is_unattributed", [False, True])
def test_of_a_caller_without_a_rhythm_a_quarter_must_have_passed(
    session: Session, ended: Operation, silent_for: int, answer: Answer, *, is_unattributed: bool
) -> None:
    make_source(session)
    consumer = make_consumer(session, is_unattributed=is_unattributed)
    make_usage(session, consumer, ended, NOW - silent_for * DAY)
    if is_unattributed:
        make_usage(session, consumer, ended, NOW - (silent_for + 1) * DAY)
    verdict = can_remove(session, ended.id, now=NOW)
    assert verdict.answer == answer
    assert verdict.grades[0].grade is (Grade.SEEN_ONCE if answer is Answer.SAFE else Grade.TOO_SHORT)
    assert "no rhythm is known" in verdict.reasons[0].sentence.lower()


def test_a_plan_of_the_whole_api_still_promises_what_its_own_plan_no_longer_does(
    session: Session, ended: Operation, api: Api
) -> None:
    make_source(session)
    told: dict[str, Any] = {"deprecated_on": date(2026, 12, 1), "sunset_on": date(2027, 6, 30)}
    whole = Thing(TargetKind.API, api_id=api.id)
    said = {"reason": "Old.", "replacement": "none", "documentation": "", "zone": "UTC", "by": "dana"}
    plan_and_announce(session, thing=whole, **said, **told, now=NOW)
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.WIDER_PROMISE})


def test_who_asked_for_more_time_and_got_none_may_come_back(session: Session, ended: Operation) -> None:
    make_source(session)
    acme = make_consumer(session)
    make_usage(session, acme, ended, NOW - 93 * DAY)
    planned = live_plan(session, ended.id)
    assert planned is not None
    asked: dict[str, Any] = {"deprecation_id": planned.id, "consumer_id": acme.id, "by": "kim@example.com"}
    session.add(ReaderAnswer(kind=AnswerKind.MORE_TIME, on=date(2026, 12, 24), at=NOW, **asked))
    session.flush()
    assert judge(session, ended) == (Answer.NOT_PROVEN, {Kind.ASKED_FOR_TIME})
    session.add(ReaderAnswer(kind=AnswerKind.MOVED, on=None, at=NOW, **asked))
    session.flush()
    found = can_remove(session, ended.id, now=NOW)
    assert (found.answer, found.grades[0].answer) == (Answer.SAFE, AnswerKind.MOVED)


@pytest.mark.parametrize(
    ("silent_for", "answer"), [(31, Answer.NOT_PROVEN), (44, Answer.NOT_PROVEN), (46, Answer.SAFE)]
)
def test_a_monthly_callers_silence_proves_nothing_for_a_month_and_a_half(
    session: Session, ended: Operation, silent_for: int, answer: Answer
) -> None:
    make_source(session)
    consumer = make_consumer(session)
    for months in range(4):
        make_usage(session, consumer, ended, NOW - timedelta(days=silent_for + 30 * months))
    verdict = can_remove(session, ended.id, now=NOW)
    assert verdict.answer == answer
    assert verdict.consumers[0].longest_gap_days == 30


def test_each_known_caller_has_its_row(session: Session, ended: Operation, api: Api) -> None:
    make_source(session)
    reachable, silent = make_consumer(session, "reachable"), make_consumer(session, "silent")
    make_contact(session, reachable)
    make_usage(session, reachable, ended, NOW - DAY, calls=7)
    make_usage(session, silent, ended, NOW - 80 * DAY, calls=9)
    make_usage(session, make_consumer(session, "other"), make_operation(session, api, "GET /x"), NOW)
    plan_notices(session, NOW)
    pack(session, desk=Desk("mailbox", "example.com", "https://example.com"), now=NOW)
    first, second = can_remove(session, ended.id, now=NOW).consumers
    assert (first.slug, first.calls, first.has_contact, first.notices_sent) == ("reachable", 7, True, 1)
    assert (second.slug, second.calls, second.has_contact, second.notices_sent) == ("silent", 0, False, 0)
    assert second.last_call_at == NOW - 80 * DAY


def test_every_reason_is_given_not_the_first_alone(session: Session, operation: Operation) -> None:
    make_source(session, "dead", since=NOW - 3 * DAY, until=NOW - 2 * DAY)
    make_usage(session, make_consumer(session), operation, NOW - 2 * DAY)
    make_plan(session, operation)
    answer, kinds = judge(session, operation)
    assert answer == Answer.UNSAFE
    assert kinds == {Kind.CALLS, Kind.PROMISE, Kind.STALE_SOURCE, Kind.SHORT_HISTORY}


def test_an_unknown_operation_is_an_error(session: Session) -> None:
    with pytest.raises(NotFound):
        can_remove(session, 4711, now=NOW)


@pytest.fixture(params=["no source", "stale", "short", "called", "promised", "rhythm"])
def spoiled(request: pytest.FixtureRequest, session: Session, operation: Operation) -> Callable[[], Verdict]:
    """An operation that lacks one thing of proof."""
    lacks = request.param
    planned = make_plan(session, operation, **PAST)
    advance(session, NOW)
    consumer: Consumer = make_consumer(session)
    if lacks != "no source":
        since = NOW - 10 * DAY if lacks == "short" else NOW - 200 * DAY
        make_source(session, since=since, until=NOW - (40 * DAY if lacks == "stale" else timedelta(hours=1)))
    if lacks == "called":
        make_usage(session, consumer, operation, NOW - DAY)
    if lacks == "rhythm":
        make_usage(session, consumer, operation, NOW - 40 * DAY)
        make_usage(session, consumer, operation, NOW - 80 * DAY)
    if lacks == "promised":
        planned.sunset_at, planned.state = NOW + DAY, State.DEPRECATED
    session.flush()
    return lambda: can_remove(session, operation.id, now=NOW)


def test_one_missing_proof_is_enough_to_refuse(spoiled: Callable[[], Verdict]) -> None:
    assert spoiled().answer != Answer.SAFE


@pytest.mark.parametrize(
    ("gap", "least", "days"), [(None, 30, 30), (1, 30, 30), (20, 30, 30), (21, 30, 32), (31, 30, 47)]
)
def test_silence_is_judged_by_the_longest_gap_seen(gap: int | None, least: int, days: int) -> None:
    assert quiet_at(NOW, gap, least) == NOW + days * DAY


@pytest.mark.parametrize(
    ("gap", "days", "stopped"), [(1, 13, False), (1, 14, True), (30, 44, False), (30, 45, True)]
)
def test_reminders_stop_in_the_callers_own_rhythm(gap: int, days: int, stopped: bool) -> None:
    assert has_stopped(NOW - days * DAY, gap, NOW) is stopped


def test_a_day_ahead_is_never_safe_and_says_what_stands_against_it(
    session: Session, operation: Operation
) -> None:
    make_source(session, until=NOW - timedelta(hours=1))
    planned = make_plan(session, operation, sunset_on=date(2027, 2, 20))
    found = can_remove(session, operation.id, on=date(2027, 2, 20), now=NOW)
    assert {reason.kind for reason in found.reasons} >= {Kind.PROMISE, Kind.AHEAD}
    after = can_remove(session, operation.id, on=date(2027, 2, 21), now=NOW)
    assert after.answer is Answer.NOT_PROVEN
    assert Kind.PROMISE not in {reason.kind for reason in after.reasons}
    assert planned.sunset_on == date(2027, 2, 20)
    with pytest.raises(PlanRefused, match="is over"):
        can_remove(session, operation.id, on=date(2026, 11, 21), now=NOW)


def test_one_consumers_later_day_stands_against_a_removal_until_it_is_over(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 2, 20))
    acme = make_consumer(session)
    for days in (41, 40):
        make_usage(session, acme, operation, NOW - days * DAY)
    until = date(2027, 6, 30)
    extensions.grant(
        session, planned, acme, until_on=until, reason="Slow.", approved_by="kim", by="dana", now=NOW
    )
    make_source(session, until=datetime(2027, 7, 2, tzinfo=UTC))
    in_june = can_remove(session, operation.id, now=datetime(2027, 6, 30, 12, tzinfo=UTC))
    assert (in_june.answer, in_june.grades[0].grade) == (Answer.UNSAFE, Grade.EXTENDED)
    in_july = can_remove(session, operation.id, now=datetime(2027, 7, 2, 1, tzinfo=UTC))
    assert (in_july.answer, in_july.grades[0].grade) == (Answer.SAFE, Grade.SILENT)


def test_who_was_given_longer_and_never_called_yet_stands_against_a_removal(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 2, 20))
    quiet = make_consumer(session, "yearly")
    until = date(2027, 6, 30)
    extensions.grant(
        session, planned, quiet, until_on=until, reason="Yearly.", approved_by="kim", by="dana", now=NOW
    )
    make_source(session, until=datetime(2027, 7, 2, tzinfo=UTC))
    answer, kinds = judge(session, operation, datetime(2027, 6, 1, tzinfo=UTC))
    assert (answer, Kind.EXTENSION in kinds) == (Answer.UNSAFE, True)
    assert Kind.EXTENSION not in judge(session, operation, datetime(2027, 7, 2, tzinfo=UTC))[1]


def test_a_source_that_told_nothing_all_the_while_proves_no_silence_however_patient_one_is_with_it(
    session: Session, ended: Operation
) -> None:
    make_source(session, until=NOW - 40 * DAY).stale_after_hours = 9600
    session.flush()
    answer, kinds = judge(session, ended)
    assert (answer, Kind.STALE_SOURCE in kinds) == (Answer.NOT_PROVEN, True)


@pytest.mark.parametrize("window_days", [1, 7, 30])
def test_a_shorter_window_makes_no_shorter_silence_prove_anything(
    session: Session, ended: Operation, window_days: int
) -> None:
    daily = make_consumer(session)
    for days in range(2, 12):
        make_usage(session, daily, ended, NOW - days * DAY)
    make_source(session)
    found = can_remove(session, ended.id, window_days=window_days, now=NOW)
    assert found.answer is not Answer.SAFE


def test_a_consumer_that_calls_the_successor_has_moved(
    session: Session, api: Api, operation: Operation
) -> None:
    successor = make_operation(session, api, "GET /v2/orders/{id}")
    make_plan(session, operation)
    gone, halfway = make_consumer(session, "gone"), make_consumer(session, "halfway")
    make_usage(session, gone, operation, NOW - 60 * DAY)
    make_usage(session, gone, successor, NOW - DAY, calls=30)
    make_usage(session, halfway, operation, NOW - DAY, calls=10)
    make_usage(session, halfway, successor, NOW - DAY, calls=30)
    graded = {one.slug: one for one in can_remove(session, operation.id, now=NOW).grades}
    assert (graded["gone"].grade, graded["gone"].adoption) == (Grade.MOVED, 1.0)
    assert (graded["halfway"].grade, graded["halfway"].adoption) == (Grade.CALLING, 0.75)


@pytest.mark.parametrize("kind", [SunsetBy.NOT_BEFORE, SunsetBy.VERSION])
def test_what_has_no_last_day_yet_is_not_proven(
    session: Session, operation: Operation, kind: SunsetBy
) -> None:
    version = "3" if kind == SunsetBy.VERSION else ""
    make_plan(session, operation, sunset_by=kind, sunset_version=version)
    at = datetime(2027, 9, 1, tzinfo=UTC)
    make_source(session, until=at)
    found = can_remove(session, operation.id, now=at)
    assert (found.answer, [one.kind for one in found.reasons]) == (Answer.NOT_PROVEN, [Kind.NO_LAST_DAY])


def test_a_paused_plan_proves_nothing(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    pause(session, planned, by="dana", reason="A bug.", now=NOW)
    at = datetime(2027, 9, 1, tzinfo=UTC)
    make_source(session, until=at)
    found = can_remove(session, operation.id, now=at)
    assert (found.answer, [one.kind for one in found.reasons]) == (Answer.NOT_PROVEN, [Kind.PAUSED])


def test_a_version_may_go_only_when_all_that_it_reaches_may(
    session: Session, api: Api, operation: Operation
) -> None:
    quiet = make_operation(session, api, "GET /v1/orders")
    whole = plan_and_announce(
        session,
        thing=Thing(TargetKind.VERSION, api_id=api.id, name="/v1"),
        reason="Old.",
        replacement="none",
        documentation="",
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 2, 28),
        zone="UTC",
        by="dana",
        now=NOW,
    )
    at = datetime(2027, 4, 1, tzinfo=UTC)
    make_source(session, until=at)
    advance(session, at)
    assert verdict_on(session, whole, now=at).worst.answer is Answer.SAFE
    make_usage(session, make_consumer(session), quiet, at - DAY)
    found = verdict_on(session, whole, now=at)
    assert (found.worst.answer, found.worst.operation, found.operations) == (
        Answer.UNSAFE,
        "GET /v1/orders",
        2,
    )
    assert can_remove(session, operation.id, now=at).answer is Answer.SAFE
    answers = [(one.operation, one.answer) for one in verdict_on(session, whole, most=5, now=at).judged]
    assert answers == [("GET /v1/orders", Answer.UNSAFE), ("GET /v1/orders/{id}", Answer.SAFE)]
    with pytest.raises(TransitionRefused, match="GET /v1/orders is unsafe"):
        remove(session, whole, by="dana", reason="Gone.", now=at)
