"""Lines of pieces of a log, and their texts, many at once: one by one costs several times as much.

A piece is one or more whole lines; the last one's end may be missing.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

_AT_ONCE = 1 << 16  # bytes: more of them leave the processor's cache before they are read
_BROKEN = ""  # of a line that is no UTF-8: no reader of usual lines makes anything of it


def pieces(text: bytes, begin: int = 0) -> Iterator[bytes]:
    """Yield a text's lines from a place on, many at a time."""
    while begin < len(text):
        end = text.find(b"\n", begin + _AT_ONCE) + 1 or len(text)
        yield text[begin:end]
        begin = end


def split(many: Iterable[bytes]) -> Iterator[bytes]:
    """Return each line of some pieces, without its end."""
    return chain.from_iterable(map(_lines, many))


def decoded(many: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    """Return each line of some pieces with its text; the text is empty where the line is no UTF-8."""
    return chain.from_iterable(zip(_lines(piece), _texts(piece), strict=False) for piece in many)


def _lines(piece: bytes) -> list[bytes]:
    lines = piece.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _texts(piece: bytes) -> list[str]:
    try:
        return piece.decode().split("\n")
    except UnicodeDecodeError:
        return [_text(line) for line in piece.split(b"\n")]


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return _BROKEN
