"""One part of an operation by itself, under another's name, to be compared with what takes its place.

A parameter, a header, a property, or what a media type carries.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from diffing.api import Operation, Parameter, media_key
from diffing.document import Dialect, Document, Node
from diffing.errors import SpecError
from diffing.ground import Half, half
from diffing.one_operation import WHERE
from diffing.part import Part
from diffing.schema import Conjunction

_DEEPEST: Final = 20
_JSON: Final = "application/json"
_SUCCESS: Final = "2"


class Named(NamedTuple):
    """A part of an operation, as `diffing.elements` tells it apart; `name` of a property is its path."""

    kind: str
    place: str
    name: str


def alone(document: Document, method: str, path: str, named: Named, as_: Named) -> Document:
    """Return a document that has one operation with one part only, which has the name and place of another.

    Raises SpecError where the operation has no such part, or it stands in another file.
    """
    if document.dialect is Dialect.GRAPHQL:
        raise SpecError("is a GraphQL schema; only OpenAPI documents can be compared", document.source)
    side = half(document)
    operation = next(
        (one for one in side.api.operations() if (one.method.upper(), one.path) == (method, path)), None
    )
    write = _WRITERS.get(named.kind)
    item = write(side, operation, named, as_) if operation is not None and write else None
    if item is None:
        raise SpecError(f"has no {named.kind} {named.name} at {method} {path}", document.source)
    rest = {name: value for name, value in document.tree.items() if name not in {*WHERE, "security"}}
    answer = {"responses": {"200": {"description": "It."}}}
    return replace(document, tree={**rest, "paths": {"/part": {"post": {**answer, **item}}}})


def _parameter(side: Half, operation: Operation, named: Named, as_: Named) -> dict[str, Node] | None:
    for one in side.api.parameters(operation).values():
        if one.name.lower() == named.name.lower() and one.place == named.place:
            node = _node(one.part)
            if named.place != as_.place:
                node = {key: value for key, value in node.items() if key not in ("style", "explode")}
            return {"parameters": [{**node, "name": as_.name, "in": as_.place}]}
    return None


def _header(side: Half, operation: Operation, named: Named, as_: Named) -> dict[str, Node] | None:
    found = (
        header
        for response in side.api.responses(operation).values()
        for header in response.headers.values()
        if header.name.lower() == named.name.lower()
    )
    header: Parameter | None = next(found, None)
    if header is None:
        return None
    return {"responses": {"200": {"description": "It.", "headers": {as_.name: _node(header.part)}}}}


def _property(side: Half, operation: Operation, named: Named, as_: Named) -> dict[str, Node] | None:
    for schema in _bodies(side, operation, named.kind.partition("-")[0]):
        found = _follow(side, schema, named.name.split("/"))
        if found is not None:
            inner, is_required = found
            owner: dict[str, Node] = {"type": "object", "properties": {as_.name: _schema(inner)}}
            whole = owner | ({"required": [as_.name]} if is_required else {})
            return _message(side, as_.kind.partition("-")[0], whole)
    return None


def _media_type(side: Half, operation: Operation, named: Named, as_: Named) -> dict[str, Node] | None:
    for name, schema in _media(side, operation, named.place):
        if media_key(name) == media_key(named.name) and schema is not None:
            return _message(side, as_.place, _schema(schema))
    return None


def _message(side: Half, place: str, schema: Node) -> dict[str, Node]:
    """Write a request or an answer that carries a schema, as the document's dialect does."""
    is_old, content = side.document.dialect is Dialect.OPENAPI_2_0, {_JSON: {"schema": schema}}
    if place == "request":
        body = {"name": "body", "in": "body", "schema": schema}
        return {"parameters": [body]} if is_old else {"requestBody": {"content": content}}
    told = {"schema": schema} if is_old else {"content": content}
    return {"responses": {"200": {"description": "It.", **told}}}


def _bodies(side: Half, operation: Operation, place: str) -> Iterator[Conjunction]:
    return (schema for _name, schema in _media(side, operation, place) if schema is not None)


def _media(side: Half, operation: Operation, place: str) -> Iterator[tuple[str, Conjunction | None]]:
    """Yield the media types of requests, or of answers, those that tell of success first."""
    if place == "request":
        body = side.api.body(operation)
        yield from ((one.name, one.schema) for one in (body.media.values() if body else ()))
        return
    answers = sorted(side.api.responses(operation).values(), key=lambda one: one.status[:1] != _SUCCESS)
    yield from ((one.name, one.schema) for answer in answers for one in answer.media.values())


def _follow(side: Half, conjunction: Conjunction, names: list[str]) -> tuple[Conjunction, bool] | None:
    """Return a property's schema and whether it is always there, found by its path; None where it isn't."""
    if len(names) > _DEEPEST:
        return None
    schema = side.schemas.effective(conjunction)
    first, rest = names[0], names[1:]
    below = [schema.subschemas[key] for key in _ENTRIES if key in schema.subschemas] if first == "*" else []
    inner = [schema.properties[first]] if first in schema.properties else below
    for one in inner:
        if not rest:
            return one, first in schema.required
        if (found := _follow(side, one, rest)) is not None:
            return found
    for union in schema.unions:
        for branch in union.branches:
            if (found := _follow(side, (branch,), names)) is not None:
                return found
    return None


def _schema(conjunction: Conjunction) -> Node:
    nodes = [_node(part) for part in conjunction]
    return nodes[0] if len(nodes) == 1 else {"allOf": nodes}


def _node(part: Part) -> Node:
    """Return what stands there; what another file holds means nothing in this one."""
    if part.file:
        raise SpecError(f"keeps it in another file, {part.file}, where it can't be told apart", part.file)
    return part.node


_ENTRIES: Final = ("items", "additionalProperties")
_WRITERS: Final[Mapping[str, Callable[[Half, Operation, Named, Named], dict[str, Node] | None]]] = {
    "parameter": _parameter,
    "header": _header,
    "request-property": _property,
    "response-property": _property,
    "media-type": _media_type,
}
COMPARABLE: Final = frozenset(_WRITERS)
"""The kinds of parts that can be compared."""
