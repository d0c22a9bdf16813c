"""One operation of a document by itself, under another's name, so that the two can be compared."""

from collections.abc import Mapping
from dataclasses import replace

from diffing.document import Dialect, Document, Node
from diffing.errors import SpecError

WHERE = frozenset({"servers", "host", "basePath", "schemes", "webhooks", "paths"})
"""Where it is called is what its name says."""
_MOST_HOPS = 20


def alone(document: Document, method: str, path: str, *, as_method: str, as_path: str) -> Document:
    """Return a document that has one operation only, under the method and path named.

    `path` is as the document spells it. A path that another file holds keeps all of its methods. Raises
    SpecError where the operation isn't there, or where it can't stand under another method.
    """
    if document.dialect is Dialect.GRAPHQL:
        raise SpecError("is a GraphQL schema; only OpenAPI documents can be compared", document.source)
    item, own = _item(document, path), method.lower()
    if own not in item and not ("$ref" in item and method == as_method):
        raise SpecError(f"has no {method} {path} that could be told apart", document.source)
    rest = {name: value for name, value in document.tree.items() if name not in WHERE}
    kept = _renamed(item, own, as_method.lower()) if own in item else item
    return replace(document, tree={**rest, "paths": {as_path: kept}})


def _item(document: Document, path: str) -> Mapping[str, Node]:
    """Return a path's object, through references within the document."""
    item = document.tree.get("paths", {}).get(path, {})
    for _hop in range(_MOST_HOPS):
        reference = item.get("$ref") if isinstance(item, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        item = _at(document, reference)
    return item if isinstance(item, dict) else {}


def _at(document: Document, reference: str) -> Node:
    node: Node = document.tree
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        node = node.get(name, {}) if isinstance(node, dict) else {}
    return node


def _renamed(item: Mapping[str, Node], method: str, as_method: str) -> dict[str, Node]:
    operation = item[method]
    told = (
        {name: value for name, value in operation.items() if name != "servers"}
        if isinstance(operation, dict)
        else operation
    )
    shared = {"parameters": item["parameters"]} if "parameters" in item else {}
    return {**shared, as_method: told}
