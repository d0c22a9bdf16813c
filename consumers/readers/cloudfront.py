"""CloudFront's standard log: the W3C extended format, whose `#Fields:` line names the columns, or JSON.

Its times are UTC, its User-Agents percent-encoded, in older logs twice.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, broken
from consumers.readers.json_lines import json_object
from consumers.readers.record import Fields, hit_of

_NAMES = b"#Fields:"
_ENCODED = "cs(User-Agent)"
FIELDS = Fields(
    at=("at",),
    method=("cs-method",),
    target=("cs-uri-stem",),
    status=("sc-status",),
    host=("x-host-header", "cs(Host)", "cs-host"),
    agent=(_ENCODED,),
    query=("cs-uri-query",),
    callers=(("user", "cs-username"),),
)


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank or describing one."""
    names: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.startswith(_NAMES):
            names = line[len(_NAMES) :].decode("utf-8", "replace").split()
        if line.startswith(b"#") or not line.strip():
            yield None
            continue
        try:
            yield hit_of(_plain(_record(line, names)), FIELDS)
        except MalformedUsage as error:
            yield broken(number, str(error), b"")  # a bare word may be anybody's name


def _record(line: bytes, names: list[str]) -> dict[str, Any]:
    if not names and line.startswith(b"{"):
        return json_object(line)
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    if not names:
        raise MalformedUsage("no #Fields: line came before it")
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    cells = text.split("\t") if "\t" in text else text.split(" ")
    if len(cells) < len(names):
        raise MalformedUsage(f"has {len(cells)} of the {len(names)} columns that #Fields: names")
    return dict(zip(names, cells, strict=False))


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    agent = unquote(unquote(str(record.get(_ENCODED, ""))))
    return {**record, _ENCODED: agent, "at": f"{record.get('date', '')}T{record.get('time', '')}+00:00"}
