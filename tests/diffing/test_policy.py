from datetime import date, timedelta
from typing import Any

import pytest

from diffing.finding import Direction, Level, Reach, Waived
from diffing.policy import Override, Policy, Waiver, apply, asks_stability, govern
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
    blank = dict.fromkeys(("rule", "direction", "path", "stability", "reason"))
    return Override(level=level, **{**blank, "line": 7, **criteria})


def waiver(**criteria: Any) -> Waiver:
    blank = dict.fromkeys(("fingerprint", "rule", "pointer"))
    approval = {"reason": "Agreed.", "owner": "orders team", "expires_on": TODAY, "line": 9}
    return Waiver(**{**blank, **approval, **criteria})


def policy(*rows: Override | Waiver) -> Policy:
    overrides = tuple(row for row in rows if isinstance(row, Override))
    return Policy("policy.yaml", overrides, tuple(row for row in rows if isinstance(row, Waiver)))


def levels(
    ruling: Policy, *findings: Any, stability: dict[tuple[str, str], str] | None = None
) -> list[Level]:
    return [each.level for each in apply(ruling, findings, today=TODAY, stability=stability or {}).findings]


def test_an_empty_policy_changes_nothing() -> None:
    assert apply(policy(), [GONE, NEW_STATE], today=TODAY, stability={}).findings == (GONE, NEW_STATE)


def test_a_rule_gets_the_level_that_the_policy_says_and_the_finding_says_so() -> None:
    ruling = policy(
        override(Level.COMPATIBLE, rule="response-property-enum-*", reason="Readers tolerate it.")
    )
    changed = apply(ruling, [NEW_STATE], today=TODAY, stability={}).findings[0]
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
    assert levels(lowered, SHORTER_NOTE, stability={("POST", "/orders"): "beta"}) == [Level.COMPATIBLE]
    assert levels(policy(override(Level.DANGEROUS, stability="stable")), SHORTER_NOTE) == [Level.DANGEROUS]
    assert asks_stability(lowered)
    assert not asks_stability(policy(override(Level.COMPATIBLE, path="/x")))


def test_findings_come_back_sorted_by_their_new_levels() -> None:
    ruling = policy(override(Level.EDITORIAL, rule=GONE.rule), override(Level.BREAKING, rule=NEW_HEADER.rule))
    after = apply(ruling, [GONE, SHORTER_NOTE, NEW_HEADER], today=TODAY, stability={}).findings
    assert [each.rule for each in after] == [SHORTER_NOTE.rule, NEW_HEADER.rule, GONE.rule]


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
    outcome = apply(policy(waiver(**criteria)), [GONE, SHORTER_NOTE], today=TODAY, stability={})
    assert outcome.findings == (GONE, finding(waived=Waived("Agreed.", "orders team", TODAY)))
    assert outcome.notes == ()


def test_a_waiver_by_pointer_sees_the_old_place_of_what_was_removed() -> None:
    outcome = apply(policy(waiver(pointer="/paths/~1orders~1{id}/*")), [GONE], today=TODAY, stability={})
    assert outcome.findings[0].waived


def test_a_waiver_that_expired_yesterday_waives_nothing_and_is_named() -> None:
    ended = waiver(fingerprint=SHORTER_NOTE.fingerprint, expires_on=TODAY - timedelta(days=1))
    outcome = apply(policy(ended), [SHORTER_NOTE], today=TODAY, stability={})
    assert outcome.findings == (SHORTER_NOTE,)
    assert outcome.notes == (
        "policy.yaml:9: the waiver of 3f2a9c41d0be by orders team expired on 2026-11-21 and no longer "
        "applies; findings that stand again: 1; renew it or undo the change",
    )


def test_an_expired_waiver_that_covers_nothing_any_more_is_to_be_deleted() -> None:
    ended = waiver(rule="gone-*", pointer="/x", expires_on=date(2020, 1, 1))
    (note,) = apply(policy(ended), [SHORTER_NOTE], today=TODAY, stability={}).notes
    assert note.endswith(
        "the waiver of gone-* at /x by orders team expired on 2020-01-01 and no longer applies; delete it"
    )


def test_a_waiver_given_before_the_policy_is_kept() -> None:
    known = finding(waived=WAIVED)
    assert apply(policy(waiver(rule="*")), [known], today=TODAY, stability={}).findings == (known,)


def test_the_needed_version_step_follows_the_policy() -> None:
    before = comparison(SHORTER_NOTE, NEW_WORDS)
    after, _ = govern(policy(waiver(fingerprint=SHORTER_NOTE.fingerprint)), before, {})
    assert after.bump.needed == "patch"
    assert after.bump.given == "minor"
