"""The names of query parameters that a call used, without their values.

A name that is like a value (an id, a token, an address that somebody appended to a `?`) is kept as `…`.
"""

import re
from functools import lru_cache
from urllib.parse import unquote_plus

from consumers.redaction import MASK

_MOST = 50  # parameters of one call
_LONGEST_QUERY = 8_192
_NAME = re.compile(r"[A-Za-z_$@.][\w$@.:\-\[\]]{0,63}")
_LONG_RUN = re.compile(r"\d{4}|[A-Za-z0-9]{25}|@.*\.")


@lru_cache(maxsize=4096)  # the first page of a list is asked for again and again
def parameter_names(query: str) -> tuple[str, ...]:
    """Return the distinct names in a raw query, `status` of `status=open&status=paid`, sorted."""
    pairs = query[:_LONGEST_QUERY].split("&", _MOST)[:_MOST]
    return tuple(sorted({_name(pair.partition("=")[0]) for pair in pairs if pair}))


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    name = unquote_plus(text)
    return name if _NAME.fullmatch(name) and not _LONG_RUN.search(name) else MASK
