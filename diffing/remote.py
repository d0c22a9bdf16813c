"""Files that references name by their address: fetched only below addresses that somebody allowed.

This part is impure: it opens connections. Whoever hands a reader to `load` decides whether it may.
"""

import time
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

from diffing.bounds import MAX_BYTES
from diffing.errors import DiffingError, ReferenceRefused

REMOTE = (
    "is remote, and nothing is fetched but from addresses that are allowed; keep a copy beside the spec, "
    "or allow it (--allow-remote; on a server SUNDIAL_REMOTE_REFERENCES)"
)
_PATIENCE_SECONDS = 30
_SILENCE_SECONDS = 10
_CHUNK = 65_536


def refuse(_address: str) -> bytes:
    """Fetch nothing: the reader where nothing is allowed."""
    raise ReferenceRefused(REMOTE)


def remote_reader(allowed: Sequence[str]) -> Callable[[str], bytes]:
    """Answer a reader of http and https addresses at or below the allowed ones; redirects are not followed.

    An address that ends in a slash allows what is below it, any other allows itself alone. Raises
    DiffingError for one that could allow more than is meant. The reader raises ReferenceRefused and says why.
    """
    prefixes = [_allowed(address) for address in allowed]

    def read(address: str) -> bytes:
        asked = _split(address)
        if asked is None or not any(_covers(prefix, asked) for prefix in prefixes):
            raise ReferenceRefused(REMOTE)
        return _fetched(address)

    return read if prefixes else refuse


def _allowed(address: str) -> SplitResult:
    found = _split(address)
    if found is None or found.query or found.fragment or not found.path:
        raise DiffingError(
            f"{address}: allows no references; write https://host/folder/ or the whole address of one file"
        )
    return found


def _split(address: str) -> SplitResult | None:
    """Answer the parts of an address that names a host and a plain path; None for anything else."""
    try:
        found = urlsplit(address)
        plain = found.scheme in ("http", "https") and found.hostname and "@" not in found.netloc
    except ValueError:
        return None
    steps = unquote(unquote(found.path)).replace("\\", "/").split("/")
    return found if plain and not {".", ".."} & {*steps} else None


def _covers(prefix: SplitResult, asked: SplitResult) -> bool:
    if (prefix.scheme, prefix.netloc.lower()) != (asked.scheme, asked.netloc.lower()):
        return False
    return asked.path == prefix.path or (prefix.path.endswith("/") and asked.path.startswith(prefix.path))


def _fetched(address: str) -> bytes:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, build_opener

    class Redirects(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            """Follow none: where it leads was not allowed."""

    until = time.monotonic() + _PATIENCE_SECONDS
    data = bytearray()
    try:
        with build_opener(Redirects).open(address, timeout=_SILENCE_SECONDS) as answer:
            while len(data) <= MAX_BYTES and (chunk := answer.read1(_CHUNK)):
                data += chunk
                if time.monotonic() > until:
                    raise TimeoutError(f"took more than {_PATIENCE_SECONDS} s")
    except HTTPError as error:
        error.close()
        moved = "; refer to the address that it leads to" if 300 <= error.code < 400 else ""
        raise ReferenceRefused(f"was answered with {error.code}{moved or '; correct the address'}") from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise ReferenceRefused(f"could not be fetched ({reason}); try again, or keep a copy") from None
    return bytes(data)
