"""A record with named members, as JSON and tables have them, becomes a hit by a table of names.

Which names a format uses is its reader's to say; how a line becomes a record is `json_lines`', or the
reader's own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from consumers.errors import MalformedUsage
from consumers.hit import Hit, Identity, media_type, product, target_parts
from consumers.readers.instants import instant

Names = tuple[str, ...]
_METHOD = re.compile(r"[A-Za-z]{1,20}")
_STATUS = re.compile(r"-1|\d{1,3}", re.ASCII)
_REQUEST = re.compile(r"([A-Za-z]{1,20}) (\S.*?)(?: HTTP/\d(?:\.\d)?)?", re.DOTALL)
_WILDCARD = re.compile(r"\*|\+\}|\.\.\.")
_ABSENT = (None, "", "-")


@dataclass(frozen=True, slots=True)
class Fields:
    """Where a format's records hold what a hit needs: for each, names of members, the best first.

    A dot steps into an object; of a list, the first element counts. `request` is a whole request line, for
    records without `method` and `target`; `route` is the template that the server itself matched; `callers`
    are kinds of identity with the members that hold them, of each kind the best first; `query` is for
    formats that hold it apart from the target, as a text or an object; `version` is what a header said of the
    version that is asked for. What is absent, empty or `-` is looked
    for under the next name.
    """

    at: Names
    status: Names
    method: Names = ()
    target: Names = ()
    request: Names = ()
    route: Names = ()
    host: Names = ()
    agent: Names = ()
    calls: Names = ()
    query: Names = ()
    content_type: Names = ()
    sampling_rate: Names = ()
    version: Names = ()
    callers: tuple[tuple[str, str], ...] = ()


def hit_of(record: Mapping[str, Any], fields: Fields) -> Hit:
    """Return the call that a record tells of; raise MalformedUsage where it tells of none.

    A call that was never answered (status 0 or -1) is a call all the same.
    """
    at, status = _value(record, fields.at), _value(record, fields.status)
    if at is None or status is None:
        raise MalformedUsage(f"has no {' or '.join(fields.at if at is None else fields.status)}")
    routed_by, route = template(_text(record, fields.route))
    method, target = _request(record, fields)
    path, host, query = target_parts(target) if target else (route, "", "")
    if not path:
        raise MalformedUsage("has no path that begins with a slash")
    return Hit(
        instant(at),
        _method(method or routed_by),
        path,
        host or _text(record, fields.host).partition(":")[0].lower(),
        _status(status),
        _callers(record, fields.callers),
        product(_text(record, fields.agent)),
        _calls(record, fields.calls),
        route,
        query or _query(record, fields.query),
        media_type(_text(record, fields.content_type)) if fields.content_type else "",
        _rate(record, fields.sampling_rate) if fields.sampling_rate else 1.0,
        _text(record, fields.version) if fields.version else "",
    )


def has(record: Mapping[str, Any], names: Names) -> bool:
    """Tell whether a record has a value under one of some names."""
    return _value(record, names) is not None


@lru_cache(maxsize=4096)  # servers have few
def template(text: str) -> tuple[str, str]:
    """Return method and path template of a route as a record names it, `GET /orders/{id}` or `/orders/{id}`.

    A route with a wildcard, or without a path (`$default`), is no operation's template.
    """
    method, _blank, path = text.rpartition(" ")
    return (method, path) if path.startswith("/") and not _WILDCARD.search(path) else (method, "")


def _request(record: Mapping[str, Any], fields: Fields) -> tuple[str, str]:
    method, target = _text(record, fields.method), _text(record, fields.target)
    if target or method:
        return method, target
    line = _REQUEST.fullmatch(_text(record, fields.request))
    return (line[1], line[2]) if line else ("", "")


def _method(text: str) -> str:
    if not _METHOD.fullmatch(text):
        raise MalformedUsage("has no HTTP method")
    return text.upper()


def _status(value: object) -> int:
    text = str(value)
    if not _STATUS.fullmatch(text):
        raise MalformedUsage("its status is no HTTP status")
    return int(text)


def _calls(record: Mapping[str, Any], names: Names) -> int:
    value = str(_value(record, names) or 1) if names else "1"
    if not (value.isascii() and value.isdigit() and 0 < len(value) < 10 and int(value)):
        raise MalformedUsage("its number of calls is none")
    return int(value)


def _query(record: Mapping[str, Any], names: Names) -> str:
    value = _value(record, names) if names else None
    return "&".join(value) if isinstance(value, dict) else value.lstrip("?") if isinstance(value, str) else ""


def _rate(record: Mapping[str, Any], names: Names) -> float:
    """Return the rate that a record says it was sampled with; 1 where it says none."""
    value = _value(record, names)
    try:
        rate = 1.0 if value is None else float(value)
    except (TypeError, ValueError):
        rate = 0.0
    if not 0 < rate <= 1:
        raise MalformedUsage("its sampling rate is no number above 0, up to 1")
    return rate


def _callers(record: Mapping[str, Any], callers: tuple[tuple[str, str], ...]) -> tuple[Identity, ...]:
    found: dict[str, Identity] = {}
    for kind, name in callers:
        if kind not in found:
            value = _text(record, (name,)).strip()
            if value and value != "-":
                found[kind] = Identity(kind, value)
    return tuple(found.values())


def _text(record: Mapping[str, Any], names: Names) -> str:
    value = _value(record, names)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else ""


def _value(record: Mapping[str, Any], names: Names) -> Any:
    for name in names:
        value = record.get(name)
        if value is None and "." in name:
            value = _inside(record, _steps(name))
        if isinstance(value, list):
            value = value[0] if value else None
        if value not in _ABSENT:
            return value
    return None


def _inside(record: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


@lru_cache(maxsize=1024)
def _steps(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))
