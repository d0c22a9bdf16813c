"""Envoy's pitfalls: headers that stand twice, links that are lost, and percent signs that mean something."""

import re
from collections.abc import Iterator

import yaml

from deprecations.exporters.pitfalls.nginx_blocks import UnreadableConfiguration
from deprecations.exporters.pitfalls.pitfall import DATES, OURS, Pitfall, malformed

_OVERWRITES = frozenset({"OVERWRITE_IF_EXISTS_OR_ADD", "OVERWRITE_IF_EXISTS"})
_MEANT = re.compile(r"%%|%[A-Z_]+(?:\([^)]*\))?(?::\d+)?%")


def pitfalls(text: str) -> list[Pitfall]:
    """Name the pitfalls of a configuration in YAML; raises UnreadableConfiguration."""
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, RecursionError) as error:
        raise UnreadableConfiguration(f"it is no YAML: {error}") from error
    return sorted({one for node in documents for header in _headers(node) for one in _judge(header)})


def _headers(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """Yield each entry of response_headers_to_add; a node that aliases repeat is looked at once."""
    waiting, seen = [root] if root else [], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == "response_headers_to_add" and isinstance(value, yaml.SequenceNode):
                    yield from (one for one in value.value if isinstance(one, yaml.MappingNode))
                waiting.append(value)


def _judge(entry: yaml.MappingNode) -> Iterator[Pitfall]:
    header = _member(entry, "header")
    if not isinstance(header, yaml.MappingNode):
        return
    name, value = _text(_member(header, "key")), _text(_member(header, "value"))
    if name.lower() not in OURS:
        return
    line = header.start_mark.line + 1
    action = _text(_member(entry, "append_action")) or "APPEND_IF_EXISTS_OR_ADD"
    if name.lower() in DATES and action not in _OVERWRITES:
        text = f"{action} leaves the service's own {name} beside this one"
        yield Pitfall(line, "duplicate-header", f"{text}: write append_action: OVERWRITE_IF_EXISTS_OR_ADD.")
    if name.lower() == "link" and action in _OVERWRITES:
        text = f"{action} takes away the links that the service sends, such as those of its pages"
        yield Pitfall(line, "lost-links", f"{text}: write append_action: APPEND_IF_EXISTS_OR_ADD.")
    if "%" in _MEANT.sub("", value):
        yield Pitfall(line, "single-percent", "a “%” begins a command of Envoy's here: write “%%”.")
    elif name.lower() in DATES and "%" not in value:
        yield from malformed(line, name, value)


def _member(node: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in node.value if key.value == name), None)


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
