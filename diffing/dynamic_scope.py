"""References that mean one schema or another, depending on where evaluation came from.

A `$dynamicRef` leads to the outermost `$dynamicAnchor` of its name on the way to it (JSON Schema 2020-12,
section 8.2.3.2). Where a name is given once there is nothing to choose. Where it is given several times, the
text alone doesn't say which is meant: a digest of all that may be meant is put in the place of the
reference's text, and no rule reads it, so that a difference in any of it is told as undecided.
"""

import hashlib

from diffing.document import Node
from diffing.resources import node_at
from diffing.schema import canonical
from diffing.schema_places import rewritten, schemas


def with_meanings(tree: Node) -> Node:
    """Answer the tree of a file, each `$dynamicRef` of a name given several times replaced by its meanings.

    They are what it may lead to and all that refers on from there, told by a digest: beside each of as many
    references they would be a square of the document. The given tree is left as it is; what did not change is
    shared with it, or is it.
    """
    given: dict[str, dict[str, Node]] = {}
    for pointer, schema, _ in schemas(tree, ""):
        if isinstance(schema.get("$dynamicAnchor"), str):
            given.setdefault(schema["$dynamicAnchor"], {})[pointer] = schema
    meanings = {name: _told(tree, places) for name, places in given.items() if len(places) > 1}

    def swap(keyword: str, reference: str, _base: str) -> Node:
        return (
            meanings.get(reference.rpartition("#")[2], reference) if keyword == "$dynamicRef" else reference
        )

    return rewritten(tree, swap, "") if meanings else tree


def _told(tree: Node, places: dict[str, Node]) -> Node:
    meant = canonical(_closure(tree, places)).encode()
    return {"schemas": len(places), "sha256": hashlib.sha256(meant).hexdigest()}


def _closure(tree: Node, places: dict[str, Node]) -> dict[str, Node]:
    found = dict(places)
    pending = list(places.values())
    while pending:
        for _, schema, _ in schemas(pending.pop(), ""):
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/") and reference[1:] not in found:
                found[reference[1:]] = node_at(tree, reference[1:])
                pending.append(found[reference[1:]])
    return {pointer: found[pointer] for pointer in sorted(found)}
