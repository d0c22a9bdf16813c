"""`python -m benchmarks`: measure, print a table, write it as JSON.

Ratios are medians over rounds in which both sides ran in turn; times beside them are medians and drift with
the machine. Exit code 0 whatever is measured: this informs, and decides nothing.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.commands import Absent, races
from benchmarks.measure import Failed, Outcome, Run, TooSlow, side_by_side
from benchmarks.scaling import GROWTHS, runs
from tests.support.corpus import folder

Row = dict[str, Any]
_COLUMNS = "{job:<62} {yardstick:<25} {ratio:>7} {spread:>13} {target:>12} {ours:>9} {theirs:>9} {memory:>9}"


def main() -> None:
    wanted = _arguments()
    rivals = Path(os.environ["SUNDIAL_RIVALS"]) if "SUNDIAL_RIVALS" in os.environ else None
    machine = _machine()
    print(*(f"{name}: {value}" for name, value in machine.items()), sep="\n")
    if machine["load"] > (os.cpu_count() or 1) + 0.5 and not wanted.processor_time:
        print("The machine is busy: ratios are rough; --processor-time tells more.", file=sys.stderr)
    print(_COLUMNS.format(job="job", yardstick="yardstick", ratio="ratio", spread="min-max", target="target",
                          ours="ours ms", theirs="theirs ms", memory="ours MB"))  # fmt: skip
    rows = []
    with tempfile.TemporaryDirectory() as workbench:
        for row in _rows(wanted, rivals, Path(workbench)):
            print(_line(row), flush=True)
            rows.append(row)
    if wanted.json:
        wanted.json.parent.mkdir(parents=True, exist_ok=True)
        wanted.json.write_text(
            json.dumps({"machine": machine, "processor_time": wanted.processor_time, "rows": rows}, indent=1)
            + "\n",
            encoding="utf-8",
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measured runs of each side (default: 5)")
    parser.add_argument("--only", default="", help="measure jobs whose name or yardstick holds this")
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="count that, not wall time: where others work too",
    )
    parser.add_argument("--json", type=Path, help="where to write the rows")
    return parser.parse_args()


def _rows(wanted: argparse.Namespace, rivals: Path | None, workbench: Path) -> Iterator[Row]:
    for race in races(folder(), rivals, workbench):
        if isinstance(race, Absent):
            if wanted.only in race.what:
                yield {"job": race.what, "skipped": race.why}
        elif wanted.only in f"{race.job} {race.yardstick}":
            first, second = (race.ours, race.theirs) if race.ours_first else (race.theirs, race.ours)
            row = {"job": race.job, "yardstick": race.yardstick, "at_most": race.ours_first}
            yield {**row, **_measured(first, second, wanted, race.ours_first), **_targets(race)}
    for growth in GROWTHS:
        if wanted.only in growth.job:
            large, small = runs(growth)
            row = {"job": growth.job, "yardstick": "itself, the smaller", "at_most": True}
            yield {**row, **_measured(large, small, wanted, True), **_targets(growth)}


def _targets(row: Any) -> Row:
    return {"target": row.target, "then": row.then}


def _measured(first: Run, second: Run, wanted: argparse.Namespace, ours_first: bool) -> Row:
    try:
        outcome = side_by_side(first, second, wanted.rounds, busy=wanted.processor_time)
    except (TooSlow, Failed) as error:
        return {"skipped": f"a process {error}"}
    ours, theirs = (outcome.first, outcome.second) if ours_first else (outcome.second, outcome.first)
    return {
        "ratio": round(outcome.ratio, 3),
        "spread": _spread(outcome),
        "ours_ms": round(ours.seconds * 1000, 1),
        "theirs_ms": round(theirs.seconds * 1000, 1),
        "ours_mb": round(ours.megabytes, 1),
        "theirs_mb": round(theirs.megabytes, 1),
    }


def _spread(outcome: Outcome) -> list[float]:
    return [round(min(outcome.ratios), 3), round(max(outcome.ratios), 3)]


def _line(row: Row) -> str:
    if "skipped" in row:
        return f"{row['job']:<62} {row.get('yardstick', ''):<25} skipped: {row['skipped']}"
    sign = "<=" if row["at_most"] else ">="
    targets = [f"{each:g}" for each in (row["target"], row["then"]) if each is not None]
    return _COLUMNS.format(
        job=row["job"],
        yardstick=row["yardstick"],
        ratio=f"{row['ratio']:.2f}",
        spread="{:.2f}-{:.2f}".format(*row["spread"]),
        target=f"{sign} {', '.join(targets)}",
        ours=f"{row['ours_ms']:.1f}",
        theirs=f"{row['theirs_ms']:.1f}",
        memory=f"{row['ours_mb']:.0f}",
    )


def _machine() -> Row:
    models = [line for line in _text("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    return {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "processor": models[0].partition(": ")[2] if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def _text(path: str) -> str:
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    main()
