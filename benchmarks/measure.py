"""Time processes and calls side by side: A B A B ..., and ratios of neighbours, since a machine drifts."""

import gc
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import gettempdir

LIMIT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: wall time, the most memory that it held, processor time; 0 for what was not measured."""

    seconds: float
    megabytes: float = 0.0
    processor: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Medians of two rivals, and the ratio of each pair of neighbouring runs: first divided by second."""

    first: Sample
    second: Sample
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return median(self.ratios)


class TooSlow(Exception):
    """A process did not end within LIMIT_SECONDS."""


class Failed(Exception):
    """A process ended with a code that means it did not do its work."""


Run = Callable[[], Sample]


def process(command: Sequence[str], folder: Path, *, accepted: Sequence[int] = (0,)) -> Run:
    """Return a run of a whole process, its output thrown away.

    Python finds its code compiled from the second run on, as whoever installed it does.
    """
    compiled = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(gettempdir(), "sundial-bytecode")),
    }

    def run() -> Sample:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **compiled},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        previous = signal.signal(signal.SIGALRM, lambda *_: os.killpg(child.pid, signal.SIGKILL))
        signal.alarm(LIMIT_SECONDS)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, previous)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == -signal.SIGKILL and seconds >= LIMIT_SECONDS:
            raise TooSlow(f"more than {LIMIT_SECONDS} s")
        if child.returncode not in accepted:
            raise Failed(f"ended with {child.returncode}")
        return Sample(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)

    return run


def call(work: Callable[[], object], repeats: int = 1) -> Run:
    """Return a run of a call in this process, without the garbage collector, as the command runs."""

    def run() -> Sample:
        gc.collect()
        gc.disable()
        began, busy = time.perf_counter(), time.process_time()
        for _ in range(repeats):
            work()
        seconds, processor = time.perf_counter() - began, time.process_time() - busy
        gc.enable()
        return Sample(seconds / repeats, processor=processor / repeats)

    return run


def side_by_side(first: Run, second: Run, rounds: int, *, busy: bool = False) -> Outcome:
    """Run both in turn, after one unmeasured run each that fills the caches.

    `busy` compares processor time, of all threads together, in place of wall time.
    """
    first(), second()
    pairs = [(_timed(first(), busy), _timed(second(), busy)) for _ in range(rounds)]
    firsts, seconds = zip(*pairs, strict=True)
    return Outcome(_middle(firsts), _middle(seconds), tuple(a.seconds / b.seconds for a, b in pairs))


def _timed(sample: Sample, busy: bool) -> Sample:
    return replace(sample, seconds=sample.processor) if busy else sample


def _middle(samples: Sequence[Sample]) -> Sample:
    return Sample(
        median(sample.seconds for sample in samples), median(sample.megabytes for sample in samples)
    )
