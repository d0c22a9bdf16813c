"""Read the small YAML of a policy file: texts, whole numbers, lists and objects, each with its line.

Dates and words such as `no` stay text; anchors, tags and repeated keys are refused. Specs have a reader
of their own, made for size.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from diffing.document import Node
from diffing.errors import DiffingError

MAX_BYTES = 1_000_000
MAX_DEPTH = 8
_NUMBER = re.compile(r"0|[1-9]\d{0,8}")

Path = tuple[str | int, ...]
Lines = dict[Path, int]


class PolicyError(DiffingError):
    """A policy cannot be read: each of its lines names file and line, what is wrong and what to do."""


def parsed(data: bytes, name: str) -> tuple[Node, Lines]:
    """Return the value of a YAML text and the line of each node by its path; raises PolicyError."""
    if len(data) > MAX_BYTES:
        raise PolicyError(f"{name}:1: holds {len(data):,} bytes; a policy may have {MAX_BYTES:,}")
    lines: Lines = {}
    events = yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return _document(events, name, lines), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise PolicyError(f"{name}:{line}: {error.problem or error.context}; mend the YAML") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{name}:1: is not UTF-8 text in YAML; mend the file") from error


def _document(events: Iterator[Any], name: str, lines: Lines) -> Node:
    found = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            if () in lines:
                raise PolicyError(f"{name}:{_line(event)}: a second document begins; keep one")
            found = _node(event, events, name, lines, ())
    return found


def _node(event: Any, events: Iterator[Any], name: str, lines: Lines, path: Path) -> Node:
    line = lines.setdefault(path, _line(event))
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise PolicyError(f"{name}:{line}: anchors and aliases are not read here; write the value out")
    if len(path) > MAX_DEPTH:
        raise PolicyError(f"{name}:{line}: nests deeper than a policy can")
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, name, lines, path)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, name, lines, path)
    plain = event.implicit[0] and _NUMBER.fullmatch(event.value)
    return int(event.value) if plain else event.value


def _sequence(events: Iterator[Any], name: str, lines: Lines, path: Path) -> list[Node]:
    result: list[Node] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        result.append(_node(event, events, name, lines, (*path, len(result))))
    return result


def _mapping(events: Iterator[Any], name: str, lines: Lines, path: Path) -> dict[str, Node]:
    result: dict[str, Node] = {}
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        line = _line(key)
        if not isinstance(key, yaml.ScalarEvent):
            raise PolicyError(f"{name}:{line}: a key must be plain text")
        if key.value in result:
            raise PolicyError(f"{name}:{line}: the key {key.value!r} stands here twice; keep one")
        lines[(*path, key.value)] = line
        result[key.value] = _node(next(events), events, name, lines, (*path, key.value))
    return result


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
