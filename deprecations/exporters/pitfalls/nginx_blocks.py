"""Reads nginx configuration into directives and blocks, with lines; what they mean is for `nginx.py`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deprecations.errors import DeprecationsError

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<mark>[;{}])"""
    r"""|(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<word>(?:\\.|\$\{|[^\s;{}"'\\])(?:\\.|\$\{[^}]*\}|[^\s;{\\])*)""",
    re.DOTALL,
)
_DEEPEST = 100
_QUANTIFIER = re.compile(r"\{\d+(?:,\d*)?\}[^\s;]*")


class UnreadableConfiguration(DeprecationsError):
    """A configuration whose blocks or quotes don't close; says at which line."""


@dataclass(slots=True)
class Directive:
    """A directive: its words without quotes; `children` where it has a block.

    `raw_brace` is set where a brace stands in an unquoted expression: nginx takes it for a block's.
    """

    line: int
    words: list[str]
    children: "list[Directive] | None" = None
    raw_brace: bool = False

    @property
    def name(self) -> str:
        """The first word."""
        return self.words[0]


def read(text: str) -> list[Directive]:
    """Read a whole file, or a fragment of one; raises UnreadableConfiguration."""
    top: list[Directive] = []
    open_blocks: list[list[Directive]] = [top]
    words: list[str] = []
    started, raw_brace = 0, False
    for line, kind, word in _tokens(text):
        if kind != "mark":
            started = started or line
            raw_brace = raw_brace or kind == "braced"
            words.append(_unquoted(word) if kind == "quoted" else word)
            continue
        if word == "}":
            if words or len(open_blocks) == 1:
                raise UnreadableConfiguration(
                    f"line {line}: a block is closed that isn't open, or lacks a “;”"
                )
            open_blocks.pop()
            continue
        if not words:
            raise UnreadableConfiguration(f"line {line}: “{word}” stands alone")
        made = Directive(started, words, [] if word == "{" else None, raw_brace)
        open_blocks[-1].append(made)
        if made.children is not None:
            open_blocks.append(made.children)
        if len(open_blocks) > _DEEPEST:
            raise UnreadableConfiguration(f"line {line}: blocks are nested more than {_DEEPEST} deep")
        words, started, raw_brace = [], 0, False
    if words or len(open_blocks) > 1:
        raise UnreadableConfiguration(
            f"line {text.count(chr(10)) + 1}: the file ends within a block or directive"
        )
    return top


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise UnreadableConfiguration(f"line {line}: a quote is opened and not closed")
        kind, word = str(found.lastgroup), found[0]
        at = found.end()
        if kind == "word" and (rest := _QUANTIFIER.match(text, at)):
            kind, word, at = "braced", word + rest[0], rest.end()
        if kind not in ("space", "comment"):
            yield line, kind, word
        line += word.count("\n")


def _unquoted(word: str) -> str:
    return re.sub(r"\\([\"'\\])", r"\1", word[1:-1])
