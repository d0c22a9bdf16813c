"""Apache httpd's pitfalls: two tables of headers, one of which knows no errors, and times in its own zone."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from deprecations.exporters.pitfalls.pitfall import DATES, OURS, Pitfall, malformed

_ADDING = frozenset({"set", "setifempty", "add", "append", "merge"})
_TABLES = frozenset({"always", "onsuccess"})
_COMPARED = re.compile(r"%\{TIME\w*\}\s*(?:[<>]|[=!]=|=(?!~)|-(?:lt|le|gt|ge|eq)\b)")
_CONTINUED = re.compile(r"\\\n")


@dataclass(frozen=True, slots=True)
class _Header:
    """A Header directive: its table is onsuccess where it names none."""

    line: int
    table: str
    action: str
    name: str
    value: str


def pitfalls(text: str) -> list[Pitfall]:
    """Name the pitfalls of a configuration, or of a part of one."""
    lines = list(_lines(text))
    headers = [found for number, words in lines if (found := _header(number, words))]
    judged = [one for header in headers for one in _judge(header, headers)]
    times = [one for number, words in lines for one in _local_time(number, words)]
    return sorted({*judged, *times, *_encoded(lines)})


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    number = 1
    for line in _CONTINUED.sub("\0", text).split("\n"):
        plain = line.replace("\0", " ").strip()
        if plain and not plain.startswith("#"):
            yield number, _words(plain)
        number += 1 + line.count("\0")


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # httpd takes quotes that don't close
        return line.split()


def _header(number: int, words: list[str]) -> _Header | None:
    if words[0].lower() != "header" or len(words) < 3:
        return None
    table, *rest = words[1:] if words[1].lower() in _TABLES else ["onsuccess", *words[1:]]
    if len(rest) < 2:
        return None
    return _Header(number, table.lower(), rest[0].lower(), rest[1], rest[2] if len(rest) > 2 else "")


def _judge(one: _Header, headers: list[_Header]) -> Iterator[Pitfall]:
    name = one.name.lower().rstrip(":")
    if name not in OURS or one.action not in _ADDING:
        return
    if one.table == "onsuccess":
        text = f"without “always” errors (4xx, 5xx) go without {one.name}"
        yield Pitfall(one.line, "missing-always", f"{text}: write “Header always {one.action} …”.")
    if name in DATES:
        yield from _twice(one, name, headers)
        if "%{" not in one.value:
            yield from malformed(one.line, one.name, one.value)
    elif one.action in ("set", "setifempty"):
        text = "“set” takes away the links that the service sends, such as those of its pages"
        yield Pitfall(one.line, "lost-links", f"{text}: write “add”.")


def _twice(one: _Header, name: str, headers: list[_Header]) -> Iterator[Pitfall]:
    unset = any(
        other.name.lower() == name and other.action == "unset" and other.table == "onsuccess"
        for other in headers
    )
    if one.table == "always" and not unset:
        text = f"“always” is a table of its own, so a {one.name} of a proxied service stays beside this one"
        yield Pitfall(one.line, "duplicate-header", f"{text}: add “Header onsuccess unset {one.name}”.")
    if one.action in ("add", "append", "merge"):
        text = f"“{one.action}” leaves another {one.name} beside this one"
        yield Pitfall(one.line, "duplicate-header", f"{text}: write “set”.")


def _local_time(number: int, words: list[str]) -> Iterator[Pitfall]:
    line = " ".join(words)
    if _COMPARED.search(line) and "osenv" not in line:
        text = "%{TIME} is in the machine's time zone, so a window meant in UTC opens at the wrong hour"
        yield Pitfall(
            number, "local-time", f"{text}: start httpd with TZ=UTC, and ask for it by osenv('TZ')."
        )


def _encoded(lines: list[tuple[int, list[str]]]) -> Iterator[Pitfall]:
    if any(
        words[0].lower() == "allowencodedslashes" and words[-1].lower() == "nodecode" for _, words in lines
    ):
        return
    for number, words in lines:
        if words[0].lower().startswith("<locationmatch") and "[^/]" in " ".join(words):
            text = "a path with %2F in it is answered with 404 before this matches"
            yield Pitfall(number, "encoded-path", f"{text}: write “AllowEncodedSlashes NoDecode”.")
