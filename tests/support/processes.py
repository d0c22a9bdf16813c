"""A child process that never outlives the block it was started in."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""
_PATIENCE_SECONDS = 40


@contextmanager
def child(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, errors: TextIO | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Start a command in the project's folder; ask it to end, then kill it, if it still runs at the end.

    Its input and output are pipes; `errors` is the file for its standard error, instead of ours.
    """
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            _end(process)


def first_line(process: subprocess.Popen[str]) -> str:
    """Wait for the next line that a child prints; empty when it ended without one."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()  # so that it can end children of its own
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
