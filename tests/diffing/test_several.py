"""Several specs in one call: which belong together, one report each, one answer for all."""

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from diffing.__main__ import main
from diffing.contract import schema
from diffing.errors import SpecError
from diffing.sources import looks_like_root
from diffing.spec_sets import Pair, pairs

pytestmark = pytest.mark.slow  # a repository of git's, or several documents, each

TODAY = date(2026, 11, 22)
SPEC = """\
openapi: 3.0.3
info: {title: Orders, version: 1.2.0}
paths:
  /orders:
    get:
      responses:
        '200':
          description: All
          content:
            application/json:
              schema: {type: array, maxItems: 5}
"""
HARMLESS = SPEC.replace("description: All", "description: All of them")
BROKEN = SPEC.replace("type: array", "type: object")
PART = "type: object\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments, today=TODAY)
        return code, *capfd.readouterr()

    return call


def commit(folder: Path) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.test", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *who, *command], cwd=folder, check=True)


def answer(printed: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(printed)
    validator = jsonschema_rs.Draft202012Validator(json.loads(schema("comparisons")), validate_formats=True)
    validator.validate(data)
    return data


def test_specs_are_paired_by_their_path_below_the_folder_a_pattern_begins_with(folder: Path) -> None:
    write(folder, old__a_yaml=SPEC, old__b_yml=SPEC, new__a_yaml=SPEC, new__c_json='{"openapi": "3.0.3"}')
    found, notes = pairs("old/*", "new/*", each=False)
    assert found == (
        Pair("a.yaml", "old/a.yaml", "new/a.yaml"),
        Pair("b.yml", "old/b.yml", None, "new/b.yml"),
        Pair("c.json", None, "new/c.json", "old/c.json"),
    )
    assert notes == ()


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("new/*.yaml", ["a.yaml"]),
        ("new/*/*.yaml", ["x/b.yaml"]),
        ("new/**/*.yaml", ["a.yaml", "x/b.yaml", "x/y/c.yaml"]),
        ("./new/x/**", ["b.yaml", "y/c.yaml"]),
        ("*/a.yaml", ["new/a.yaml"]),
    ],
)
def test_a_star_stays_within_a_folder_and_two_go_through_all(
    folder: Path, pattern: str, paths: list[str]
) -> None:
    write(folder, new__a_yaml=SPEC, new__x__b_yaml=SPEC, new__x__y__c_yaml=SPEC, new__x__readme_md=SPEC)
    (folder / "new/.hidden").mkdir()
    (folder / "new/.hidden/d.yaml").write_text(SPEC)
    (folder / "new/.e.yaml").write_text(SPEC)
    assert [pair.path for pair in pairs(pattern, pattern, each=False)[0]] == paths


def test_a_pattern_of_a_revision_finds_what_that_revision_holds(folder: Path) -> None:
    write(folder, specs__a_yaml=SPEC, specs__x__b_yaml=SPEC, other_yaml=SPEC)
    commit(folder)
    (folder / "specs/a.yaml").unlink()
    write(folder, specs__c_yaml=SPEC)
    expected = [
        Pair("a.yaml", "main:specs/a.yaml", None, "specs/a.yaml"),
        Pair("c.yaml", None, "specs/c.yaml", "main:specs/c.yaml"),
    ]
    assert list(pairs("main:specs/*.yaml", "specs/*.yaml", each=False)[0]) == expected
    assert [pair.path for pair in pairs("main:specs", "main:", each=True)[0]] == [
        "a.yaml", "other.yaml", "specs/a.yaml", "specs/x/b.yaml", "x/b.yaml",
    ]  # fmt: skip
    assert [pair.path for pair in pairs(":specs/**", ":specs/**", each=False)[0]] == ["a.yaml", "x/b.yaml"]


def test_files_that_are_no_spec_on_either_side_are_passed_over_and_named(folder: Path) -> None:
    write(folder, old__a_yaml=SPEC, new__a_yaml=SPEC, old__part_yaml=PART, new__part_yaml=PART)
    write(folder, **{f"new__part{number}_yaml": PART for number in range(3)})
    found, notes = pairs("old/*", "new/*", each=False)
    assert [pair.path for pair in found] == ["a.yaml"]
    assert notes == (
        "part.yaml, part0.yaml, part1.yaml and 1 more: no OpenAPI document on either side, passed over",
    )


