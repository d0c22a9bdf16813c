"""`python -m benchmarks.ingest`: from a log file to committed counts, beside merely decoding the same events.

Whole processes, in turn: `sundial ingest` of a file into a fresh SQLite database, and a process that decodes
each line of the same calls as NDJSON with orjson. The share is the yardstick's processor time by ours: lines
per second as a part of what decoding alone reaches, on a machine that others use, too.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.ingest_traffic import Call, calls, templates, write_ndjson, write_nginx
from benchmarks.measure import Run, Sample, process, side_by_side

ROOT = Path(__file__).parents[1]
YARDSTICK = ROOT / "benchmarks" / "yardsticks" / "decode_lines.py"
SUNDIAL = Path(sys.executable).with_name("sundial")
OPERATIONS = 1_800
FORMATS: dict[str, tuple[Callable[[Path, Iterable[Call]], None], float, float]] = {
    "nginx combined": (write_nginx, 0.25, 0.45),
    "NDJSON": (write_ndjson, 0.30, 0.50),
}
"""What writes each, and the share that is wanted first, and then."""


def main() -> None:
    wanted = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _prepare(home / "empty")
        traffic = list(calls(wanted.lines, templates(OPERATIONS)))
        write_ndjson(home / "events", traffic)
        print(f"{wanted.lines} lines, {wanted.rounds} rounds, load {os.getloadavg()[0]:.1f}")
        print(f"{'format':<16}{'lines/s':>10}{'decoding':>12}{'share':>9}{'wanted':>9}{'then':>7}{'MB':>6}")
        for name, (write, first, then) in FORMATS.items():
            write(home / "log", traffic)
            _measure(home, name, wanted, first, then)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _measure(home: Path, name: str, wanted: argparse.Namespace, first: float, then: float) -> None:
    data = home / "data"
    command = [
        "env",
        f"SUNDIAL_DATA_DIR={data}",
        str(SUNDIAL),
        "ingest",
        str(home / "log"),
        "--source",
        "edge",
    ]
    ours = _on_fresh_data(process(command, ROOT), home / "empty", data)
    decoding = process([sys.executable, str(YARDSTICK), str(home / "events")], ROOT)
    outcome = side_by_side(decoding, ours, wanted.rounds, busy=True)
    rates = (wanted.lines / outcome.second.seconds, wanted.lines / outcome.first.seconds)
    print(
        f"{name:<16}{rates[0]:>10,.0f}{rates[1]:>12,.0f}{outcome.ratio:>9.1%}{first:>9.0%}{then:>7.0%}"
        f"{outcome.second.megabytes:>6.0f}",
        flush=True,
    )


def _on_fresh_data(run: Run, empty: Path, data: Path) -> Run:
    def fresh() -> Sample:
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(empty, data)
        return run()

    return fresh


def _prepare(folder: Path) -> None:
    """Make a data folder whose database knows the operations."""
    from interfaces.migrate import upgrade
    from interfaces.runtime import make_runtime
    from interfaces.settings import Settings
    from tests.support.factories_consumers import publish_templates

    runtime = make_runtime(Settings(data_dir=folder))
    upgrade(runtime.settings.database)
    with runtime.database.transaction() as session:
        publish_templates(session, "things", "1.0.0", templates(OPERATIONS))
    runtime.database.engine.dispose()


if __name__ == "__main__":
    main()
