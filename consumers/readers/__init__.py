"""One file for each format of usage, and the table that finds them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from consumers.hit import Broken, Hit
from consumers.readers import combined, ndjson

Reader = Callable[[Iterable[bytes]], Iterator[Hit | Broken | None]]

READERS: dict[str, Reader] = {
    "ndjson": ndjson.read,
    "combined": combined.read,
}


def recognise(first_lines: Sequence[bytes]) -> str | None:
    """Return the format that makes most of the lines out, None where none makes out any."""
    best = max(READERS, key=lambda name: _hits(name, first_lines))
    return best if _hits(best, first_lines) else None


def _hits(name: str, lines: Sequence[bytes]) -> int:
    return sum(isinstance(item, Hit) for item in READERS[name](lines))
