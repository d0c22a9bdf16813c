"""What every reader makes of a line: a hit, or the reason why it is none."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from consumers.redaction import redact

LONGEST_LINE = 32_768  # bytes: servers refuse request lines far shorter than this
_LONGEST_PRODUCT = 120
_PRODUCT = re.compile(r"[\w!#$%&'*+.^`|~-]+(?:/[\w!#$%&'*+.^`|~-]+)?", re.ASCII)
_MEDIA_TYPE = re.compile(r"[A-Za-z]{1,20}/[\w!#$&^.+-]{1,79}(?=\s*(?:;|$))", re.ASCII)
_ABSOLUTE = re.compile(r"https?://(?:[^/@]*@)?([^/:]+)(?::\d+)?(/.*)?", re.IGNORECASE)


class Identity(NamedTuple):
    """One name that a hit gives for its caller, in plain text: for memory only."""

    kind: str
    value: str


class Hit(NamedTuple):
    """One call, or `calls` like ones. A tuple, because a batch makes a million of them.

    `at` is in UTC; `path` has no query; `host` is empty where the line doesn't say; `user_agent` is the
    first product, `acme-sync/2.1`, or empty; `route` is the path template that the server says it matched.
    `query` is the raw query, for memory only: of it, the names of parameters are kept. `media_type` is the
    request body's; `sampling_rate` says how many of such calls are told, 0.1 is one in ten; `version` is what
    a header, or a field of its own, said of the version that is asked for.
    """

    at: datetime
    method: str
    path: str
    host: str
    status: int
    identities: tuple[Identity, ...]
    user_agent: str
    calls: int
    route: str = ""
    query: str = ""
    media_type: str = ""
    sampling_rate: float = 1.0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no hit: its number from 1, why, and what it looks like, redacted."""

    line: int
    reason: str
    sample: str


def broken(number: int, reason: str, line: bytes) -> Broken:
    """Tell why a line is no hit, with a redacted sample of it."""
    return Broken(number, reason, redact(line[:LONGEST_LINE].decode("utf-8", "replace").strip()))


@lru_cache(maxsize=4096)  # callers are few beside their calls
def product(user_agent: str) -> str:
    """Return the first product of a User-Agent with its version (RFC 9110, section 10.1.5), or nothing."""
    found = _PRODUCT.match(user_agent)
    return found[0][:_LONGEST_PRODUCT] if found and found[0] != "-" else ""


def target_parts(target: str) -> tuple[str, str, str]:
    """Return path, host and query of a request target; no host unless it is absolute, no path if none."""
    path, _mark, query = target.partition("#")[0].partition("?")
    if path.startswith("/"):
        return path, "", query
    absolute = _ABSOLUTE.fullmatch(path)
    return (absolute[2] or "/", absolute[1].lower(), query) if absolute else ("", "", "")


@lru_cache(maxsize=1024)  # few are in use
def media_type(content_type: str) -> str:
    """Return the media type that a Content-Type names, without parameters, in small letters, or nothing."""
    found = _MEDIA_TYPE.match(content_type)
    return found[0].lower() if found else ""
