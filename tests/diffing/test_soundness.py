"""Soundness: where a value shows that requests narrow or responses widen, the comparison says so.

An independent validator is the judge. The conventions that lower a level leave the effect as it is, so
effects are what is held to the truth.
"""

from datetime import date
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from diffing.compare import compare
from diffing.finding import Effect
from tests.diffing import schema_pairs
from tests.diffing.specs import document, with_schema

TODAY = date(2026, 11, 22)
PAIRS = 100
VALUES = 80


def effects(old: Any, new: Any, place: str) -> set[Effect]:
    one, other = (document(with_schema(schema, place, "3.1.0")) for schema in (old, new))
    return {finding.effect for finding in compare(one, other, today=TODAY).findings}


def violations(seed: int, pairs: int) -> list[str]:
    """Draw pairs and answer those that a value refutes."""
    random = Random(seed)
    found = []
    for _ in range(pairs):
        old = schema_pairs.schema(random)
        new = schema_pairs.edited(random, old)
        before, after = (jsonschema_rs.Draft202012Validator(schema) for schema in (old, new))
        values = [schema_pairs.value(random) for _ in range(VALUES)] + schema_pairs.listed([old, new])
        verdicts = {(before.is_valid(value), after.is_valid(value)) for value in values}
        for place, verdict, effect in (
            ("request", (True, False), Effect.NARROWS),
            ("response", (False, True), Effect.WIDENS),
        ):
            said = effects(old, new, place)
            if verdict in verdicts and not said & {effect, Effect.SWAPS, Effect.UNKNOWN}:
                found.append(f"{place}: {old} -> {new}")
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_value_refutes_the_comparison(seed: int) -> None:
    assert violations(seed, PAIRS) == []


@pytest.mark.slow
def test_no_value_refutes_the_comparison_of_thousands() -> None:
    assert violations(99, 5000) == []
