"""Branches of unions that share values: what one of them gains, `oneOf` may refuse."""

from typing import Any

from diffing.finding import Direction, Level
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
