"""Who is hit by each finding: hurt, at risk, not hurt, or unknown, from real traffic."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from consumers.confidence import Confidence
from consumers.contracts import Offer, receive
from consumers.models import Consumer, Credential, NameUse, UsedName
from deprecations.impact import impact
from deprecations.impact_record import FindingImpact, encoded, impact_in
from deprecations.outdated import outdated
from deprecations.snapshots import forget_snapshots, latest, snapshot_of, snapshots, take
from deprecations.standing import Proof, Standing
from registry.models import Api, Operation, StoredComparison, StoredFinding, Version
from tests.consumers.pacts.files import pact
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_operation,
    make_source,
    make_usage,
    spell,
)

REMOVED = {"element": "operation", "aspect": "existence", "action": "removed", "property": None}
FIELD_REMOVED = {"element": "property", "aspect": "existence", "action": "removed", "property": "total"}
ANSWER = "response 200 application/json"


@pytest.fixture
def comparison(session: Session, api: Api, operation: Operation) -> StoredComparison:
    made = StoredComparison(
        api_id=api.id,
        old_version_id=operation.first_version_id,
        new_version_id=operation.last_version_id,
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def spelled(session: Session, operation: Operation) -> Operation:
    """Let the published document spell an operation."""
    spell(session, session.get_one(Version, operation.first_version_id), operation)
    return operation


def make_finding(
    session: Session,
    comparison: StoredComparison,
    *operations: Operation,
    facts: dict[str, Any] = REMOVED,
    where: str = "operation",
    level: str = "breaking",
) -> str:
    """Store a finding; answer its fingerprint."""
    position = session.query(StoredFinding).count()
    reached = [{"method": one.method, "path": one.path, "where": where} for one in operations]
    finding = StoredFinding(
        comparison_id=comparison.id,
        position=position,
        rule="a-rule",
        level=level,
        text="It changed.",
        fingerprint=f"{position:012}",
        facts={**facts, "operations": reached},
    )
    session.add(finding)
    session.flush()
    return finding.fingerprint


def hits(session: Session, comparison: StoredComparison, fingerprint: str) -> FindingImpact:
    found = impact(session, comparison.id, now=NOW).of(fingerprint)
    assert found is not None
    return found


def with_key(session: Session, consumer: Consumer) -> Consumer:
    """Give a consumer a credential to call with."""
    session.add(
        Credential(
            consumer_id=consumer.id,
            kind="api-key",
            digest=consumer.slug.ljust(64, "."),
            hint="…",
            created_at=NOW,
        )
    )
    session.flush()
    return consumer


def send(session: Session, credential: Credential, operation: Operation, name: str, calls: int) -> None:
    """Let a credential's calls of yesterday send a query parameter."""
    used = UsedName(operation_id=operation.id, kind="parameter", name=name)
    session.add(used)
    session.flush()
    at = days_ago(1)
    counts = {"calls": calls, "first_at": at, "last_at": at}
    session.add(NameUse(used_name_id=used.id, day=at.date(), credential_id=credential.id, **counts))
    session.flush()


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_who_calls_an_operation_that_goes_is_hurt(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    make_source(session)
    gone = make_finding(session, comparison, spelled(session, operation))
    make_usage(session, make_consumer(session), operation, days_ago(1), calls=5)
    make_usage(session, make_consumer(session, "unattributed", is_unattributed=True), operation, days_ago(2))

    found = hits(session, comparison, gone)
    assert [(one.consumer, one.standing, one.calls) for one in found.parties] == [
        ("unattributed", Standing.HURT, 10),
        ("acme-sync", Standing.HURT, 5),
    ]
    assert found.parties[1].last_call_at == days_ago(1)
    assert (found.parties[1].proof, found.parties[1].confidence) == (Proof.CALLS, Confidence.CERTAIN)
    assert found.counts == {
        Standing.HURT: 2,
        Standing.AT_RISK: 0,
        Standing.UNKNOWN: 0,
        Standing.NOT_HURT: 0,
    }


@pytest.mark.parametrize(
    ("facts", "where", "level", "standing", "told"),
    [
        (FIELD_REMOVED, ANSWER, "breaking", Standing.AT_RISK, "Whether it reads “total” in the response 200"),
        (REMOVED, "operation", "dangerous", Standing.AT_RISK, "Whether the change touches its calls"),
        (
            {"element": "parameter", "aspect": "existence", "action": "added", "property": None},
            "query parameter zone",
            "breaking",
            Standing.HURT,
            "Its calls need the query parameter “zone” now",
        ),
        (
            {"element": "parameter", "aspect": "enum-value", "action": "removed", "property": None},
            "query parameter status",
            "breaking",
            Standing.AT_RISK,
            "Whether its calls send the query parameter “status”",
        ),
    ],
)
def test_what_calls_can_not_tell_is_a_risk_and_no_proof(
    session: Session,
    operation: Operation,
    comparison: StoredComparison,
    facts: dict[str, Any],
    where: str,
    level: str,
    standing: Standing,
    told: str,
) -> None:
    made = make_finding(
        session, comparison, spelled(session, operation), facts=facts, where=where, level=level
    )
    make_usage(session, make_consumer(session), operation, days_ago(1))
    [party] = hits(session, comparison, made).parties
    assert party.standing == standing
    assert party.why.startswith(told)


def test_who_was_seen_sending_a_parameter_is_told_from_who_was_not(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    spelled(session, operation)
    facts = {"element": "parameter", "aspect": "existence", "action": "removed", "property": None}
    gone = make_finding(session, comparison, operation, facts=facts, where="query parameter status")
    narrowed = make_finding(
        session,
        comparison,
        operation,
        facts=facts | {"aspect": "enum-value"},
        where="query parameter status",
    )
    for slug in ("sends", "sends-not"):
        make_usage(session, make_consumer(session, slug), operation, days_ago(1))
    [credential] = session.query(Credential).join(Consumer).filter(Consumer.slug == "sends")
    send(session, credential, operation, "status", calls=7)

    def told(fingerprint: str) -> dict[str, tuple[Standing, Proof]]:
        return {
            one.consumer: (one.standing, one.proof) for one in hits(session, comparison, fingerprint).parties
        }

    not_known = (Standing.AT_RISK, Proof.CALLS)
    assert told(gone) == {"sends": (Standing.HURT, Proof.PARAMETERS), "sends-not": not_known}
    assert told(narrowed) == {"sends": (Standing.AT_RISK, Proof.PARAMETERS), "sends-not": not_known}
    assert hits(session, comparison, gone).parties[0].why == "7 calls sent the query parameter “status”."


def test_silence_of_whom_only_a_sample_is_told_proves_nothing(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    make_source(session)
    gone = make_finding(session, comparison, spelled(session, operation))
    stopped = make_consumer(session)
    for days in (102, 101, 100):
        make_usage(session, stopped, operation, days_ago(days)).sampling_rate = 0.1
    session.flush()
    [party] = hits(session, comparison, gone).parties
    assert (party.standing, party.proof) == (Standing.UNKNOWN, Proof.NOTHING)
    assert "only a sample of its calls is told" in party.why


def test_a_monthly_caller_that_is_silent_for_three_weeks_longer_than_the_window_is_at_risk(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    make_source(session)
    gone = make_finding(session, comparison, spelled(session, operation))
    monthly = make_consumer(session)
    for days in (95, 64, 33):
        make_usage(session, monthly, operation, days_ago(days))
    [party] = hits(session, comparison, gone).parties
    assert (party.standing, party.proof, party.calls) == (Standing.AT_RISK, Proof.SILENCE, 0)
    assert "it was silent for 31 days before: that proves nothing until Sun 6 Dec 2026" in party.why


def test_who_stopped_calling_is_not_hurt_where_every_source_can_be_trusted(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    gone = make_finding(session, comparison, spelled(session, operation))
    stopped = make_consumer(session)
    for days in (102, 101, 100):
        make_usage(session, stopped, operation, days_ago(days))
    [party] = hits(session, comparison, gone).parties
    assert (party.standing, party.proof) == (Standing.UNKNOWN, Proof.NOTHING)
    assert "No source of usage reports on this API" in party.why

    make_source(session)
    [party] = hits(session, comparison, gone).parties
    assert (party.standing, party.proof) == (Standing.NOT_HURT, Proof.SILENCE)


def test_who_never_called_it_is_counted_and_unknown_where_a_source_is_stale(
    session: Session, api: Api, operation: Operation, comparison: StoredComparison
) -> None:
    gone = make_finding(session, comparison, spelled(session, operation))
    other = make_operation(session, api, "GET /v1/quiet")
    make_usage(session, make_consumer(session), other, days_ago(1))
    source = make_source(session)
    assert hits(session, comparison, gone).counts[Standing.NOT_HURT] == 1

    source.last_event_at = days_ago(3)
    session.flush()
    found = hits(session, comparison, gone)
    assert (found.parties, found.counts[Standing.UNKNOWN], found.standing) == ((), 1, Standing.UNKNOWN)


def test_each_consumer_counts_once_by_its_worst_standing(
    session: Session, api: Api, operation: Operation, comparison: StoredComparison
) -> None:
    make_source(session)
    orders = spelled(session, make_operation(session, api, "GET /v1/orders"))
    quiet = make_operation(session, api, "GET /v1/quiet")
    make_finding(session, comparison, spelled(session, operation))
    make_finding(session, comparison, orders, operation, facts=FIELD_REMOVED, where=ANSWER)
    make_finding(session, comparison, orders, level="compatible")
    both, one, none = (make_consumer(session, slug) for slug in ("both", "one", "none"))
    make_usage(session, both, operation, days_ago(1), calls=5)
    make_usage(session, both, orders, days_ago(0.1), calls=7)
    make_usage(session, one, orders, days_ago(1))
    make_usage(session, none, quiet, days_ago(1))

    found = impact(session, comparison.id, now=NOW)
    assert [(who.consumer, who.standing, who.findings) for who in found.consumers] == [
        ("both", Standing.HURT, 2),
        ("one", Standing.AT_RISK, 1),
        ("none", Standing.NOT_HURT, 0),
    ]
    assert (found.hit, found.total, len(found.findings)) == (2, 3, 2)
    assert found.consumers[0].last_call_at == days_ago(0.1)
    assert found.findings[1].parties[0].calls == 12


def test_a_contract_has_the_word_before_the_calls(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    make_source(session)
    spelled(session, operation)
    field = make_finding(session, comparison, operation, facts=FIELD_REMOVED, where=ANSWER)
    for name, body in (("Reads it", {"total": 1}), ("Passes it over", {"id": 1}), ("Has left", {"total": 1})):
        interaction = {
            "request": {"method": "GET", "path": "/v1/orders/7"},
            "response": {"status": 200, "body": body},
        }
        data = pact(interaction, consumer={"name": name}, provider={"name": "orders"})
        receive(session, Offer(data, "upload", version="1.2.0"), by="dana", now=NOW)
    known = {one.slug: one for one in session.query(Consumer)}
    for slug in ("reads-it", "passes-it-over"):
        make_usage(session, with_key(session, known[slug]), operation, days_ago(1))
    make_usage(session, make_consumer(session, "untested"), operation, days_ago(1))

    found = hits(session, comparison, field)
    assert [(one.consumer, one.standing, one.proof, one.calls) for one in found.parties] == [
        ("reads-it", Standing.HURT, Proof.CONTRACT, 10),
        ("has-left", Standing.HURT, Proof.CONTRACT, 0),
        ("untested", Standing.AT_RISK, Proof.CALLS, 10),
        ("passes-it-over", Standing.NOT_HURT, Proof.CONTRACT, 10),
    ]
    assert {one.contract for one in found.parties} == {"1.2.0", None}
    assert impact(session, comparison.id, now=NOW).contracts == 3


def test_all_versions_of_a_contract_count_together(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    make_source(session)
    spelled(session, operation)
    field = make_finding(session, comparison, operation, facts=FIELD_REMOVED, where=ANSWER)
    for version, body in (("1.0.0", {"total": 1}), ("1.1.0", {"id": 1})):
        interaction = {
            "request": {"method": "GET", "path": "/v1/orders/7"},
            "response": {"status": 200, "body": body},
        }
        data = pact(interaction, consumer={"name": "Acme"}, provider={"name": "orders"})
        receive(session, Offer(data, "upload", version=version), by="dana", now=NOW)
    [party] = hits(session, comparison, field).parties
    assert (party.standing, party.contract) == (Standing.HURT, "1.1.0, 1.0.0")


@pytest.mark.parametrize(("sends", "standing"), [(0, Standing.NOT_HURT), (3, Standing.HURT)])
def test_calls_that_send_a_parameter_outweigh_a_contract_that_does_not(
    session: Session, operation: Operation, comparison: StoredComparison, sends: int, standing: Standing
) -> None:
    make_source(session)
    spelled(session, operation)
    removed = {"element": "parameter", "aspect": "existence", "action": "removed", "property": None}
    gone = make_finding(session, comparison, operation, facts=removed, where="query parameter state")
    data = pact(
        {"request": {"method": "GET", "path": "/v1/orders/7"}, "response": {"status": 200}},
        consumer={"name": "Acme"},
        provider={"name": "orders"},
    )
    receive(session, Offer(data, "upload"), by="dana", now=NOW)
    acme = with_key(session, session.query(Consumer).one())
    make_usage(session, acme, operation, days_ago(1))
    if sends:
        send(session, session.query(Credential).one(), operation, "state", sends)
    [party] = hits(session, comparison, gone).parties
    assert party.standing is standing


def test_a_finding_that_reaches_no_operation_hits_nobody(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    made = make_finding(session, comparison)
    make_usage(session, make_consumer(session), operation, days_ago(1))
    found = hits(session, comparison, made)
    assert (found.standing, found.counts[Standing.NOT_HURT]) == (Standing.NOT_HURT, 1)


def test_an_impact_is_outdated_once_contracts_or_a_days_calls_came_in(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    api_id = operation.api_id
    source = make_source(session)
    source.last_batch_at = NOW
    session.flush()
    assert outdated(session, api_id, days_ago(1), NOW) is None
    assert outdated(session, api_id, days_ago(2), NOW) == "Calls came in since it was worked out"
    receive(session, Offer(pact(provider={"name": "orders"}), "upload"), by="dana", now=NOW)
    told = "Contracts and calls came in since it was worked out"
    assert outdated(session, api_id, days_ago(2), NOW) == told
    assert outdated(session, api_id, NOW, NOW) is None


def test_an_impact_stays_as_it_stood_until_it_is_asked_for_again(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    assert latest(session, comparison.id) is None
    gone = make_finding(session, comparison, spelled(session, operation))
    acme = make_consumer(session)
    make_usage(session, acme, operation, days_ago(1))
    first = take(session, comparison.id, by="dana", now=NOW)
    acme.slug = "acme-two"
    make_usage(session, make_consumer(session, "late"), operation, NOW)
    session.flush()

    kept = latest(session, comparison.id)
    assert kept is not None
    assert kept == snapshot_of(session, comparison.id, first.id)
    assert [one.consumer for one in kept.consumers] == ["acme-sync"]
    assert (kept.at, kept.window_days, first.hurt) == (NOW, 30, 1)
    assert kept.of(gone) is not None

    later = NOW + timedelta(hours=2)
    again = take(session, comparison.id, by="dana", now=later)
    newest = latest(session, comparison.id)
    assert newest is not None
    assert (newest.at, newest.total) == (later, 2)
    assert [one.id for one in snapshots(session, comparison.id).items] == [again.id, first.id]


def test_old_impacts_are_forgotten_but_the_newest_of_each_comparison_stays(
    session: Session, comparison: StoredComparison
) -> None:
    for hours in (3, 2, 1):
        take(session, comparison.id, by="dana", now=NOW - timedelta(hours=hours))
    assert forget_snapshots(session, before=NOW) == 2
    [left] = snapshots(session, comparison.id).items
    assert left.taken_at == NOW - timedelta(hours=1)


def test_an_impact_is_the_same_after_json(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    make_finding(session, comparison, spelled(session, operation))
    make_usage(session, make_consumer(session), operation, days_ago(1))
    found = impact(session, comparison.id, now=NOW)
    assert impact_in(encoded(found)) == found
    nobody = impact_in(encoded(found), lambda _fingerprint, party: party["consumer"] == "other")
    assert nobody.findings[0].parties == ()
    assert nobody.findings[0].counts == found.findings[0].counts
