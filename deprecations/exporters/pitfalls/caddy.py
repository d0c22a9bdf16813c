"""Caddy's pitfalls: headers that are set before the service's come, expressions that fail every request."""

import re
from collections.abc import Iterator

from deprecations.exporters.pitfalls.pitfall import DATES, OURS, Pitfall, malformed

_WORD = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|[^\s"`]+')
_TIME = re.compile(r"(?<!int\()\{time\.now\.unix(?:_ms)?\}")


def pitfalls(text: str) -> list[Pitfall]:
    """Name the pitfalls of a Caddyfile, or of a part of one."""
    proxied = "reverse_proxy" in text
    found = []
    block: list[tuple[int, list[str]]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = [] if line.lstrip().startswith("#") else _WORD.findall(line)
        if block is not None:
            if words == ["}"]:
                found += list(_block(block, proxied))
                block = None
            elif words:
                block.append((number, words))
        elif words[:1] == ["header"] and words[-1] == "{":
            block = []
        elif words[:1] == ["header"]:
            found += list(_block([(number, _without_matcher(words[1:]))], proxied))
        found += list(_expression(number, line))
    return sorted(set(found))


def _without_matcher(words: list[str]) -> list[str]:
    return words[1:] if words and words[0][0] in "@/*" else words


def _block(rows: list[tuple[int, list[str]]], proxied: bool) -> Iterator[Pitfall]:
    defers = any(words[0] == "defer" for _number, words in rows)
    for number, words in rows:
        name = words[0].lstrip("+?>-") if words else ""
        if name.lower() in OURS and not words[0].startswith("-"):
            yield from _judge(number, words, name, defers, proxied)


def _judge(number: int, words: list[str], name: str, defers: bool, proxied: bool) -> Iterator[Pitfall]:
    mark = words[0][0]
    if mark == ">":
        text = f"Caddy before 2.7 passes “{words[0]}” over without a word"
        yield Pitfall(number, "ignored-header", f"{text}: write “{name}”, and “defer” in the same block.")
    elif name.lower() in DATES and mark == "+":
        yield Pitfall(
            number, "duplicate-header", f"“+” leaves another {name} beside this one: write “{name}”."
        )
    elif name.lower() in DATES and proxied and not defers:
        text = f"it is set before the service answers, so the service's own {name} stays beside it"
        yield Pitfall(number, "missing-defer", f"{text}: write “defer” in the block.")
    elif name.lower() == "link" and mark != "+":
        text = "it takes away the links that the service sends, such as those of its pages"
        yield Pitfall(number, "lost-links", f"{text}: write “+Link”.")
    value = " ".join(words[1:]).strip('"`')
    if name.lower() in DATES and "{" not in value:
        yield from malformed(number, name, value)


def _expression(number: int, line: str) -> Iterator[Pitfall]:
    if "expression" in line and _TIME.search(line):
        text = "without int() the expression compares a text with a number, and every request is answered 500"
        yield Pitfall(number, "text-as-number", f"{text}: write “int({{time.now.unix}})”.")