def test_a_spec_that_stopped_being_one_is_refused_and_not_passed_over(folder: Path, run: Run) -> None:
    write(folder, old__a_yaml=SPEC, new__a_yaml=PART, old__b_yaml=SPEC, new__b_yaml="openapi: 3.0.3\n x")
    write(folder, old__c_yaml=SPEC, new__c_yaml=SPEC)
    code, out, err = run("old", "new", "--each")
    assert (code, out) == (2, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["new/a.yaml", "new/b.yaml"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["old/*", "new"], "new: is no pattern, and the other argument is one; give two patterns"),
        (["old/*.yaml", "nwe/*.yaml"], "nwe: cannot be read: No such file or directory"),
        (
            ["old/*.yaml", "new/*.yml"],
            "new/*.yml: matches no OpenAPI document; correct the pattern or folder",
        ),
        (["old/*.yaml", "gone:new/*"], "gone:new/*: cannot be read (git knows no revision gone here)"),
        (["old", "new/a.yaml", "--each"], "new/a.yaml: cannot be read: Not a directory"),
        (["old/*.yaml", "-c:new/*"], "-c:new/*: cannot be read (a revision cannot begin with a dash)"),
    ],
)
def test_a_side_that_names_no_specs_is_refused(
    folder: Path, run: Run, arguments: list[str], message: str
) -> None:
    write(folder, old__a_yaml=SPEC, new__a_yaml=SPEC)
    code, out, err = run(*([] if "--each" in arguments else ["--"]), *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_file_may_hold_a_star_in_its_name(folder: Path, run: Run) -> None:
    write(folder, a_yaml=SPEC)
    (folder / "b*.yaml").write_text(SPEC)
    code, out, _ = run("a.yaml", "b*.yaml")
    assert code == 0
    assert out.startswith("Nothing changed.\n  old  a.yaml")


@pytest.mark.parametrize(
    ("text", "is_root"),
    [
        (b"# words\n\nopenapi: 3.0.3\n", True),
        (b'\xef\xbb\xbf"swagger" : "2.0"\n', True),
        (b'{"info": {}, "openapi": "3.1.0"}', True),
        (b'{\n  "swagger": "2.0"\n}', True),
        (b"info: {}\nopenapi: 3.0.3\n", True),
        (b"example:\n  openapi: 3.0.3\n", False),
        (b"openapis: 3\n", False),
        (b'{"text": "write \\"openapi\\": \\"3.0.3\\""}', False),
        (b"", False),
    ],
)
def test_a_root_is_known_by_its_outermost_object(text: bytes, is_root: bool) -> None:
    assert looks_like_root(text) is is_root


def test_the_answer_holds_a_comparison_for_each_spec_worst_first(folder: Path, run: Run) -> None:
    write(folder, old__a_yaml=SPEC, old__b_yaml=SPEC, old__c_yaml=SPEC, old__gone_yaml=SPEC)
    write(folder, new__a_yaml=SPEC, new__b_yaml=BROKEN, new__c_yaml=HARMLESS, new__fresh_yaml=SPEC)
    code, out, err = run("old/*", "new/*", "--format", "json")
    assert (code, err) == (0, "")
    data = answer(out)
    assert [(spec["path"], spec["fate"]) for spec in data["specs"]] == [
        ("b.yaml", "compared"),
        ("gone.yaml", "removed"),
        ("fresh.yaml", "added"),
        ("c.yaml", "compared"),
        ("a.yaml", "compared"),
    ]
    assert data["today"] == "2026-11-22"
    totals = [sum(spec["comparison"]["summary"].values()) for spec in data["specs"]]
    assert totals[-1] == 0
    assert sum(data["summary"].values()) == sum(totals)


def test_a_removed_spec_removes_its_operations_and_an_added_one_adds_them(folder: Path, run: Run) -> None:
    write(folder, old__gone_yaml=SPEC, new__fresh_yaml=SPEC)
    data = answer(run("old/*", "new/*", "--format", "json")[1])
    gone, fresh = (spec["comparison"] for spec in data["specs"])
    for comparison, action, level in ((gone, "removed", "breaking"), (fresh, "added", "compatible")):
        (finding,) = comparison["findings"]
        assert (finding["element"], finding["action"], finding["level"]) == ("operation", action, level)
        assert [(each["method"], each["path"]) for each in finding["operations"]] == [("GET", "/orders")]
    assert (gone["new"]["source"], gone["new"]["version"]) == ("new/gone.yaml", "")
    assert gone["bump"] == {"needed": "major", "given": None}


def test_a_removed_spec_closes_the_gate_until_it_is_waived(folder: Path, run: Run) -> None:
    write(folder, old__a_yaml=SPEC, old__gone_yaml=SPEC, new__a_yaml=SPEC)
    (folder / "policy.yaml").write_text(
        "format: 1\nwaivers: [{pointer: /paths/**, reason: r, owner: o, expires_on: 2026-11-22}]\n"
    )
    assert run("old/*", "new/*", "--fail-on", "breaking")[0] == 1
    assert run("old/*", "new/*", "--fail-on", "breaking", "--policy", "policy.yaml")[0] == 0


@pytest.mark.parametrize(
    ("changed", "gate", "code"),
    [(BROKEN, "breaking", 1), (HARMLESS, "breaking", 0), (HARMLESS, "compatible", 0), (BROKEN, None, 0)],
)
def test_the_exit_code_is_that_of_the_worst_spec(
    folder: Path, run: Run, changed: str, gate: str | None, code: int
) -> None:
    write(folder, old__a_yaml=SPEC, old__b_yaml=SPEC, new__a_yaml=SPEC, new__b_yaml=changed)
    assert run("old", "new", "--each", *(("--fail-on", gate) if gate else ()))[0] == code


def test_one_policy_rules_all_and_an_expired_waiver_is_named_once(folder: Path, run: Run) -> None:
    write(folder, old__a_yaml=SPEC, old__b_yaml=SPEC, new__a_yaml=BROKEN, new__b_yaml=BROKEN)
    policy = (
        "format: 1\nlevels: [{rule: '*', level: dangerous}]\n"
        "waivers: [{rule: '*', reason: r, owner: o, expires_on: 2026-11-21}]\n"
    )
    (folder / "policy.yaml").write_text(policy)
    code, out, err = run("old/*", "new/*", "--fail-on", "breaking", "--policy", "policy.yaml")
    assert code == 0
    assert out.startswith("No breaking change in 2 specs.\n")
    (note,) = err.splitlines()
    assert "findings that stand again: " in note


def test_the_schema_of_several_comparisons_stands_alone(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--schema", "comparisons"], today=TODAY)
    printed = json.loads(capfd.readouterr().out)
    assert jsonschema_rs.meta.is_valid(printed)
    assert printed["$defs"]["comparison"] == json.loads(schema())


def test_a_pattern_that_matches_too_much_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diffing.spec_sets.MAX_CANDIDATES", 2)
    write(folder, **{f"a{number}_yaml": PART for number in range(3)})
    with pytest.raises(SpecError, match=r"^\*: matches more than 2 files; give a narrower one"):
        pairs("*", "*", each=False)
