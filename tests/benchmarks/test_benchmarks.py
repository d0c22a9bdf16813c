"""The benchmarks run and tell what they did. What they measure is never asserted."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import generated
from benchmarks.measure import Failed, Sample, process, side_by_side
from benchmarks.scaling import GROWTHS
from diffing.load import load

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
YARDSTICKS = ROOT / "benchmarks" / "yardsticks"


def taking(*seconds: float) -> Callable[[], Sample]:
    left = iter((99.0, *seconds))  # the first run is not measured
    return lambda: Sample(next(left), 10.0)


def test_the_ratio_is_the_median_of_neighbours_and_not_of_medians() -> None:
    outcome = side_by_side(taking(2.0, 40.0, 9.0), taking(1.0, 10.0, 3.0), 3)
    assert outcome.ratios == (2.0, 4.0, 3.0)
    assert outcome.ratio == 3.0
    assert (outcome.first, outcome.second) == (Sample(9.0, 10.0), Sample(3.0, 10.0))


def test_a_process_that_fails_is_not_measured() -> None:
    with pytest.raises(Failed, match="ended with 3"):
        process([sys.executable, "-c", "raise SystemExit(3)"], ROOT)()


def test_a_process_is_measured_with_its_memory() -> None:
    sample = process([sys.executable, "-c", "pass"], ROOT)()
    assert sample.seconds > 0
    assert sample.megabytes > 1


@pytest.mark.parametrize("growth", GROWTHS, ids=[growth.job for growth in GROWTHS])
def test_each_generated_pair_can_be_read_and_differs(growth: object) -> None:
    old, new = (generated.text(make(growth.small)) for make in (growth.old, growth.new))  # type: ignore[attr-defined]
    assert old != new
    assert load(old, "old.json").dialect == load(new, "new.json").dialect == "openapi-3.0"


@pytest.mark.parametrize("yardstick", ["parse_json", "compose_yaml", "whole_deepdiff"])
def test_each_yardstick_does_its_work(yardstick: str, tmp_path: Path) -> None:
    suffix = "yaml" if yardstick == "compose_yaml" else "json"
    files = [tmp_path / f"{name}.{suffix}" for name in ("old", "new")]
    for file, longest in zip(files, (500, 200), strict=True):
        file.write_bytes(generated.text(generated.ordinary(2, longest=longest)))
    subprocess.run([sys.executable, YARDSTICKS / f"{yardstick}.py", *files], check=True, capture_output=True)


def test_a_run_prints_its_table_and_writes_its_rows(tmp_path: Path) -> None:
    told = tmp_path / "told" / "rows.json"
    command = [sys.executable, "-m", "benchmarks", "--rounds", "1", "--only", "whole command", "--json", told]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert "orjson parses both" in done.stdout
    (row,) = json.loads(told.read_text(encoding="utf-8"))["rows"]
    assert row["job"].startswith("whole command generated")
    assert row["ratio"] > 0
