"""Logs that write a JSON object a line: read by the table of names that their format has."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, broken
from consumers.readers.record import Fields, hit_of

Reader = Callable[[Iterable[bytes]], Iterator[Hit | Broken | None]]
LONGEST_ARRAY = 64 << 20  # bytes of one line that holds many records: a batch that a gateway sends


def json_reader(fields: Fields) -> Reader:
    """Return the reader of a format that writes an object a line."""

    def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
        """Yield a hit or a broken line for each line, None for a blank one."""
        for number, line in enumerate(lines, 1):
            try:
                yield hit_of(json_object(line), fields)
            except MalformedUsage as error:
                yield broken(number, str(error), line) if line.strip() else None

    return read


def batch_reader(fields: Fields, member: str = "") -> Reader:
    """Return the reader of a format whose lines hold a record, or an array of them, bare or as `member`."""

    def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
        """Yield a hit or a broken record for each record, None for a blank line."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                yield None
                continue
            try:
                records = _records(_parsed(line, LONGEST_ARRAY), member)
            except MalformedUsage as error:
                yield broken(number, str(error), line)
                continue
            for record in records:
                yield _read_one(number, record, fields)

    return read


def json_object(line: bytes) -> dict[str, Any]:
    """Return the JSON object that a line is; raise MalformedUsage where it is none."""
    value = _parsed(line, LONGEST_LINE)
    if not isinstance(value, dict):
        raise MalformedUsage("not a JSON object")
    return value


def _parsed(line: bytes, longest: int) -> Any:
    if len(line) > longest:
        raise MalformedUsage(f"longer than {longest} bytes")
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _patiently(line)


def _patiently(line: bytes) -> Any:
    """Parse once more what may hold bytes that are no UTF-8: nginx copies those from headers as they came."""
    try:
        return orjson.loads(line.decode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        raise MalformedUsage(f"not JSON at column {error.colno}") from None


def _records(value: Any, member: str) -> list[Any]:
    held = value.get(member) if member and isinstance(value, dict) else None
    if isinstance(held, list):
        return held
    return value if isinstance(value, list) else [value]


def _read_one(number: int, record: Any, fields: Fields) -> Hit | Broken:
    try:
        if not isinstance(record, dict):
            raise MalformedUsage("not a JSON object")
        return hit_of(record, fields)
    except MalformedUsage as error:
        return broken(number, str(error), orjson.dumps(record)[:LONGEST_LINE])
