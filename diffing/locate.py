"""Where a node stands in the original text, found when the first finding asks.

Most files are laid out in lines: each member of a mapping starts a line at the mapping's margin. Their places
are found from the margins alone, and believed only where they agree, member by member, with the values that
were parsed. Any other layout (minified, flow style, merge keys) gets the exact scan of that part, or of all.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from diffing.document import Node, Position
from diffing.errors import SpecError
from diffing.marks import Mark, json_marks
from diffing.part import unescape
from diffing.text import Text

JSON_KEY = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"[ \t\n]*:[ \t\n]*')
YAML_KEY = re.compile(rb"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\n"'?&*!][^\n]*?)[ \t]*:(?=\s)""", re.DOTALL)
YAML_PROPERTIES = re.compile(rb"(?:[&!][^\s]*[ \t]*)*")
YAML_GAP = re.compile(rb"(?:[ \t]+|[ \t\n]#[^\n]*|\n)*")
YAML_PROLOGUE = re.compile(rb"(?:(?:%[^\n]*|#[^\n]*|[ \t]*)\n)*(?:---(?=\s))?")
JSON_LINE = re.compile(rb"[\[{](\n[ \t]*)")
NUMBER = re.compile(rb"[^\s,}#]+")
_HOLDERS = (dict, list)


class _OtherLayout(Exception):
    """The lines of this part do not show its members."""


@dataclass(slots=True)
class _Region:
    """A node and the text from its key (or itself) to where the next one starts; its members once found."""

    node: Node
    start: int
    end: int
    has_key: bool
    members: dict[str, int] | None = None
    starts: Sequence[int] = ()
    mark: Mark | None = None

    def member(self, name: str) -> "_Region | None":
        """Answer the region of a member, None where there is none of the name."""
        index = (self.members or {}).get(name)
        if index is None:
            return None
        keyed = isinstance(self.node, dict)
        end = self.starts[index + 1] if index + 1 < len(self.starts) else self.end
        return _Region(self.node[name if keyed else index], self.starts[index], end, keyed)


