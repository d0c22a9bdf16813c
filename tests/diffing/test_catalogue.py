from diffing.catalogue import Rule, catalogue
from diffing.finding import Direction, Level
from diffing.rules_page import main, page
from tests.diffing import test_cases

RULES = {rule.id: rule for rule in catalogue()}


def levels(rule: str) -> list[Level]:
    return [ruling.level for ruling in RULES[rule].rulings]


def test_a_limit_lowered_breaks_senders_and_spares_readers() -> None:
    assert levels("request-property-max-length-decreased") == [Level.BREAKING]
    assert levels("response-property-max-length-decreased") == [Level.COMPATIBLE]
    (ruling,) = RULES["request-property-max-length-decreased"].rulings
    assert not ruling.is_convention
    assert (ruling.example.old["maxLength"], ruling.example.new["maxLength"]) == (500, 200)


def test_a_convention_says_so() -> None:
    worst, mild = RULES["response-property-enum-value-added"].rulings
    assert (worst.level, mild.level) == (Level.DANGEROUS, Level.COMPATIBLE)
    assert worst.is_convention
    assert mild.is_convention


def test_what_no_rule_looks_at_is_in_the_catalogue_as_residue() -> None:
    assert RULES["api-extension-changed"].by == "residue"
    assert RULES["api-removed-without-deprecation"].by == "rule"


def test_every_keyword_is_judged_in_both_directions() -> None:
    requests = {rule.removeprefix("request-body-") for rule in RULES if rule.startswith("request-body-m")}
    responses = {rule.removeprefix("response-body-") for rule in RULES if rule.startswith("response-body-m")}
    assert requests - {"media-type-added", "media-type-removed"} == responses
    assert RULES["request-body-min-items-set"].direction is Direction.REQUEST


def test_every_rule_of_the_case_tables_has_an_example_in_the_catalogue() -> None:
    met = set()
    for parameters in test_cases.cases():
        (case,) = parameters.values
        old, new = test_cases.tree(case, "old"), test_cases.tree(case, "new")
        found = (*test_cases.findings(old, new), *test_cases.findings(new, old))
        met |= {finding.rule for finding in found if finding.by == "rule"}
    assert met - set(RULES) == set()


def test_the_page_has_a_row_for_each_ruling() -> None:
    rules = tuple(RULES.values())
    rows = [line for line in page(rules).splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(rule.rulings) for rule in rules)
    assert "| `request-property-max-length-decreased` | breaking | law: " in page(rules)


def test_a_page_out_of_date_is_told(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "rules.md"
    assert main(["--check", str(path)]) == 1
    assert "is out of date" in capsys.readouterr().err
    assert main([str(path)]) == 0
    assert main(["--check", str(path)]) == 0


def test_a_cell_cannot_end_its_row() -> None:
    rule: Rule = RULES["request-property-pattern-added"]
    assert all(line.count(" | ") == 3 for line in page((rule,)).splitlines() if line.startswith("| `"))
