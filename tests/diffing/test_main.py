"""The command as its users call it: real files, a process of its own, exit codes and both streams."""

import json
import os
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from diffing.__main__ import main
from diffing.contract import schema
from diffing.reports import REPORTS

pytestmark = pytest.mark.slow  # a process each

ROOT = Path(__file__).parents[2]
OLD = """\
openapi: 3.0.3
info: {title: Orders, version: 1.2.0}
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Order'}
      responses:
        '201': {description: Created}
  /ping:
    get:
      responses:
        '204': {description: Here}
components:
  schemas:
    Order:
      type: object
      properties:
        note:
          type: string
          maxLength: 500
"""
NEW = OLD.replace("maxLength: 500", "maxLength: 200").replace("1.2.0", "1.3.0")
RELAXED = OLD.replace("maxLength: 500", "maxLength: 900").replace("1.2.0", "1.3.0")
WAIVER = """\
format: 1
waivers:
  - rule: request-property-max-length-*
    reason: Nobody sends more.
    owner: orders team
    expires_on: 2027-01-31
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"a.yaml": OLD, "b.yaml": NEW, "relaxed.yaml": RELAXED, "policy.yaml": WAIVER}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(
    folder: Path, *arguments: str, stdin: str | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "diffing", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_comparison_without_a_gate_ends_with_0(folder: Path) -> None:
    done = run(folder, "a.yaml", "b.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 breaking change.\n")
    assert "a.yaml:25:11 → b.yaml:25:11" in done.stdout


def test_json_gives_the_contract_with_the_places_on_both_sides(folder: Path) -> None:
    done = run(folder, "a.yaml", "b.yaml", "--format", "json", "--today", "2026-11-22")
    data = json.loads(done.stdout)
    jsonschema_rs.Draft202012Validator(json.loads(schema()), validate_formats=True).validate(data)
    assert data["today"] == "2026-11-22"
    assert data["bump"] == {"needed": "major", "given": "minor"}
    (breaking,) = [each for each in data["findings"] if each["level"] == "breaking"]
    assert breaking["rule"] == "request-property-max-length-decreased"
    assert breaking["old"] == {
        "pointer": "/components/schemas/Order/properties/note/maxLength",
        "value": 500,
        "file": "a.yaml",
        "line": 25,
        "column": 11,
    }
    assert breaking["new"]["value"] == 200
    assert [(each["method"], each["path"]) for each in breaking["operations"]] == [("POST", "/orders")]


@pytest.mark.parametrize(
    ("new", "gate", "code"),
    [
        ("b.yaml", "breaking", 1),
        ("b.yaml", "dangerous", 1),
        ("relaxed.yaml", "dangerous", 0),
        ("relaxed.yaml", "compatible", 1),
        ("a.yaml", "compatible", 0),
    ],
)
def test_the_gate_closes_at_its_level_and_above(folder: Path, new: str, gate: str, code: int) -> None:
    assert run(folder, "a.yaml", new, "--fail-on", gate).returncode == code


def test_the_gate_sees_what_is_not_shown(folder: Path) -> None:
    done = run(folder, "a.yaml", "relaxed.yaml", "--fail-on", "compatible", "--level", "breaking")
    assert done.returncode == 1
    assert "Gate closed" in done.stdout


def test_a_waived_finding_opens_the_gate_and_stays_visible(folder: Path) -> None:
    done = run(
        folder,
        "a.yaml",
        "b.yaml",
        "--fail-on",
        "breaking",
        "--policy",
        "policy.yaml",
        "--today",
        "2027-01-31",
    )
    assert done.returncode == 0
    assert "Waived by orders team, until 2027-01-31: Nobody sends more." in done.stdout


def test_an_expired_waiver_closes_the_gate_again_and_is_named(folder: Path) -> None:
    done = run(
        folder,
        "a.yaml",
        "b.yaml",
        "--fail-on",
        "breaking",
        "--policy",
        "policy.yaml",
        "--today",
        "2027-02-01",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("policy.yaml:3: the waiver of request-property-max-length-*")
    assert "expired on 2027-01-31" in done.stderr


def test_stability_is_read_from_the_old_document(folder: Path) -> None:
    beta = "      operationId: createOrder\n      x-stability-level: beta\n"
    (folder / "beta.yaml").write_text(OLD.replace("      operationId: createOrder\n", beta), encoding="utf-8")
    (folder / "policy.yaml").write_text(
        "format: 1\nlevels:\n  - {stability: beta, level: compatible}\n", encoding="utf-8"
    )
    gate = ("--policy", "policy.yaml", "--fail-on", "breaking")
    assert run(folder, "beta.yaml", "b.yaml", *gate).returncode == 0
    assert run(folder, "a.yaml", "b.yaml", *gate).returncode == 1


def test_a_document_may_come_from_standard_input(folder: Path) -> None:
    done = run(folder, "-", "b.yaml", "--format", "json", stdin=OLD)
    assert json.loads(done.stdout)["summary"]["breaking"] == 1


def test_a_document_may_come_from_a_git_revision(folder: Path) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "a.yaml"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)
    (folder / "a.yaml").write_text(NEW, encoding="utf-8")
    done = run(folder, "HEAD:a.yaml", "a.yaml", "--format", "github")
    assert "::error file=a.yaml,line=25,col=11,title=breaking%3A request-property-max-length" in done.stdout


def test_every_format_is_written(folder: Path) -> None:
    written = {name: run(folder, "a.yaml", "b.yaml", "--format", name) for name in REPORTS}
    assert {name for name, done in written.items() if done.returncode or done.stderr} == set()
    assert all("maxLength" in done.stdout for done in written.values())
    assert json.loads(written["sarif"].stdout)["version"] == "2.1.0"
    assert ET.fromstring(written["junit"].stdout).get("failures") == "1"


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_format_closes_the_gate_alike(folder: Path, name: str) -> None:
    assert run(folder, "a.yaml", "b.yaml", "--format", name, "--fail-on", "breaking").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.yaml", "missing.yaml"], "missing.yaml: cannot be read"),
        (["a.yaml", "broken.yaml"], "broken.yaml:3:"),
        (["a.yaml", "empty.yaml"], "empty.yaml:1:1: is empty"),
        (["a.yaml", "b.yaml", "--policy", "missing.yaml"], "missing.yaml: cannot be read"),
        (["a.yaml", "b.yaml", "--policy", "bad.yaml"], "bad.yaml:1: format must be 1"),
        (["-", "-"], "-: OLD and NEW cannot both be standard input"),
        (["a.yaml", "b.yaml", "--template", "policy.yaml"], "--template: only a changelog has one"),
        (["a.yaml", "b.yaml", "--format", "changelog", "--template", "no.md"], "no.md: cannot be read"),
        (["a.yaml"], "the following arguments are required: NEW"),
        (["a.yaml", "b.yaml", "--fail-on", "editorial"], "argument --fail-on: invalid choice"),
        (["a.yaml", "b.yaml", "--today", "tomorrow"], "argument --today: 'tomorrow' is no day"),
    ],
)
def test_what_cannot_be_compared_ends_with_2_and_a_message_and_prints_nothing(
    folder: Path, arguments: list[str], message: str
) -> None:
    (folder / "broken.yaml").write_text('openapi: 3.0.3\ninfo:\n  title: "a" b\n', encoding="utf-8")
    (folder / "empty.yaml").write_text("", encoding="utf-8")
    (folder / "bad.yaml").write_text("format: 9\n", encoding="utf-8")
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schemas_are_printed_without_documents(folder: Path) -> None:
    for option, name in (("--schema", "comparison"), ("--policy-schema", "policy")):
        done = run(folder, option)
        assert done.returncode == 0
        assert done.stdout == schema(name)


def test_the_bytes_do_not_depend_on_the_hash_seed(folder: Path) -> None:
    outputs = {
        run(
            folder, "a.yaml", "b.yaml", "--format", "json", "--today", "2026-11-22", PYTHONHASHSEED=seed
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


def test_a_reader_that_goes_away_changes_no_verdict(folder: Path) -> None:
    command = [sys.executable, "-m", "diffing", "a.yaml", "b.yaml", "--fail-on", "breaking"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        command, cwd=folder, env=environment, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (1, b"")


def test_the_command_starts_without_the_server(folder: Path) -> None:
    script = (
        "import sys; from datetime import date; from diffing.__main__ import main;"
        "main(['a.yaml', 'b.yaml', '--format', 'json'], today=date(2026, 11, 22));"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"flask", "sqlalchemy", "werkzeug", "jinja2", "alembic", "requests"} & set(done.stderr.split())


def test_a_crash_is_no_verdict(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(import_module("diffing.compare"), "compare", crash)
    monkeypatch.chdir(folder)
    assert main(["a.yaml", "b.yaml", "--fail-on", "breaking"], today=date(2026, 11, 22)) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("the comparison failed; please report this with both documents")
    assert "RuntimeError: planted" in err


def test_no_colour_reaches_a_file(folder: Path) -> None:
    assert "\x1b" not in run(folder, "a.yaml", "b.yaml").stdout


def test_a_terminal_gets_colour_unless_it_declines(folder: Path) -> None:
    assert "\x1b[1;31m" in on_a_terminal(folder, NO_COLOR="", TERM="xterm")
    assert "\x1b" not in on_a_terminal(folder, NO_COLOR="1", TERM="xterm")
    assert "\x1b" not in on_a_terminal(folder, NO_COLOR="", TERM="dumb")


def on_a_terminal(folder: Path, **env: str) -> str:
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    command = [sys.executable, "-m", "diffing", "a.yaml", "b.yaml"]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        pass  # Linux ends a terminal that nobody writes to any more with an error.
    finally:
        os.close(ours)
        process.wait(timeout=60)
    return shown.decode("utf-8")


def test_what_needs_more_memory_than_there_is_ends_with_2_and_says_so(folder: Path) -> None:
    for name in "ab":
        held = {f"{name}{number}": {"type": "string"} for number in range(20_000)}
        body = {"content": {"application/json": {"schema": {"type": "object", "properties": held}}}}
        paths = {"/a": {"post": {"requestBody": body, "responses": {}}}}
        tree = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
        (folder / f"{name}.json").write_text(json.dumps(tree), encoding="utf-8")
    command = """\
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (120 << 20, 120 << 20))
sys.argv = ["diffing", "a.json", "b.json"]
runpy.run_module("diffing", None, "__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "more memory than there is" in done.stderr
