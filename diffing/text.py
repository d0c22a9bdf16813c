"""The text of one file: bytes checked, cleaned of what only encodes, and mapped to lines and columns.

It knows nothing of JSON or YAML.
"""

import re
from functools import cached_property
from itertools import accumulate

from diffing.bounds import MAX_BYTES
from diffing.document import Position
from diffing.errors import SpecError

FOREIGN = (
    (re.compile(rb"%PDF-"), "is a PDF document; give the OpenAPI file itself, JSON or YAML"),
    (re.compile(rb"PK\x03\x04|\x1f\x8b|BZh|\xfd7zXZ"), "is a compressed archive; unpack it first"),
    (
        re.compile(rb"\s*<[!?a-zA-Z]"),
        "is HTML or XML, perhaps a web page about the spec; download the raw JSON or YAML",
    ),
    (re.compile(rb"\xff\xfe|\xfe\xff|[{\w]\x00|\x00[{\w]"), "is UTF-16 text; save it as UTF-8"),
)

BLOCK = 1 << 11


class Text:
    """The content of a file as UTF-8 without byte order mark, each line break a single line feed.

    `is_json` is set by the parser that found it so. Offsets count bytes of `data`; lines are those of the
    original, since no break is added or lost.
    """

    def __init__(self, name: str, data: bytes) -> None:
        """Wrap text that is already clean; `read_text` makes one from untrusted bytes."""
        self.name = name
        self.data = data
        self.is_json = False

    @cached_property
    def _breaks(self) -> list[int]:
        """How many line breaks stand before each block."""
        starts = range(0, len(self.data) + 1, BLOCK)
        return list(accumulate((self.data.count(b"\n", at, at + BLOCK) for at in starts), initial=0))

    def position(self, offset: int) -> Position:
        """Answer the line and column (in characters) of a byte offset."""
        block = offset // BLOCK
        line = self._breaks[block] + self.data.count(b"\n", block * BLOCK, offset) + 1
        start = self.data.rfind(b"\n", 0, offset) + 1
        if self._is_ascii:
            return Position(self.name, line, offset - start + 1)
        return Position(self.name, line, len(self.data[start:offset].decode("utf-8", "replace")) + 1)

    @cached_property
    def _is_ascii(self) -> bool:
        return self.data.isascii()

    def error(self, message: str, offset: int) -> SpecError:
        """Make the error that stands at a byte offset."""
        at = self.position(offset)
        return SpecError(message, at.file, at.line, at.column)


def read_text(name: str, raw: bytes) -> Text:
    """Check untrusted bytes and clean them; raises SpecError for what is no UTF-8 text."""
    if len(raw) > MAX_BYTES:
        raise SpecError(
            f"holds {len(raw):,} bytes, more than the limit of {MAX_BYTES:,}; split it", name, 1, 1
        )
    data = raw.removeprefix(b"\xef\xbb\xbf")
    for pattern, message in FOREIGN:
        if pattern.match(data):
            raise SpecError(message, name, 1, 1)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = Text(name, data if data.endswith(b"\n") else data + b"\n")
    _check_encoding(text)
    return text


def _check_encoding(text: Text) -> None:
    try:
        text.data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = text.data[error.start]
        raise text.error(
            f"byte 0x{byte:02x} is not valid UTF-8; save the file as UTF-8", error.start
        ) from None
    nul = text.data.find(b"\0")
    if nul >= 0:
        raise text.error("holds a NUL byte, so it is no text; give the OpenAPI file, JSON or YAML", nul)
