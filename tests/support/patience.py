"""Waiting for what another process does: until it is so, and no longer."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_BETWEEN_SECONDS = 0.1


def eventually(question: Callable[[], T], *, seconds: float = 60) -> T:
    """Ask until the answer is true, and return it; raise TimeoutError with the last one."""
    until = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > until:
            raise TimeoutError(f"within {seconds} s the answer remained {answer!r}")
        time.sleep(_BETWEEN_SECONDS)
    return answer
