"""Keywords that mean something only beside others of the same part, where several parts hold some.

What names and tuples say together is worked out exactly, where it can be; conditions and counted matches of
several parts, and what can't be worked out, are kept as the parts that hold them, for whoever compares them.
"""

from collections.abc import Callable
from typing import NamedTuple

from diffing.document import Node
from diffing.equality import worded
from diffing.part import Part
from diffing.readers import keywords
from diffing.readers.opened import Opened
from diffing.schema import Conjunction, Schema

Opener = Callable[[Conjunction], Opened]

GROUPS: dict[str, tuple[str, ...]] = {
    "if": ("if", "then", "else"),
    "contains": ("contains", "minContains", "maxContains"),
    "additionalProperties": (
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
    ),
    "items": ("prefixItems", "items", "additionalItems", "unevaluatedItems"),
}
"""The keywords that belong together, by the one that a finding names."""
_HEADS = frozenset("if then else contains minContains maxContains items prefixItems".split()) | frozenset(
    "additionalProperties unevaluatedItems unevaluatedProperties".split()
)
SCOPED = ("unevaluatedProperties", "unevaluatedItems")
"""Keywords that see what else stands in their part."""
_LEAVING = frozenset("properties patternProperties prefixItems items contains".split()) | frozenset(
    "if dependentSchemas dependencies additionalProperties unevaluatedProperties unevaluatedItems".split()
)
_CONDITIONAL = ("if", "dependentSchemas", "dependencies")
"""Keywords by which a part says more of some values than of others."""


class Closer(NamedTuple):
    """A schema for what is left over, and the parts that leave it."""

    rest: Part
    scope: tuple[Part, ...]


class _Undecided(Exception):
    """What several parts say together can't be worked out."""


def settle(schema: Schema, opened: Opener) -> None:
    """Make of what several parts said what they say together."""
    held = frozenset[str]().union(*[part.node for part in schema.plain if isinstance(part.node, dict)])
    if held.isdisjoint(_HEADS):
        return
    for head in ("if", "contains"):
        if not held.isdisjoint(GROUPS[head]):
            _keep(schema, head, pieces(schema, head))
    for head, join in (("additionalProperties", _join_names), ("items", _join_tuples)):
        try:
            join(schema, opened)
        except _Undecided:
            schema.apart[head] = pieces(schema, head)


def pieces(schema: Schema, head: str) -> tuple[Part, ...]:
    """Answer the parts of a schema that assert something by a group's keywords, each text once."""
    found: dict[object, Part] = {}
    # under `unevaluatedItems` a match tells items even where none is asked for
    asserts = _matches if head == "contains" and "unevaluatedItems" in schema.subschemas else _ASSERTING[head]
    for part in schema.plain:
        if isinstance(part.node, dict) and asserts(part.node):
            is_scoped = any(word in part.node for word in SCOPED)
            text = part.node if is_scoped else excerpt(part, head)
            found.setdefault((part.file, worded(text)), part)
    return tuple(found.values())


def excerpt(part: Part, head: str) -> dict[str, Node]:
    """Answer a part's keywords of a group."""
    return {word: part.node[word] for word in GROUPS[head] if word in part.node}


def only(schema: Schema, head: str, held: tuple[Part, ...]) -> None:
    """Let a schema say by a group's keywords no more than one part does, or nothing."""
    for word in GROUPS[head]:
        schema.subschemas.pop(word, None)
        schema.limits.pop(word, None)
    if head == "additionalProperties":
        schema.properties, schema.patterns = {}, {}
    if head == "items":
        schema.prefix = ()
    for part in held:
        keywords.add_words(schema, part, GROUPS[head])


def _keep(schema: Schema, head: str, held: tuple[Part, ...]) -> None:
    if len(held) > 1:
        schema.apart[head] = held
    else:
        only(schema, head, held)


def _is_condition(node: dict[str, Node]) -> bool:
    return "if" in node and ("then" in node or "else" in node)


def _counts(node: dict[str, Node]) -> bool:
    return "contains" in node and (node.get("minContains") != 0 or "maxContains" in node)


def _matches(node: dict[str, Node]) -> bool:
    return "contains" in node


def _names(node: dict[str, Node]) -> bool:
    return not node.keys().isdisjoint(GROUPS["additionalProperties"])


def _lists(node: dict[str, Node]) -> bool:
    return not node.keys().isdisjoint(GROUPS["items"])


_ASSERTING = {"if": _is_condition, "contains": _counts, "additionalProperties": _names, "items": _lists}


def _join_names(schema: Schema, opened: Opener) -> None:
    """Let what one part says of names it does not know govern those that only others declare."""
    speaking = [part for part in schema.plain if isinstance(part.node, dict) and _names(part.node)]
    closers = list(_closers(speaking, "additionalProperties", "unevaluatedProperties", opened))
    if not closers:
        schema.subschemas.pop("unevaluatedProperties", None)
    if not closers or _sees_all(schema, closers, "unevaluatedProperties", opened):
        return
    for closer in closers:
        _govern(schema, closer)
    schema.subschemas.pop("unevaluatedProperties", None)
    schema.subschemas["additionalProperties"] = _together([closer.rest for closer in closers])


