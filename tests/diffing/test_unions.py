"""Branches of unions that share values: what one of them gains, `oneOf` may refuse."""

from typing import Any

from diffing.finding import Direction, Level, WitnessStatus
from tests.support.oracle import Side, findings


def tagged(kind: str, most: int, **more: Any) -> dict[str, Any]:
    return {"properties": {"kind": {"enum": [kind]}, "size": {"maximum": most}}, "type": "object", **more}


def levels(old: list[Any], new: list[Any]) -> dict[Direction, Level]:
    return {f.direction: f.level for f in findings(Side({"oneOf": old}), Side({"oneOf": new}))}


def test_branches_told_apart_by_what_none_requires_share_the_values_without_it() -> None:
    other = tagged("b", 5)
    told = levels([tagged("a", 5), other], [tagged("a", 9), other])
    assert told == {Direction.REQUEST: Level.DANGEROUS, Direction.RESPONSE: Level.BREAKING}


def test_one_branch_that_requires_its_tag_is_apart_from_all_others() -> None:
    other = tagged("b", 5)
    told = levels([tagged("a", 5, required=["kind"]), other], [tagged("a", 9, required=["kind"]), other])
    assert told == {Direction.REQUEST: Level.COMPATIBLE, Direction.RESPONSE: Level.BREAKING}


def test_a_witness_is_refused_by_the_union_and_not_by_its_branch_alone() -> None:
    """Text of five characters is refused by the branch that changed, and accepted by the other."""
    longer = {"type": "string", "minLength": 5, "pattern": "x"}
    old, new = ({"anyOf": [{"type": "string", "maxLength": most}, longer]} for most in (9, 4))
    (finding,) = [f for f in findings(Side(old), Side(new)) if f.direction is Direction.REQUEST]
    assert finding.witness is not None
    assert 5 <= len(finding.witness.value) <= 9
    assert "x" not in finding.witness.value


def test_a_branch_whose_values_another_branch_accepts_is_not_proved() -> None:
    old, new = (
        {
            "anyOf": [
                {"type": "string", "pattern": "^a", "maxLength": most},
                {"type": "string", "minLength": 3},
            ]
        }
        for most in (9, 4)
    )
    (finding,) = [f for f in findings(Side(old), Side(new)) if f.direction is Direction.REQUEST]
    assert finding.witness_status is WitnessStatus.GAVE_UP
