"""Where each value of a JSON text stands: the exact scan behind positions and error messages.

Parsing into values is `parse_json`'s work; YAML has its own scan in `yaml_events`.
"""

import re
from dataclasses import dataclass, field

from diffing.bounds import MAX_DEPTH
from diffing.text import Text

TOKEN = re.compile(rb'[ \t\n]*("(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s"\[\]{}:,]+|")', re.DOTALL)


@dataclass(slots=True)
class Mark:
    """A value's place: the offset of its key (in an object) or of itself, and the places inside it.

    Children are keyed by object key or by list index; a scalar has none.
    """

    offset: int
    children: dict[str | int, "Mark"] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A container that is being read; `key` is the key whose value comes next."""

    mark: Mark
    is_object: bool
    key: str | int | None = None
    key_offset: int = 0


def json_marks(text: Text, start: int = 0, end: int | None = None) -> Mark:
    """Scan JSON between two offsets and answer the place of each value.

    Raises SpecError where an object repeats a key (naming both lines) or nests too deep. Other faults are
    the parser's to find: for broken text the answer covers what comes before.
    """
    root = Mark(start)
    stack = [_Open(root, is_object=False, key=-1)]
    pending: tuple[str, int] | None = None
    for match in TOKEN.finditer(text.data, start, len(text.data) if end is None else end):
        token, offset = match[1], match.start(1)
        top = stack[-1]
        if token == b",":
            pending = None
        elif token == b":" and pending is not None:
            top.key, top.key_offset = pending
            pending = None
        elif token in (b"}", b"]"):
            if len(stack) == 1:
                break
            stack.pop()
        elif top.is_object and top.key is None:
            pending = (_string(token), offset)
        else:
            mark = _enter(text, top, offset)
            if token in (b"{", b"["):
                stack.append(_Open(mark, token == b"{", None if token == b"{" else -1))
                _check_depth(text, stack, offset)
    return root.children.get(0, root)


def _string(token: bytes) -> str:
    import json

    try:
        value = json.loads(token)
    except ValueError:
        return token.decode("utf-8", "replace")
    return value if isinstance(value, str) else token.decode("utf-8", "replace")


def _enter(text: Text, top: _Open, offset: int) -> Mark:
    if not top.is_object:
        index = len(top.mark.children)
        mark = top.mark.children[index] = Mark(offset)
        return mark
    key = top.key if top.key is not None else ""
    first = top.mark.children.get(key)
    if first is not None:
        line = text.position(first.offset).line
        raise text.error(f'repeats the key "{key}" of line {line}; remove one of the two', top.key_offset)
    mark = top.mark.children[key] = Mark(top.key_offset)
    top.key = None
    return mark


def _check_depth(text: Text, stack: list[_Open], offset: int) -> None:
    if len(stack) - 1 > MAX_DEPTH:
        raise text.error(f"nests deeper than {MAX_DEPTH} levels; flatten the document", offset)
