"""`sundial ingest --follow`: what is written meanwhile counts, and a stop leaves nothing half done."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.factories_consumers import combined_line
from tests.support.processes import child, first_line

SUNDIAL = Path(sys.executable).with_name("sundial")
pytestmark = pytest.mark.slow


def lines(first: int, last: int) -> bytes:
    at = f"{datetime.now(UTC):%d/%b/%Y:%H:%M:%S} +0000"
    return b"".join(combined_line(f"/v1/orders/{number}", at=at) for number in range(first, last))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_followed_log_survives_rotation_and_restart(tmp_path: Path, stop: signal.Signals) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(lines(0, 5))
    around = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SUNDIAL_DATA_DIR": str(tmp_path / "data")}
    command = [SUNDIAL, "ingest", log, "--source", "edge", "--follow"]
    with child(command, env=around) as process:
        assert f"{log}: 5 lines (combined)" in first_line(process)
        assert "no operation: GET" in first_line(process)
        log.rename(tmp_path / "access.log.1")
        log.write_bytes(lines(10, 13))
        assert f"{log}: 3 lines (combined)" in first_line(process)
        process.send_signal(stop)
        assert process.wait(60) == 0
    with log.open("ab") as file:
        file.write(lines(20, 22))
    with child(command, env=around) as process:
        assert f"{log}: 2 lines (combined)" in first_line(process)


def test_a_pipe_cannot_be_followed(tmp_path: Path) -> None:
    around = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SUNDIAL_DATA_DIR": str(tmp_path / "data")}
    command = [SUNDIAL, "ingest", "-", "--source", "edge", "--follow"]
    done = subprocess.run(command, env=around, capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 2
    assert "--follow is for files" in done.stderr
