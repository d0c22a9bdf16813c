from typing import Any

from diffing.unfolding import Unfolding


def ref(number: int) -> dict[str, str]:
    return {"$ref": f"#/$defs/s{number}"}


def levels(step: str, count: int) -> dict[str, Any]:
    made: dict[str, Any] = {f"s{n}": {step: [ref(n + 1), {"allOf": [ref(n + 1)]}]} for n in range(count)}
    return {**made, f"s{count}": {"type": "string"}}


def test_a_place_that_is_led_to_in_too_many_ways_is_not_bounded() -> None:
    for step in ("allOf", "anyOf", "oneOf"):
        assert Unfolding(levels(step, 10)).is_bounded(ref(0))
        assert not Unfolding(levels(step, 40)).is_bounded(ref(0))


def test_what_stands_below_a_property_counts_by_itself() -> None:
    chain = {f"s{n}": {"properties": {"a": ref(n + 1), "b": ref(n + 1)}} for n in range(2_000)}
    assert Unfolding(chain).is_bounded(ref(0))
    assert not Unfolding(levels("allOf", 40)).is_bounded({"properties": {"a": {"items": ref(0)}}})


def test_a_schema_that_leads_back_to_itself_ends() -> None:
    assert Unfolding({"s0": {"allOf": [ref(0), {"not": ref(0)}], "items": ref(0)}}).is_bounded(ref(0))
