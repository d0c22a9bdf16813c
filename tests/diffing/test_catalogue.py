from pathlib import Path

import pytest

from diffing.catalogue import Rule, catalogue
from diffing.finding import Direction, Level
from diffing.rules_page import main, page
from tests.diffing import test_cases

pytestmark = pytest.mark.slow

Rules = dict[str, Rule]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return {rule.id: rule for rule in catalogue()}


def levels(rule: Rule) -> list[Level]:
    return [ruling.level for ruling in rule.rulings]


def test_a_limit_lowered_breaks_senders_and_spares_readers(rules: Rules) -> None:
    assert levels(rules["request-property-max-length-decreased"]) == [Level.BREAKING]
    assert levels(rules["response-property-max-length-decreased"]) == [Level.COMPATIBLE]
    (ruling,) = rules["request-property-max-length-decreased"].rulings
    assert not ruling.is_convention
    assert (ruling.example.old["maxLength"], ruling.example.new["maxLength"]) == (500, 200)


def test_a_convention_says_so(rules: Rules) -> None:
    worst, mild = rules["response-property-enum-value-added"].rulings
    assert (worst.level, mild.level) == (Level.DANGEROUS, Level.COMPATIBLE)
    assert worst.is_convention
    assert mild.is_convention


def test_what_no_rule_looks_at_is_in_the_catalogue_as_residue(rules: Rules) -> None:
    assert rules["api-other-added"].by == "residue"
    assert rules["api-extension-changed"].by == "rule"
    assert rules["api-removed-without-deprecation"].by == "rule"


def test_every_keyword_is_judged_in_both_directions(rules: Rules) -> None:
    requests = {rule.removeprefix("request-body-") for rule in rules if rule.startswith("request-body-m")}
    responses = {rule.removeprefix("response-body-") for rule in rules if rule.startswith("response-body-m")}
    assert requests - {"media-type-added", "media-type-removed"} == responses
    assert rules["request-body-min-items-set"].direction is Direction.REQUEST


def test_every_rule_of_the_case_tables_has_an_example_in_the_catalogue(rules: Rules) -> None:
    met = set()
    for parameters in test_cases.cases():
        (case,) = parameters.values
        old, new = test_cases.tree(case, "old"), test_cases.tree(case, "new")
        found = (*test_cases.findings(old, new), *test_cases.findings(new, old))
        met |= {finding.rule for finding in found if finding.by == "rule"}
    assert met - set(rules) == set()


def test_the_page_has_a_row_for_each_ruling(rules: Rules) -> None:
    every = tuple(rules.values())
    rows = [line for line in page(every).splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(rule.rulings) for rule in every)
    assert "| `request-property-max-length-decreased` | breaking | law: " in page(every)


def test_a_page_out_of_date_is_told_and_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rules.md"
    assert main(["--check", str(path)]) == 1
    assert "is out of date" in capsys.readouterr().err
    assert main([str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith("# Rules\n")


def test_a_cell_cannot_end_its_row(rules: Rules) -> None:
    rule: Rule = rules["request-property-pattern-added"]
    assert all(line.count(" | ") == 3 for line in page((rule,)).splitlines() if line.startswith("| `"))
