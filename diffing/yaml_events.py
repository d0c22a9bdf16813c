"""YAML text to values and places, exactly and within bounds, over the event stream of libyaml.

It reads what the fast parser may not: aliases whose cycles and growth must be bounded, merge keys, tags,
keys that are not text, and every broken document, whose fault it names with its line. Values follow the core
schema of YAML 1.2 with text keys; `<<` merges, as the tools that people write specs with have it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from diffing.bounds import MAX_DEPTH, MAX_NODES
from diffing.document import Node
from diffing.marks import Mark
from diffing.text import Text
from diffing.yaml_scalars import plain_value

TAG = "tag:yaml.org,2002:"
COLLECTION_TAGS = frozenset(TAG + name for name in ("map", "seq", "set", "omap", "pairs"))
TEXT_TAGS = frozenset((*(TAG + name for name in ("str", "binary", "timestamp")), "!"))
TYPED_TAGS = {
    TAG + "int": (int,),
    TAG + "float": (float, int),
    TAG + "bool": (bool,),
    TAG + "null": (type(None),),
}
HIDDEN = {0x85: 0x10FFF0, 0x2028: 0x10FFF1, 0x2029: 0x10FFF2}
"""libyaml breaks lines at these three, as YAML 1.1 did; it is shown private characters in their place."""
SHOWN = {private: shown for shown, private in HIDDEN.items()}


@dataclass(slots=True)
class Read:
    """A value, its place, and how many values it holds once aliases are expanded."""

    value: Node
    mark: Mark
    size: int = 1


@dataclass(slots=True)
class _Open:
    """A collection that is being read."""

    read: Read
    anchor: str | None
    key: str | None = None
    key_offset: int = 0
    is_merge: bool = False
    merges: list[Read] = field(default_factory=list)


def read_yaml(text: Text, start: int = 0, end: int | None = None, *, resolve: bool = True) -> Read:
    """Read the one YAML document between two offsets; raises SpecError with its line.

    `resolve=False` takes a fragment in which anchors of the surrounding text are unknown, for its places.
    """
    return _Builder(text, start, end, resolve=resolve).read()


class _Builder:
    def __init__(self, text: Text, start: int, end: int | None, *, resolve: bool) -> None:
        self.text = text
        self.start = start
        self.source = text.data[start:end]
        self.resolve = resolve
        self.decoded = "" if self.source.isascii() else self.source.decode("utf-8")
        self.reached = (0, 0)
        self.anchors: dict[str, Read | None] = {}
        self.stack: list[_Open] = []
        self.roots: list[Read] = []
        self.size = 0

    def read(self) -> Read:
        for event in self._events():
            HANDLERS[type(event)](self, event)
        return self.roots[0] if self.roots else Read(None, Mark(self.start))

    def _events(self) -> Iterator[yaml.Event]:
        parser = _parser(self.decoded.translate(HIDDEN).encode("utf-8") if self.decoded else self.source)
        try:
            while parser.check_event():
                yield parser.get_event()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = ", ".join(part for part in (error.context, error.problem) if part)
            began = error.context_mark
            if began and mark and began.line < mark.line:  # far from where the mistake is, often
                what += (
                    f"; what began in line {self.text.position(self.offset(began)).line} may be unfinished"
                )
            self.fail(f"is not valid YAML: {what}; correct the text here", self.offset(mark))
        except yaml.reader.ReaderError as error:
            character = _codepoint(error.character)
            message = f"holds the control character U+{character:04X}; remove it or escape it in quotes"
            self.fail(message, self._reader_offset(error))
        finally:
            parser.dispose()

    def _reader_offset(self, error: yaml.reader.ReaderError) -> int:
        character = error.character if isinstance(error.character, str) else chr(_codepoint(error.character))
        return self.start + max(self.source.find(character.encode("utf-8")), 0)

    def offset(self, mark: yaml.Mark | None) -> int:
        """Answer the byte offset of a place that libyaml counts in characters."""
        if mark is None:
            return self.start
        if not self.decoded:
            return self.start + mark.index
        index, size = self.reached
        if mark.index < index:
            index, size = 0, 0
        self.reached = (mark.index, size + len(self.decoded[index : mark.index].encode("utf-8")))
        return self.start + self.reached[1]

    def fail(self, message: str, offset: int) -> NoReturn:
        raise self.text.error(message, offset) from None

    def document(self, event: Any) -> None:
        if self.roots:
            self.fail(
                "starts a second YAML document; keep one document per file", self.offset(event.start_mark)
            )

    def scalar(self, event: Any) -> None:
        offset = self.offset(event.start_mark)
        if self._awaits_key():
            is_merge = event.value == "<<" and event.implicit[0]
            mark = self._swallowed(event, offset)
            key = mark + self._text(event)
            self._key(key, offset - len(mark), is_merge=is_merge, anchor=event.anchor)
            return
        read = Read(self._scalar_value(event, offset), self._mark(offset))
        self._remember(event.anchor, read)
        self._add(read, offset)

    def _swallowed(self, event: Any, offset: int) -> str:
        """Answer the question mark that begins a word, which libyaml takes for an indicator in flow style."""
        at = offset - self.start
        return "?" if event.implicit[0] and self.source[at - 1 : at] == b"?" else ""

    def _text(self, event: Any) -> str:
        value: str = event.value
        return value.translate(SHOWN) if self.decoded else value

    def _scalar_value(self, event: Any, offset: int) -> Node:
        tag = event.tag
        if tag is None or tag in TYPED_TAGS:
            is_text = tag is None and not event.implicit[0]
            return self._text(event) if is_text else self._typed(event, offset)
        if tag in TEXT_TAGS:
            return self._text(event)
        return self.fail(f"the tag {tag} has no meaning in a spec; remove it", offset)

    def _typed(self, event: Any, offset: int) -> Node:
        try:
            value = plain_value(self._text(event))
        except ValueError as error:
            self.fail(f"{event.value[:40]} {error}", offset)
        if event.tag is not None and not isinstance(value, TYPED_TAGS[event.tag]):
            self.fail(f"{event.value[:40]!r} does not fit its tag {event.tag}; correct one of them", offset)
        return value

    def alias(self, event: Any) -> None:
        offset = self.offset(event.start_mark)
        read = self._named(event.anchor, offset)
        if not self._awaits_key():
            self._add(Read(read.value, self._mark(offset), read.size), offset)
            return
        if not isinstance(read.value, str):
            self.fail(f"the alias *{event.anchor} is used as a key but names no text; write the key", offset)
        self._key(read.value, offset, is_merge=False, anchor=None)

    def _named(self, anchor: str, offset: int) -> Read:
        if anchor not in self.anchors:
            if not self.resolve:
                return Read("", Mark(offset))
            self.fail(f"the alias *{anchor} names no anchor before it; define &{anchor} first", offset)
        read = self.anchors[anchor]
        if read is None:
            self.fail(f"the alias *{anchor} stands inside the value that it names; break the cycle", offset)
        return read

    def open(self, event: Any) -> None:
        offset = self.offset(event.start_mark)
        if self._awaits_key():
            self.fail("a key must be text, not a mapping or a list; quote it or restructure", offset)
        if event.tag is not None and event.tag not in COLLECTION_TAGS:
            self.fail(f"the tag {event.tag} has no meaning in a spec; remove it", offset)
        if len(self.stack) >= MAX_DEPTH:
            self.fail(f"nests deeper than {MAX_DEPTH} levels; flatten the document", offset)
        empty: Node = {} if isinstance(event, yaml.MappingStartEvent) else []
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(Read(empty, self._mark(offset), size=2), event.anchor))

    def close(self, event: Any) -> None:
        top = self.stack.pop()
        if top.merges:
            self._merge(top)
        self._remember(top.anchor, top.read)
        self._add(top.read, self.offset(event.start_mark))

    def _merge(self, top: _Open) -> None:
        for source in top.merges:
            for key, value in source.value.items():
                if key not in top.read.value:
                    top.read.value[key] = value
                    top.read.mark.children[key] = source.mark.children.get(key, source.mark)

    def _awaits_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].read.value, dict) and self.stack[-1].key is None

    def _key(self, key: str, offset: int, *, is_merge: bool, anchor: str | None) -> None:
        top = self.stack[-1]
        if key in top.read.value and not is_merge:
            line = self.text.position(top.read.mark.children[key].offset).line
            self.fail(f'repeats the key "{key}" of line {line}; remove one of the two', offset)
        self._remember(anchor, Read(key, Mark(offset)))
        top.key, top.key_offset, top.is_merge = key, offset, is_merge

    def _mark(self, offset: int) -> Mark:
        """Make the place of the value that begins here: in a mapping, its key's."""
        if self.stack and self.stack[-1].key is not None:
            return Mark(self.stack[-1].key_offset)
        return Mark(offset)

    def _remember(self, anchor: str | None, read: Read) -> None:
        if anchor is not None:
            self.anchors[anchor] = read

    def _add(self, read: Read, offset: int) -> None:
        if not self.stack:
            self.roots.append(read)
            return
        top = self.stack[-1]
        if isinstance(top.read.value, list):
            top.read.mark.children[len(top.read.value)] = read.mark
            top.read.value.append(read.value)
        elif top.is_merge:
            self._collect(top, read, offset)
        else:
            top.read.mark.children[top.key or ""] = read.mark
            top.read.value[top.key] = read.value
        top.key = None
        top.read.size += read.size
        if top.read.size > MAX_NODES:
            self.fail(f"grows beyond {MAX_NODES:,} values; split it, or use $ref in place of aliases", offset)

    def _collect(self, top: _Open, read: Read, offset: int) -> None:
        pairs = [(read.value, read.mark)]
        if isinstance(read.value, list):
            pairs = [(item, read.mark.children.get(i, read.mark)) for i, item in enumerate(read.value)]
        if not all(isinstance(value, dict) for value, _ in pairs):
            self.fail("the merge key << takes mappings only; quote it if it is meant as a name", offset)
        top.merges.extend(Read(value, mark) for value, mark in pairs)


HANDLERS: dict[type, Callable[[_Builder, Any], None]] = {
    yaml.StreamStartEvent: lambda builder, event: None,
    yaml.StreamEndEvent: lambda builder, event: None,
    yaml.DocumentStartEvent: _Builder.document,
    yaml.DocumentEndEvent: lambda builder, event: None,
    yaml.ScalarEvent: _Builder.scalar,
    yaml.AliasEvent: _Builder.alias,
    yaml.MappingStartEvent: _Builder.open,
    yaml.SequenceStartEvent: _Builder.open,
    yaml.MappingEndEvent: _Builder.close,
    yaml.SequenceEndEvent: _Builder.close,
}


def _parser(source: bytes) -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)


def _codepoint(character: object) -> int:
    if isinstance(character, int):
        return character
    return ord(character) if isinstance(character, str) else 0xFFFD
