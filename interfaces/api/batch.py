"""A batch of usage as it arrives: unpacked within bounds, as lines, with the key that makes it count once."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from functools import partial

from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from interfaces.request_errors import BadRequestBody

_BLOCK = 1 << 16
_LONGEST_LINE = 1 << 26  # some senders put a whole batch on one line; its reader says where it ends
_MB = 1024 * 1024


class UnpackedTooLarge(HTTPException):
    """A batch that gzip makes small enough to arrive, and that is too large once it is unpacked."""

    code = 413


def checked(data: bytes, encoding: str, most_mb: int) -> str:
    """Read a batch through, and return the SHA-256 of what it holds once unpacked.

    Raises UnpackedTooLarge beyond `most_mb`, BadRequestBody where it is no gzip, and UnsupportedMediaType.
    """
    found, size = hashlib.sha256(), 0
    try:
        for block in iter(partial(_opened(data, encoding).read, _BLOCK), b""):
            size += len(block)
            if size > most_mb * _MB:
                raise UnpackedTooLarge(
                    f"The batch is larger than {most_mb} MB once it is unpacked (SUNDIAL_MAX_UNPACKED_MB): "
                    "send it in parts."
                )
            found.update(block)
    except (EOFError, OSError, zlib.error) as error:
        raise BadRequestBody(f"body: is no complete gzip: {error}") from error
    return found.hexdigest()


def unpacked(data: bytes, encoding: str) -> bytes:
    """Return what a batch that `checked` found good holds."""
    return _opened(data, encoding).read()


def lines(data: bytes, encoding: str) -> Iterator[bytes]:
    """Return the lines of a batch that `checked` found good."""
    return iter(partial(_opened(data, encoding).readline, _LONGEST_LINE), b"")


def _opened(data: bytes, encoding: str) -> io.BufferedIOBase:
    raw = io.BytesIO(data)
    if encoding in ("", "identity"):
        return raw
    if encoding in ("gzip", "x-gzip"):
        return gzip.GzipFile(fileobj=raw)
    raise UnsupportedMediaType(f"A body encoded as “{encoding}” is not taken here: send gzip, or plain.")
