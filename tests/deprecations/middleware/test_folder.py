"""The folder of the middleware, as somebody finds it who copied it into a project of theirs."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deprecations import middleware
from deprecations.middleware.rule_table import RuleTable

FOLDER = Path(middleware.__file__).parent
SERVICE = """
from edge_rules.wsgi import DeprecationHeaders
rule = {"methods": ["GET"], "template": "/v1/orders/{id}"}
rule |= {"deprecation": 1688169599, "sunset": None, "links": []}
def orders(environ, start_response):
    start_response("200 OK", [])
    return [b"it"]
def start_response(status, headers):
    print(dict(headers)["Deprecation"])
print(b"".join(DeprecationHeaders(orders, rules={"rules": [rule]})(
    {"REQUEST_METHOD": "GET", "PATH_INFO": "/v1/orders/7"}, start_response
)))
"""


@pytest.mark.slow
def test_a_copy_of_it_works_by_itself_under_another_name(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "edge_rules", ignore=shutil.ignore_patterns("__pycache__"))
    bare = [sys.executable, "-S", "-E", "-c", SERVICE]
    told = subprocess.run(bare, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["@1688169599", "b'it'"]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_it_needs_nothing_but_the_standard_library(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    outside = plain + [node.module or "" for node in named if node.level == 0]
    assert {name.split(".")[0] for name in outside} <= sys.stdlib_module_names
    assert {node.level for node in named} <= {0, 1}


@pytest.mark.parametrize("given", [{}, [], {"rules": [{}]}, {"rules": [{"methods": ["GET"]}]}])
def test_a_rule_set_that_is_none_is_refused_at_once(given: Any) -> None:
    with pytest.raises(ValueError, match="this is no rule set"):
        RuleTable(given)


def test_a_rule_set_with_a_pattern_that_is_none_is_refused() -> None:
    rule = {
        "methods": ["GET"],
        "template": "/a",
        "unless": ["("],
        "deprecation": 1,
        "sunset": None,
        "links": [],
    }
    with pytest.raises(ValueError, match="this is no rule set"):
        RuleTable({"rules": [rule]})
