"""Sundial's own usage events, a JSON object a line.

`at` (RFC 3339, with its zone), `method`, `path` and `status` are needed; `host`, `user_agent`, `identity`
(any of `api-key`, `client-id`, `user`), `count`, `route` (the path template that answered), `content_type`
(the request body's), `version` (what a header asked for) and `sampling_rate` (0.1: one call in ten is told)
may be given; further members are passed over.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson

from consumers.epochs import microseconds
from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, media_type, product, target_parts
from consumers.readers.decoded import split
from consumers.readers.instants import SECONDS
from consumers.readers.record import template
from consumers.tally import UNUSUAL, Call, Usual

_KINDS = {"app-id", "client-id", "api-key", "certificate", "header", "user"}
_LONGEST_VALUE = 4_000
_MOST_CALLS = 1_000_000_000
_USUAL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_FURTHER = frozenset({"host", "count", "route", "content_type", "sampling_rate", "version"})
_METHOD = re.compile(r"[A-Za-z]{1,20}")


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        yield _item(number, line)


def _calls(pieces: Iterable[bytes]) -> Iterator[Call]:
    """Read events of the usual members, with one identity; the last instant is kept."""
    last_text, instant, loads, usual = "", 0, orjson.loads, _USUAL_METHODS
    members = itemgetter("at", "method", "path", "status", "user_agent", "identity")
    for line in split(pieces):
        try:
            event = loads(line)
            text, method, target, status, agent, identity = members(event)
            if text != last_text:
                instant, last_text = _instant(text), text
            if (
                status.__class__ is not int
                or agent.__class__ is not str
                or method not in usual
                or "#" in target
                or len(line) > LONGEST_LINE
                or (len(event) > 6 and not _FURTHER.isdisjoint(event))
            ):
                raise ValueError
            (who,) = identity.items()
            call: Call = line, instant, method, target, status, who, agent, ""
        except UNUSUAL:
            call = (line,)
        yield call


def _instant(text: str) -> int:
    if text[19:] == "Z":
        return _minute(text[:17]) + SECONDS[text[17:19]]
    return microseconds(_at(text))


@lru_cache(maxsize=64)
def _minute(text: str) -> int:
    return microseconds(_at(f"{text}00Z"))


def _named(who: tuple[str, str]) -> Identity:
    (named,) = _identities(dict([who]))
    return named


def _item(number: int, line: bytes) -> Hit | Broken | None:
    try:
        return _hit(line)
    except MalformedUsage as error:
        return broken(number, str(error), line) if line.strip() else None


def _hit(line: bytes) -> Hit:
    event = _event(line)
    member = event.get
    path, host, query = _path(member("path"))
    method, identity, agent = member("method"), member("identity"), member("user_agent")
    return Hit(
        _at(member("at")),
        method if method in _USUAL_METHODS else _method(method),
        path,
        host or _host(member("host")),
        _number(event, "status", 100, 599),
        _identities(identity) if identity else (),
        product(_text(agent, "user_agent")) if agent else "",
        _number(event, "count", 1, _MOST_CALLS) if "count" in event else 1,
        template(_text(member("route"), "route"))[1] if "route" in event else "",
        query,
        media_type(_text(member("content_type"), "content_type")) if "content_type" in event else "",
        _rate(event["sampling_rate"]) if "sampling_rate" in event else 1.0,
        _text(member("version"), "version") if "version" in event else "",
    )


def _event(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise MalformedUsage(f"not JSON at column {error.colno}") from None
    if not isinstance(event, dict):
        raise MalformedUsage("not a JSON object")
    return event


def _at(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value)  # type: ignore[arg-type]  # what is no text raises TypeError
    except (TypeError, ValueError):
        raise MalformedUsage("“at” is no instant: write it as 2026-11-22T05:10:34Z") from None
    if at.tzinfo is None:
        raise MalformedUsage("“at” has no time zone: add Z, or an offset")
    return at if at.tzinfo is UTC else _in_utc(at)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise MalformedUsage("“at” lies outside the years 1 to 9999 in UTC") from None


def _method(value: object) -> str:
    if not isinstance(value, str) or not _METHOD.fullmatch(value):
        raise MalformedUsage("“method” is no HTTP method")
    return value.upper()


def _path(value: object) -> tuple[str, str, str]:
    path, host, query = target_parts(value) if isinstance(value, str) else ("", "", "")
    if not path:
        raise MalformedUsage("“path” doesn't begin with a slash")
    return path, host, query


def _host(value: object) -> str:
    return _text(value, "host").partition(":")[0].lower() if value else ""


def _number(event: dict[str, Any], member: str, least: int, most: int) -> int:
    value = event.get(member)
    if type(value) is not int or not least <= value <= most:
        raise MalformedUsage(f"“{member}” is no number from {least} to {most}")
    return value


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise MalformedUsage("“sampling_rate” is no number above 0, up to 1")
    return float(value)


def _text(value: object, member: str) -> str:
    if not isinstance(value, str):
        raise MalformedUsage(f"“{member}” is no text")
    return value


def _identities(given: object) -> tuple[Identity, ...]:
    if not isinstance(given, dict):
        raise MalformedUsage("“identity” is no object")
    if not given.keys() <= _KINDS:
        raise MalformedUsage(f"“identity” has a member other than {', '.join(sorted(_KINDS))}")
    return tuple([Identity(kind, _value(value)) for kind, value in given.items() if value])


def _value(value: object) -> str:
    text = _text(value, "identity").strip()
    if not text or len(text) > _LONGEST_VALUE:
        raise MalformedUsage(f"a value in “identity” is empty or longer than {_LONGEST_VALUE} characters")
    return text


USUAL = Usual(_calls, _named, _item)
