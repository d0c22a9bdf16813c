"""A log that zstd compressed (RFC 8878), as a stream that can be read from any place on.

Going back means reading again from the start.
"""

import io
from typing import Any, BinaryIO

import zstandard

_PIECE = 2_048  # bytes compressed: what unpacks to the utmost stays below 64 MB


class ZstdLog(io.RawIOBase):
    """The text within one or several zstd frames; EOFError where they are damaged or break off."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._text, self._place = memoryview(b""), 0
        self._begin()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell whether it can go back."""
        return self._raw.seekable()

    def tell(self) -> int:
        """Return the place, in bytes decompressed."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an absolute place, or stay where the log ends before."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a compressed log is read from its start on")
        if offset < self._place:
            self._raw.seek(0)
            self._begin()
        while self._place < offset and self.read(min(1 << 20, offset - self._place)):
            pass
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; 0 at the end."""
        view = memoryview(buffer)
        while not self._text and self._more():
            pass
        taken = self._text[: len(view)]
        self._text = self._text[len(taken) :]
        view[: len(taken)] = taken
        self._place += len(taken)
        return len(taken)

    def _begin(self) -> None:
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._packed, self._text, self._place, self._within = b"", memoryview(b""), 0, False

    def _more(self) -> bool:
        packed = self._packed or self._raw.read(_PIECE)
        if not packed and self._within:
            raise EOFError("it breaks off within a frame")
        if not packed:
            return False
        try:
            self._text = memoryview(self._frame.decompress(packed))
        except zstandard.ZstdError as error:
            raise EOFError(str(error)) from None
        self._packed, self._within = self._frame.unused_data, not self._frame.eof
        if self._frame.eof:
            self._frame = zstandard.ZstdDecompressor().decompressobj()
        return True
