"""`sundial consumer import`: what would change, what does, and what is wrong with a list."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interfaces.cli import sundial


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUNDIAL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sundial, list(arguments))


def test_a_list_is_tried_and_then_imported(folder: Path) -> None:
    path = folder / "people.csv"
    path.write_text("consumer,name\nshop,The shop\n")
    tried = run("consumer", "import", str(path), "--dry-run")
    assert "consumer registered  shop" in tried.stdout
    assert tried.stderr == "Nothing was changed: leave --dry-run out to do so.\n"
    assert "There are no consumers" in run("consumer", "list").stdout
    assert run("consumer", "import", str(path)).exit_code == 0
    assert "The shop" in run("consumer", "list").stdout
    assert "Nothing changes" in run("consumer", "import", str(path)).stdout


def test_a_file_that_tells_no_format_is_asked_for_one(folder: Path) -> None:
    path = folder / "people"
    path.write_text("consumer,name\nshop,The shop\n")
    assert "say which format it has" in str(run("consumer", "import", str(path)).exception)
    assert run("consumer", "import", str(path), "--format", "csv").exit_code == 0
