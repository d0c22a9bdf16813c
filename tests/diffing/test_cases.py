"""The case tables: old and new, and the findings that the law asks for.

A case names a whole document (`old`, `new`) or a schema and the place it stands at (`at`). Each is also
compared with itself, which finds nothing, and backwards, where every effect is the other way round.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from diffing.compare import compare
from diffing.finding import Effect, Finding
from tests.diffing.specs import document, skeleton, with_schema

TODAY = date(2026, 11, 22)
FOLDER = Path(__file__).parent / "cases"
MIRROR = {Effect.NARROWS: Effect.WIDENS, Effect.WIDENS: Effect.NARROWS}
Case = dict[str, Any]


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['case']}")
        for file in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    ]


def tree(case: Case, side: str) -> dict[str, Any]:
    version = str(case.get(f"{side}_version", case.get("version", "3.0.3")))
    value = case[side]
    if "at" in case:
        components = case.get(f"{side}_components", case.get("components"))
        return with_schema(value, case["at"], version, components)
    return {**skeleton(version), **value}


def findings(old: dict[str, Any], new: dict[str, Any]) -> tuple[Finding, ...]:
    return compare(document(old, "old"), document(new, "new"), today=TODAY).findings


@pytest.mark.parametrize("case", cases())
def test_the_findings_are_those_that_the_law_asks_for(case: Case) -> None:
    found = findings(tree(case, "old"), tree(case, "new"))
    shown = [
        f"{finding.rule} {finding.level}"
        for finding in found
        if finding.level != "editorial" or case.get("all")
    ]
    assert sorted(shown) == sorted(case["expect"])


@pytest.mark.parametrize("case", cases())
def test_a_document_compared_with_itself_gives_nothing(case: Case) -> None:
    for side in ("old", "new"):
        assert findings(tree(case, side), tree(case, side)) == ()


@pytest.mark.parametrize("case", cases())
def test_comparing_backwards_turns_every_effect_round(case: Case) -> None:
    forth = findings(tree(case, "old"), tree(case, "new"))
    back = findings(tree(case, "new"), tree(case, "old"))
    assert Counter(MIRROR.get(f.effect, f.effect) for f in forth) == Counter(f.effect for f in back)
    if "back" in case:
        shown = [f"{finding.rule} {finding.level}" for finding in back if finding.level != "editorial"]
        assert sorted(shown) == sorted(case["back"])