class Places:
    """The places of one file's nodes."""

    def __init__(self, text: Text, tree: Node) -> None:
        """Keep the text and its values; nothing is scanned yet."""
        self._text = text
        self._is_json = text.is_json
        self._root = _Region(tree, self._first(), len(text.data), has_key=False)
        self._marks: Mark | None = None
        self._known = {"": self._root}

    def locate(self, pointer: str) -> Position:
        """Answer where the node at a JSON pointer stands (in an object, its key), or its nearest ancestor."""
        return self._text.position(self._offset(pointer))

    def number(self, pointer: str) -> str:
        """Answer the text of the bare number at a JSON pointer into objects."""
        start = self._offset(pointer)
        key = (JSON_KEY if self._text.data[start : start + 1] == b'"' else YAML_KEY).match(
            self._text.data, start
        )
        found = NUMBER.search(self._text.data, key.end() if key else start)
        return found[0].decode("utf-8", "replace") if found else ""

    def _first(self) -> int:
        data = self._text.data
        if self._is_json:
            return len(data) - len(data.lstrip())
        prologue = YAML_PROLOGUE.match(data)
        start = prologue.end() if prologue else 0
        return _skip(YAML_GAP, data, start)

    def _offset(self, pointer: str) -> int:
        if self._marks is not None:
            return _deepest(self._marks, _tokens(pointer))
        known, steps = pointer, []
        region = self._known.get(known)
        while region is None:
            known, _, step = known.rpartition("/")
            steps.append(step)
            region = self._known.get(known)
        steps.reverse()
        for at, step in enumerate(steps):
            if not isinstance(region.node, _HOLDERS) or not region.node:
                break
            try:
                inner = self._inner(region).member(unescape(step))
            except _OtherLayout:
                return self._scanned(region, pointer, _tokens("/".join(["", *steps[at:]])))
            if inner is None:
                break
            known = f"{known}/{step}"
            region = self._known[known] = inner
        return region.start

    def _inner(self, region: _Region) -> _Region:
        """Find the lines of a region's members, which must agree with the members that were parsed."""
        if region.members is None:
            node = region.node
            starts = self._json_starts(region) if self._is_json else self._yaml_starts(region)
            if len(starts) != len(node) or (isinstance(node, dict) and not self._are_named(node, starts)):
                raise _OtherLayout
            names = node if isinstance(node, dict) else map(str, range(len(node)))
            region.members = dict(zip(names, range(len(node)), strict=True))
            region.starts = starts
        return region

    def _are_named(self, names: Iterable[str], starts: list[int]) -> bool:
        """Answer whether each line begins with the name of its member, quoted or not."""
        data = self._text.data
        firsts = [start + (data[start] in b"\"'") for start in starts]
        return all(map(data.startswith, [name.encode("utf-8", "replace") for name in names], firsts))

    def _json_starts(self, region: _Region) -> list[int]:
        data = self._text.data
        opener = _skip(JSON_KEY, data, region.start) if region.has_key else region.start
        line = JSON_LINE.match(data, opener)
        if line is None:
            raise _OtherLayout
        member = _at_margin(line[1])
        return [match.end() for match in member.finditer(data, opener, region.end)]

    def _yaml_starts(self, region: _Region) -> list[int]:
        data = self._text.data
        start = region.start
        if region.has_key:
            start = _skip(YAML_KEY, data, start, required=True)
            start = _skip(YAML_GAP, data, start)
        start = _skip(YAML_GAP, data, _skip(YAML_PROPERTIES, data, start))
        if start >= region.end or data[start] in b"[{*":
            raise _OtherLayout
        margin = b" " * (start - data.rfind(b"\n", 0, start) - 1)
        if isinstance(region.node, dict):
            member = re.compile(b"\n" + margin + rb"(?=[^ \t\n#-]|-\S)")
            return [start, *(match.end() for match in member.finditer(data, start, region.end))]
        member = re.compile(b"\n" + margin + rb"-(?=\s)")
        dashes = [start + 1, *(match.end() for match in member.finditer(data, start, region.end))]
        return [self._item(dash, end) for dash, end in zip(dashes, [*dashes[1:], region.end], strict=True)]

    def _item(self, dash: int, end: int) -> int:
        """Answer where a list item's value starts: after its dash, unless it is empty."""
        start = _skip(YAML_GAP, self._text.data, dash)
        return start if start < end - 1 else dash - 1

    def _scanned(self, region: _Region, pointer: str, left: Sequence[str]) -> int:
        """Scan a part exactly where it is in one piece, else the whole file once."""
        if region.mark is None:
            region.mark = self._mark(region)
        if region.mark is None:
            return _deepest(self._all(), _tokens(pointer))
        return _deepest(region.mark, left) if region.mark.children else region.start

    def _mark(self, region: _Region) -> Mark | None:
        """Scan an object or list that is written between brackets; None for any other, or a broken one."""
        data = self._text.data
        start = region.start
        if region.has_key:
            start = _skip(JSON_KEY if self._is_json else YAML_KEY, data, start)
            start = _skip(YAML_GAP, data, start)
        if region is self._root or data[start : start + 1] not in (b"[", b"{"):
            return None
        try:
            return self._scan(start, region.end)
        except SpecError:
            return None

    def _scan(self, start: int, end: int | None) -> Mark:
        if self._is_json:
            return json_marks(self._text, start, end)
        from diffing.yaml_events import read_yaml

        return read_yaml(self._text, start, end, resolve=start == 0).mark

    def _all(self) -> Mark:
        if self._marks is None:
            self._marks = self._scan(0, None)
        return self._marks


@lru_cache(maxsize=512)
def _at_margin(line: bytes) -> re.Pattern[bytes]:
    """Answer what finds the members of an object whose lines begin so."""
    return re.compile(re.escape(line) + rb"(?![ \t\n\]}])")


def _deepest(mark: Mark, tokens: Sequence[str]) -> int:
    for token in tokens:
        inner = mark.children.get(token)
        if inner is None and token.isdecimal():
            inner = mark.children.get(int(token))
        if inner is None:
            break
        mark = inner
    return mark.offset


def _tokens(pointer: str) -> list[str]:
    return [unescape(token) for token in pointer.split("/")[1:]]


def _skip(pattern: re.Pattern[bytes], data: bytes, start: int, *, required: bool = False) -> int:
    match = pattern.match(data, start)
    if match is None:
        if required:
            raise _OtherLayout
        return start
    return match.end()
