"""HAProxy's pitfalls: headers that its own errors lose, that stand twice, or that ask for what is gone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deprecations.exporters.pitfalls.pitfall import DATES, OURS, Pitfall, malformed

_WORD = re.compile(r"""(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\#])+|(?P<comment>#.*)""")
_QUOTES = re.compile(r"""\\(.)|["']""")
_SECTIONS = frozenset("global defaults frontend backend listen".split())
_RESPONSES = frozenset({"http-response", "http-after-response"})
_REQUEST_ONLY = re.compile(r"^!?(?:path|url|query|base)(?:_\w+)?(?:,|$)|^!?req\.hdr")
_FETCHED = re.compile(r"%\[(path|url|query|base)\b")
_LOCAL = re.compile(r"\bltime\(")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    words: tuple[str, ...]


def pitfalls(text: str) -> list[Pitfall]:
    """Name the pitfalls of an haproxy.cfg, or of a fragment; raises nothing, since HAProxy judges syntax."""
    lines = [line for number, one in enumerate(text.splitlines(), 1) if (line := _line(number, one)).words]
    request_only = _acls(lines)
    deleted = {
        line.words[2].lower() for line in lines if line.words[1:2] == ("del-header",) and line.words[2:]
    }
    found = [
        pitfall
        for line in lines
        for pitfall in _judge(line, request_only)
        if pitfall.name != "duplicate-header" or line.words[2].lower() not in deleted
    ]
    return sorted({*found, *_local_time(lines)})


def _line(number: int, text: str) -> _Line:
    words = [match[0] for match in _WORD.finditer(text) if not match["comment"]]
    return _Line(number, tuple(_QUOTES.sub(lambda found: found[1] or "", word) for word in words))


def _acls(lines: list[_Line]) -> frozenset[str]:
    """Return the names of conditions that look at the request."""
    named = (line.words for line in lines if line.words[0] == "acl" and len(line.words) > 2)
    return frozenset(words[1] for words in named if _REQUEST_ONLY.match(words[2]))


def _judge(line: _Line, request_only: frozenset[str]) -> Iterator[Pitfall]:
    words = line.words
    if words[0] not in _RESPONSES or len(words) < 4 or words[1] not in ("set-header", "add-header"):
        return
    kind, action, header, value = words[:4]
    if header.lower() not in OURS:
        return
    if kind == "http-response":
        text = f"http-response doesn't see HAProxy's own errors and redirects, which lose {header}"
        yield Pitfall(line.number, "http-response", f"{text}: write http-after-response.")
    yield from _twice(line, action, header)
    if "%[" not in value:
        yield from malformed(line.number, header, value)
    yield from _gone(line, request_only)


def _twice(line: _Line, action: str, header: str) -> Iterator[Pitfall]:
    if header.lower() in DATES and action == "add-header":
        text = f"add-header leaves the service's own {header} beside this one"
        yield Pitfall(line.number, "duplicate-header", f"{text}: write set-header, or del-header before it.")
    if header.lower() == "link" and action == "set-header":
        text = "set-header takes away the links that the service sends, such as those of its pages"
        yield Pitfall(line.number, "lost-links", f"{text}: write add-header.")


def _gone(line: _Line, request_only: frozenset[str]) -> Iterator[Pitfall]:
    condition = [word for word in _condition(line.words) if word not in ("{", "}", "!", "||", "or")]
    asked = [word for word in condition if _REQUEST_ONLY.match(word) or word.lstrip("!") in request_only]
    asked += [match[1] for match in _FETCHED.finditer(line.words[3])]
    if asked:
        text = f"“{asked[0]}” belongs to the request, which is gone when the reply is sent"
        yield Pitfall(
            line.number, "request-is-gone", f"{text}: keep it in a txn variable by http-request set-var."
        )


def _condition(words: tuple[str, ...]) -> tuple[str, ...]:
    starts = [place for place, word in enumerate(words) if place > 3 and word in ("if", "unless")]
    return words[starts[0] + 1 :] if starts else ()


def _local_time(lines: list[_Line]) -> Iterator[Pitfall]:
    for line in lines:
        if any(_LOCAL.search(word) for word in line.words):
            text = (
                "ltime is in the server's own time zone, so a window written in UTC opens at the wrong hour"
            )
            yield Pitfall(
                line.number, "local-time", f"{text}: compare “date” with epoch seconds, or use utime."
            )
