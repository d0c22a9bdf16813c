"""docs/comparison.md is tried: its policy is read, its template followed, its formats are all there are."""

import re
from pathlib import Path

from diffing.policy_file import read_policy
from diffing.reports import REPORTS
from diffing.reports.changelog import render
from diffing.reports.view import View
from tests.diffing.findings import ONE_OF_EACH, comparison

PAGE = (Path(__file__).parents[2] / "docs" / "comparison.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_policy_shown_is_one() -> None:
    policy = read_policy(block("yaml").encode(), "policy.yaml")
    assert len(policy.overrides) == 4
    assert len(policy.waivers) == 2


def test_the_template_shown_is_one() -> None:
    entry = render(View(comparison(*ONE_OF_EACH), template=("mine.md", block("jinja"))))
    assert entry.startswith("# 1.3.0\n## `POST /orders`\n- **breaking** The longest note")


def test_every_format_is_described() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(REPORTS)
