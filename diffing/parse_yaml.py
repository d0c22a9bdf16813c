"""YAML bytes to values by the core schema of YAML 1.2, keys as text: fast where it is safe, else exact."""

from diffing.bounds import MAX_NODES
from diffing.document import Node
from diffing.text import Text
from diffing.yaml_scan import is_plain

_HOLDERS = frozenset({dict, list})


def parse_yaml(text: Text) -> Node:
    """Read a YAML document; raises SpecError with its line for what is not YAML or too large."""
    if text.data.count(b"[") + text.data.count(b"{") > MAX_NODES:
        raise text.error(f"holds more than {MAX_NODES:,} objects and lists; split it", 0)
    return _parse_fast(text) if is_plain(text.data) else _parse_exactly(text)


def _parse_exactly(text: Text) -> Node:
    from diffing.yaml_events import read_yaml

    return read_yaml(text).value


def _parse_fast(text: Text) -> Node:
    try:
        import yaml_rs
    except ImportError:
        return _parse_exactly(text)
    try:
        value = yaml_rs.loads(text.data.decode("utf-8"), parse_datetime=False)
    except (yaml_rs.YAMLDecodeError, TypeError):  # the latter for a key that is an object or a list
        return _parse_exactly(text)
    return value if isinstance(value, dict) and _name_keys(value) else _parse_exactly(text)


def _name_keys(root: Node) -> bool:
    """Turn integer keys into their text, in place; False where a key's text is no longer known."""
    pending = [root]
    while pending:
        node = pending.pop()
        if type(node) is dict:
            try:
                "".join(node)  # the quickest way to ask whether all keys are text
            except TypeError:
                if not _name_keys_of(node):
                    return False
            node = node.values()
        for value in node:
            if type(value) in _HOLDERS:
                pending.append(value)
    return True


def _name_keys_of(node: dict[object, Node]) -> bool:
    if not all(type(key) is str or type(key) is int for key in node):
        return False
    named = {str(key): value for key, value in node.items()}
    if len(named) != len(node):
        return False
    node.clear()
    node.update(named)
    return True
