"""A batch of usage as it arrives: unpacked within bounds, with the digest that makes it count once."""

import gzip
import hashlib
import io
import zlib

from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from interfaces.request_errors import BadRequestBody

_MB = 1024 * 1024


class UnpackedTooLarge(HTTPException):
    """A batch that gzip makes small enough to arrive, and that is too large once it is unpacked."""

    code = 413


def unpacked(data: bytes, encoding: str, most_mb: int) -> tuple[bytes, str]:
    """Return what a batch holds once unpacked, and its SHA-256.

    Raises UnpackedTooLarge beyond `most_mb`, BadRequestBody where it is no gzip, and UnsupportedMediaType.
    """
    try:
        held = _opened(data, encoding).read(most_mb * _MB + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise BadRequestBody(f"body: is no complete gzip: {error}") from error
    if len(held) > most_mb * _MB:
        raise UnpackedTooLarge(
            f"The batch is larger than {most_mb} MB once it is unpacked (SUNDIAL_MAX_UNPACKED_MB): "
            "send it in parts."
        )
    return held, hashlib.sha256(held).hexdigest()


def _opened(data: bytes, encoding: str) -> io.BufferedIOBase:
    raw = io.BytesIO(data)
    if encoding in ("", "identity"):
        return raw
    if encoding in ("gzip", "x-gzip"):
        return gzip.GzipFile(fileobj=raw)
    raise UnsupportedMediaType(f"A body encoded as “{encoding}” is not taken here: send gzip, or plain.")