def _closers(speaking: list[Part], named: str, unevaluated: str, opened: Opener) -> list[Closer]:
    """Answer what says something of what is left over; `unevaluated…` sees what stands in its part."""
    found = []
    for part in speaking:
        if named in part.node:
            if _asserts(part.node[named]):
                found.append(Closer(part.child(named), (part,)))
        elif _asserts(part.node.get(unevaluated)):
            scope = opened((part,)).plain
            if not any(_leaves_nothing(each, part, named, unevaluated) for each in scope):
                found.append(Closer(part.child(unevaluated), scope))
    return found


def _leaves_nothing(each: Part, around: Part, named: str, unevaluated: str) -> bool:
    """Answer whether a part has a word for all names or entries, so that one around it sees none left."""
    node = each.node
    return isinstance(node, dict) and (named in node or (each.spot != around.spot and unevaluated in node))


def _asserts(node: Node) -> bool:
    return node is False or (isinstance(node, dict) and bool(node))


def _sees_all(schema: Schema, closers: list[Closer], unevaluated: str, opened: Opener) -> bool:
    """Answer whether what is left over is left by all that the schema says, and no part says more of it."""
    (rest, scope), *others = closers
    if others:
        return False
    if not rest.pointer.endswith(f"/{unevaluated}"):
        return all(part.spot == scope[0].spot or not _leaves(part) for part in schema.plain)
    inside = {part.spot for part in scope}
    if not all(part.spot in inside or not _leaves(part) for part in schema.plain):
        return False
    around = next(part for part in scope if part.get(unevaluated) == rest)
    within = {union.part.spot for union in opened((around,)).unions}
    return all(union.part.spot in within for union in schema.unions)


def _leaves(part: Part) -> bool:
    """Answer whether a part decides what is left over."""
    return isinstance(part.node, dict) and not _LEAVING.isdisjoint(part.node)


def _govern(schema: Schema, closer: Closer) -> None:
    """Let the schema for what is left over govern the names outside of its scope."""
    declared: set[str] = set()
    patterns: set[str] = set()
    if closer.rest.pointer.endswith("/unevaluatedProperties") and any(map(_is_conditional, closer.scope)):
        raise _Undecided
    for part in closer.scope:
        declared.update(name for name, _ in _members(part, "properties"))
        patterns.update(name for name, _ in _members(part, "patternProperties"))
    if schema.patterns.keys() - patterns:
        raise _Undecided
    for name in [name for name in schema.properties if name not in declared]:
        if _is_matched(name, patterns):
            continue
        if closer.rest.node is False:
            del schema.properties[name]
        else:
            schema.properties[name] = (*schema.properties[name], closer.rest)


def _is_conditional(part: Part) -> bool:
    return isinstance(part.node, dict) and any(
        word in part.node for word in (*_CONDITIONAL, "anyOf", "oneOf")
    )


def _members(part: Part, word: str) -> list[tuple[str, Part]]:
    held = part.get(word)
    return held.members() if held else []


def _is_matched(name: str, patterns: set[str]) -> bool:
    if not patterns:
        return False
    from diffing.languages import matches

    found = {matches(pattern, name) for pattern in patterns}
    if True not in found and None in found:
        raise _Undecided
    return True in found


def _together(rests: list[Part]) -> Conjunction:
    """Answer what several schemas for what is left over ask together."""
    closing = [rest for rest in rests if rest.node is False]
    return (closing[0],) if closing else tuple(rests)


def _join_tuples(schema: Schema, opened: Opener) -> None:
    """Let what one part says of entries beyond its own govern those that only others list."""
    speaking = [part for part in schema.plain if isinstance(part.node, dict) and _lists(part.node)]
    closers = list(_closers(speaking, "items", "unevaluatedItems", opened))
    if not any(closer.rest.pointer.endswith("/unevaluatedItems") for closer in closers):
        schema.subschemas.pop("unevaluatedItems", None)
    if not speaking:
        return
    if closers and _sees_all(schema, closers, "unevaluatedItems", opened):
        closers = [closer for closer in closers if closer.rest.pointer.endswith("/items")]
    elif any(_is_uneven(closer) for closer in closers):
        raise _Undecided
    else:
        schema.subschemas.pop("unevaluatedItems", None)
    prefixes = [_entries(part) for part in speaking]
    length = max(map(len, prefixes))
    for rest, scope in closers:
        if rest.node is False:
            length = min(length, max(len(_entries(part)) for part in scope))
    schema.prefix = tuple([_entry(index, prefixes, closers) for index in range(length)])
    if closers:
        schema.subschemas["items"] = _together([closer.rest for closer in closers])


def _is_uneven(closer: Closer) -> bool:
    """Answer whether what is left over depends on the values, and not on places alone."""
    if not closer.rest.pointer.endswith("/unevaluatedItems"):
        return False
    return any(
        _is_conditional(part) or (isinstance(part.node, dict) and "contains" in part.node)
        for part in closer.scope
    )


def _entries(part: Part) -> list[Part]:
    held = part.get("prefixItems")
    return held.items() if held else []


def _entry(index: int, prefixes: list[list[Part]], closers: list[Closer]) -> Conjunction:
    own = [entries[index] for entries in prefixes if index < len(entries)]
    rests = [rest for rest, scope in closers if index >= max(len(_entries(part)) for part in scope)]
    return (*own, *rests)
