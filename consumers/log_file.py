"""A log being read block by block, knowing at every place the digest of all that came before it.

Places are counted in decompressed bytes, so a log that was compressed by rotation has the places it had
before. What the blocks hold is not looked at here.
"""

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from consumers.errors import ConsumersError
from consumers.readers.decoded import pieces

START_DIGEST = hashlib.sha256().hexdigest()
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 20
_LONGEST_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a log: what precedes it, in bytes and lines, and whether a line begins there."""

    offset: int
    digest: str
    lines: int
    begins_line: bool
    state: Any  # the hash object, to go on from; never changed


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a log, and the places where they begin and end."""

    text: bytes
    start: Place
    end: Place

    def pieces(self) -> Iterator[bytes]:
        """Return the lines, many at a time; what is left of a line that was begun before is none."""
        begin = 0 if self.start.begins_line else self.text.find(b"\n") + 1 or len(self.text)
        return pieces(self.text, begin)


class LogFile:
    """An open log, plain, gzip or zstd by its first bytes. `size` is the file's on disk, None for a pipe."""

    def __init__(self, raw: BinaryIO, name: str, size: int | None) -> None:
        self._raw = raw if hasattr(raw, "peek") else io.BufferedReader(cast("io.RawIOBase", raw))
        self.name = name
        self.size = size
        self._stream: Any = _unpacked(cast("io.BufferedReader", self._raw))
        self._kept = b""
        self._ended = False
        self.place = Place(0, START_DIGEST, 0, begins_line=True, state=hashlib.sha256())

    @property
    def is_cut(self) -> bool:
        """Whether the file lost what was read of it: its writer began anew in the same file."""
        return os.fstat(self._raw.fileno()).st_size < self.place.offset

    def is_at(self, path: Path) -> bool:
        """Tell whether the path still names this file."""
        try:
            return os.path.samestat(path.stat(), os.fstat(self._raw.fileno()))
        except FileNotFoundError:
            return False

    @property
    def bytes_done(self) -> int:
        """How far reading came, in bytes on disk."""
        return self._raw.tell() if self.size is not None else self.place.offset

    def first_lines(self, count: int) -> list[bytes]:
        """Return the first lines, each with its end; stay at the start."""
        found = [self._checked(self._stream.readline, _LONGEST_HEAD) for _number in range(count)]
        self.go(self.place)
        return found

    def head(self) -> tuple[str, bool]:
        """Return the SHA-256 of the first line, and whether there is one with its end; stay at the start."""
        first, ending, _rest = self._checked(self._stream.readline, _LONGEST_HEAD).partition(b"\n")
        self.go(self.place)
        return hashlib.sha256(first).hexdigest(), bool(ending) or len(first) == _LONGEST_HEAD

    def go(self, place: Place) -> None:
        """Go on reading at a place that was reached before."""
        self._stream.seek(place.offset)
        self._kept = b""
        self._ended = False
        self.place = place

    def skip_to(self, offset: int) -> bool:
        """Read on to an offset that lies ahead; tell whether the log reaches it."""
        while self.place.offset < offset:
            piece = self._read(min(_PIECE, offset - self.place.offset))
            if not piece:
                return False
            self.place = _after(self.place, piece)
        return True

    def block(self, size: int, *, follow: bool) -> Block | None:
        """Return about `size` bytes of whole lines, None at the end; what is appended meanwhile is not read.

        A last line that has no end yet waits when the log is followed; else it is taken, and what may be
        appended to it later is left out: a line counts once.
        """
        if self._ended:
            return None
        text, self._kept = self._read(size, self._kept), b""
        self._ended = len(text) < size
        cut = text.rfind(b"\n") + 1
        breaks_off = self._ended and not follow
        overlong = not self._ended and not cut
        if breaks_off or overlong:
            cut = len(text)
        if cut < len(text):
            text, self._kept = text[:cut], text[cut:]
        if not text:
            return None
        start, self.place = self.place, _after(self.place, text)
        return Block(text, start, self.place)

    def close(self) -> None:
        """Close the log and the file under it."""
        self._stream.close()
        self._raw.close()

    def _read(self, size: int, begun: bytes = b"") -> bytes:
        """Read on to `size` bytes, of which some are there; fewer at the end."""
        return self._checked(partial(self._read_fully, begun), size)

    def _checked(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ConsumersError(
                f"{self.name} is damaged: its compressed data breaks off or is wrong ({error}). "
                "What came before is counted; give the file again when it is whole"
            ) from None

    def _read_fully(self, begun: bytes, size: int) -> bytes:
        pieces = [begun]
        size -= len(begun)
        while size > 0:
            piece = self._stream.read(size)
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


def _unpacked(raw: io.BufferedReader) -> Any:
    begin = raw.peek(len(_ZSTD))
    if begin.startswith(_GZIP):
        return gzip.GzipFile(fileobj=raw)
    if not begin.startswith(_ZSTD):
        return raw
    from consumers.zstd_log import ZstdLog  # few need it

    return io.BufferedReader(ZstdLog(raw), _PIECE)


def open_log(path: Path) -> LogFile:
    """Open a log file; close it with `close`."""
    raw = path.open("rb")
    return LogFile(raw, str(path), os.fstat(raw.fileno()).st_size)


def _after(place: Place, text: bytes) -> Place:
    state = place.state.copy()
    state.update(text)
    return Place(
        place.offset + len(text),
        state.hexdigest(),
        place.lines + text.count(b"\n"),
        begins_line=text.endswith(b"\n"),
        state=state,
    )
