from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from diffing.catalogue import catalogue
from diffing.document import Document
from diffing.finding import Direction, Finding, Level, Reach, Waived
from diffing.load import load
from diffing.policy import Override, Policy, Waiver, apply, asks_statements, epitaphs, govern, strangers
from diffing.policy_facts import Statement, Statements, statements
from diffing.rule_sets import CHANGES, levels_in, newest
from tests.diffing.findings import (
    CREATE_ORDER,
    GONE,
    NEW_HEADER,
    NEW_STATE,
    NEW_WORDS,
    SHORTER_NOTE,
    TODAY,
    WAIVED,
    comparison,
    finding,
)

INTERNAL = Reach("GET", "/internal/jobs", None, "response 200")


def override(level: Level, **criteria: Any) -> Override:
    blank = dict.fromkeys(("rule", "direction", "path", "stability", "audience", "reason"))
    return Override(level=level, **{**blank, "line": 7, **criteria})


def waiver(**criteria: Any) -> Waiver:
    blank = dict.fromkeys(("fingerprint", "rule", "pointer"))
    approval = {"reason": "Agreed.", "owner": "orders team", "expires_on": TODAY, "line": 9}
    return Waiver(**{**blank, **approval, **criteria})


def policy(*rows: Override | Waiver) -> Policy:
    overrides = tuple(row for row in rows if isinstance(row, Override))
    return Policy("policy.yaml", overrides, tuple(row for row in rows if isinstance(row, Waiver)))


def after(ruling: Policy, *findings: Any, stated: Statements | None = None) -> tuple[Finding, ...]:
    return apply(ruling, findings, today=TODAY, stated=stated or {})


def levels(ruling: Policy, *findings: Any, **stated: Any) -> list[Level]:
    return [each.level for each in after(ruling, *findings, **stated)]


def test_an_empty_policy_changes_nothing() -> None:
    assert after(policy(), GONE, NEW_STATE) == (GONE, NEW_STATE)


def test_a_rule_gets_the_level_that_the_policy_says_and_the_finding_says_so() -> None:
    ruling = policy(
        override(Level.COMPATIBLE, rule="response-property-enum-*", reason="Readers tolerate it.")
    )
    (changed,) = after(ruling, NEW_STATE)
    assert changed.level is Level.COMPATIBLE
    assert changed.why == (
        f"{NEW_STATE.why} The policy at policy.yaml:7 makes it compatible, not dangerous: "
        "Readers tolerate it."
    )


def test_the_last_row_that_selects_a_finding_holds() -> None:
    rows = (override(Level.EDITORIAL, rule="*"), override(Level.DANGEROUS, rule=SHORTER_NOTE.rule))
    assert levels(policy(*rows), SHORTER_NOTE) == [Level.DANGEROUS]
    assert levels(policy(*reversed(rows)), SHORTER_NOTE) == [Level.EDITORIAL]


def test_all_criteria_of_a_row_must_select() -> None:
    row = override(Level.COMPATIBLE, rule="*", direction=Direction.RESPONSE)
    assert levels(policy(row), SHORTER_NOTE) == [Level.BREAKING]
    assert levels(policy(row), NEW_STATE) == [Level.COMPATIBLE]


def test_a_shared_finding_is_lowered_only_where_all_its_operations_match() -> None:
    row = override(Level.COMPATIBLE, path="/internal/**")
    shared = finding(operations=(CREATE_ORDER, INTERNAL))
    assert levels(policy(row), finding(operations=(INTERNAL,))) == [Level.COMPATIBLE]
    assert levels(policy(row), shared) == [Level.BREAKING]


def test_a_shared_finding_is_raised_where_one_of_its_operations_matches() -> None:
    row = override(Level.BREAKING, path="/orders/**")
    assert levels(policy(row), NEW_STATE) == [Level.BREAKING]


def test_a_path_selects_no_finding_that_reaches_no_operation() -> None:
    assert levels(policy(override(Level.BREAKING, path="**")), NEW_WORDS) == [Level.EDITORIAL]


def test_an_operation_that_states_no_stability_is_stable() -> None:
    lowered = policy(override(Level.COMPATIBLE, stability="beta"))
    assert levels(lowered, SHORTER_NOTE) == [Level.BREAKING]
    assert levels(lowered, SHORTER_NOTE, stated={("POST", "/orders"): Statement("beta")}) == [
        Level.COMPATIBLE
    ]
    assert levels(policy(override(Level.DANGEROUS, stability="stable")), SHORTER_NOTE) == [Level.DANGEROUS]
    assert asks_statements(lowered)
    assert not asks_statements(policy(override(Level.COMPATIBLE, path="/x")))


def test_findings_come_back_sorted_by_their_new_levels() -> None:
    ruling = policy(override(Level.EDITORIAL, rule=GONE.rule), override(Level.BREAKING, rule=NEW_HEADER.rule))
    outcome = after(ruling, GONE, SHORTER_NOTE, NEW_HEADER)
    assert [each.rule for each in outcome] == [SHORTER_NOTE.rule, NEW_HEADER.rule, GONE.rule]


@pytest.mark.parametrize(
    "criteria",
    [
        {"fingerprint": SHORTER_NOTE.fingerprint},
        {"rule": "request-property-*"},
        {"pointer": "/components/schemas/Item/**"},
        {"rule": SHORTER_NOTE.rule, "pointer": "/**/note/maxLength"},
    ],
)
def test_a_waiver_covers_what_all_its_criteria_select(criteria: dict[str, str]) -> None:
    ruling = policy(waiver(**criteria))
    outcome = after(ruling, GONE, SHORTER_NOTE)
    assert outcome == (GONE, finding(waived=Waived("Agreed.", "orders team", TODAY)))
    assert epitaphs(ruling, outcome, today=TODAY) == ()


