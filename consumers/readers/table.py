"""A table with a header line, separated by commas, semicolons or tabs (RFC 4180, a record a line).

Columns are known by their names, whatever their order: time, method, path, status, and what names callers;
`route` holds a template, `calls` how often. Further columns are passed over.
"""

import csv
from collections.abc import Callable, Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, broken
from consumers.readers.record import Fields, hit_of

_SEPARATORS = ",;\t"
FIELDS = Fields(
    at=("at", "time", "timestamp", "datetime", "date", "ts", "start_time", "@timestamp"),
    method=("method", "http_method", "request_method", "verb"),
    target=("path", "url", "uri", "request_path", "request_uri", "request_url", "target"),
    request=("request",),
    status=("status", "status_code", "http_status", "response_code", "response_status", "code"),
    route=("route", "http_route", "http.route", "resource_path", "template", "endpoint"),
    host=("host", "authority", "hostname"),
    agent=("user_agent", "http_user_agent", "useragent"),
    version=("api_version", "x_api_version", "accept_version"),
    calls=("calls", "count", "requests", "hits"),
    callers=(
        ("client-id", "client_id"),
        ("app-id", "consumer"),
        ("app-id", "application"),
        ("app-id", "app_id"),
        ("api-key", "api_key"),
        ("api-key", "apikey"),
        ("api-key", "x_api_key"),
        ("certificate", "certificate"),
        ("header", "caller"),
        ("user", "user"),
        ("user", "username"),
        ("user", "remote_user"),
    ),
)


def reader(fields: Fields) -> Callable[[Iterable[bytes]], Iterator[Hit | Broken | None]]:
    """Return the reader of tables whose columns have these names, as `column` writes them."""

    def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
        """Yield a hit or a broken line for each line, None for a blank one and for the header."""
        separator, names = "", list[str]()
        for number, line in enumerate(lines, 1):
            if not line.strip():
                yield None
                continue
            try:
                if not names:
                    separator, names = _header(line, fields)
                    yield None
                else:
                    yield hit_of(_record(line, separator, names), fields)
            except MalformedUsage as error:
                yield broken(number, str(error), b"")  # a bare word may be anybody's name

    return read


read = reader(FIELDS)


def column(name: str) -> str:
    """Return a column's name as this reader knows it: small letters, words joined by underscores."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def columns(line: bytes) -> list[str]:
    """Return the names of columns that a header line has; raises MalformedUsage."""
    return _split(line)[1]


def _split(line: bytes) -> tuple[str, list[str]]:
    text = line.decode("utf-8-sig", "replace")
    separator = max(_SEPARATORS, key=text.count)
    return separator, [column(cell) for cell in _cells(text, separator)]


def _header(line: bytes, fields: Fields) -> tuple[str, list[str]]:
    separator, names = _split(line)
    for wanted in (fields.at, fields.status, fields.target + fields.request + fields.route):
        if not set(wanted) & set(names):
            several = f"{', '.join(wanted[:-1])} or {wanted[-1]}" if wanted[1:] else wanted[0]
            raise MalformedUsage(f"the table has no column called {several}")
    return separator, names


def _record(line: bytes, separator: str, names: list[str]) -> dict[str, str]:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    cells = _cells(line.decode("utf-8", "replace"), separator)
    if len(cells) != len(names):
        raise MalformedUsage(f"has {len(cells)} columns where the header has {len(names)}")
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True)}


def _cells(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([text.strip("\r\n")], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        raise MalformedUsage("its quotes don't end, or it holds a character that a table can't") from None
