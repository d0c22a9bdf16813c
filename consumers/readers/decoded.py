"""Lines as bytes and as text side by side, decoded many at once: one by one costs several times as much."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

_AT_ONCE = 4096
_BROKEN = ""  # of a line that is no UTF-8: no reader of usual lines makes anything of it


def decoded(lines: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    """Return each line with its text; the text is empty where the line is no UTF-8."""
    return chain.from_iterable(zip(many, _texts(many), strict=True) for many in _chunks(lines))


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(lines)
    while many := list(islice(rest, _AT_ONCE)):
        yield many


def _texts(many: list[bytes]) -> list[str]:
    try:
        texts = b"\n".join(many).decode().split("\n")
    except UnicodeDecodeError:
        return [_text(line) for line in many]
    return texts if len(texts) == len(many) else [_text(line) for line in many]


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return _BROKEN