def test_a_waiver_by_pointer_sees_the_old_place_of_what_was_removed() -> None:
    (outcome,) = after(policy(waiver(pointer="/paths/~1orders~1{id}/*")), GONE)
    assert outcome.waived


def test_a_waiver_that_expired_yesterday_waives_nothing_and_is_named() -> None:
    ended = waiver(fingerprint=SHORTER_NOTE.fingerprint, expires_on=TODAY - timedelta(days=1))
    outcome = after(policy(ended), SHORTER_NOTE)
    assert outcome == (SHORTER_NOTE,)
    assert epitaphs(policy(ended), outcome, today=TODAY) == (
        "policy.yaml:9: the waiver of 3f2a9c41d0be by orders team expired on 2026-11-21 and no longer "
        "applies; findings that stand again: 1; renew it or undo the change",
    )


def test_an_expired_waiver_that_covers_nothing_any_more_is_to_be_deleted() -> None:
    ended = waiver(rule="gone-*", pointer="/x", expires_on=date(2020, 1, 1))
    (note,) = epitaphs(policy(ended), [SHORTER_NOTE], today=TODAY)
    assert note.endswith(
        "the waiver of gone-* at /x by orders team expired on 2020-01-01 and no longer applies; delete it"
    )


def test_a_waiver_given_before_the_policy_is_kept() -> None:
    known = finding(waived=WAIVED)
    assert after(policy(waiver(rule="*")), known) == (known,)


def test_the_needed_version_step_follows_the_policy() -> None:
    before = comparison(SHORTER_NOTE, NEW_WORDS)
    governed = govern(policy(waiver(fingerprint=SHORTER_NOTE.fingerprint)), before, {})
    assert governed.bump.needed == "patch"
    assert governed.bump.given == "minor"


def test_an_audience_selects_only_operations_that_state_it() -> None:
    inside = {("POST", "/orders"): Statement(audience="company-internal")}
    row = policy(override(Level.COMPATIBLE, audience="company-internal"))
    assert levels(row, SHORTER_NOTE, stated=inside) == [Level.COMPATIBLE]
    assert levels(row, SHORTER_NOTE) == [Level.BREAKING]
    assert levels(row, finding(operations=(CREATE_ORDER, INTERNAL)), stated=inside) == [Level.BREAKING]
    assert asks_statements(row)


def document(text: str) -> Document:
    return load(text.encode(), "api.yaml")


def test_the_nearest_statement_holds_and_the_old_document_goes_first() -> None:
    spec = """\
openapi: 3.0.3
info: {title: t, version: '1', x-audience: external-public}
paths:
  /a:
    x-stability-level: beta
    get: {responses: {}}
    put: {x-audience: company-internal, x-stability-level: alpha, responses: {}}
  /b:
    get: {responses: {}}
"""
    old, new = document(spec), document(spec.replace("external-public", "external-partner"))
    assert statements(old, new) == {
        ("GET", "/a"): Statement("beta", "external-public"),
        ("PUT", "/a"): Statement("alpha", "company-internal"),
        ("GET", "/b"): Statement(None, "external-public"),
    }
    silent = document(spec.replace(", x-audience: external-public", ""))
    assert statements(silent, new)["GET", "/b"] == Statement(None, "external-partner")


def test_a_policy_keeps_the_levels_of_the_rule_set_that_it_names_until_a_row_says_otherwise() -> None:
    changes = {1: {}, 2: {NEW_STATE.rule: Level.COMPATIBLE}, 3: {NEW_STATE.rule: Level.EDITORIAL}}
    assert levels_in(1, changes) == {NEW_STATE.rule: Level.COMPATIBLE}
    assert levels_in(2, changes) == {NEW_STATE.rule: Level.EDITORIAL}
    assert levels_in(3, changes) == {}
    pinned = replace(policy(), earlier=levels_in(1, changes))
    (outcome,) = after(pinned, NEW_STATE)
    assert outcome.level is Level.COMPATIBLE
    assert outcome.why == (
        f"{NEW_STATE.why} The rule set that policy.yaml names has it compatible, not dangerous"
    )
    overruled = replace(policy(override(Level.BREAKING, rule="*")), earlier=levels_in(1, changes))
    assert levels(overruled, NEW_STATE) == [Level.BREAKING]


@pytest.mark.slow
def test_the_table_of_rule_sets_names_rules_of_the_catalogue_only() -> None:
    known = {rule.id for rule in catalogue()}
    assert all(set(rules) <= known for rules in CHANGES.values())
    assert set(CHANGES) == set(range(1, newest() + 1))


def test_rows_that_name_no_rule_are_told_and_counted() -> None:
    rules = {"response-property-removed", "request-property-removed"}
    known = [
        override(Level.BREAKING, rule="*-property-removed"),
        waiver(rule="request-property-removed"),
        override(Level.BREAKING, path="/a"),
    ]
    typos = [override(Level.BREAKING, rule=f"no-such-{number}") for number in range(5)]

    assert strangers(policy(*known), rules) == ()
    *named, more = strangers(policy(*known, *typos), rules)
    assert [note.partition(",")[0] for note in named] == [
        f"policy.yaml:7: no rule is called no-such-{number}" for number in range(3)
    ]
    assert more == "policy.yaml: rows that name no rule: 2 more"
