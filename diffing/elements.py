"""What operations are made of, one element at a time, as whoever looks one up or reads its marks needs it.

Parameters, headers, media types, security schemes and properties, each with the operation that has it.
Properties are followed through references and compositions to a bounded depth and number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from diffing.api import Media, Operation, Parameter
from diffing.document import Dialect, Document
from diffing.ground import Half, half
from diffing.part import Part
from diffing.schema import Conjunction, Schema

_DEEPEST = 10
_MOST_SCHEMAS = 100_000
_FOLLOWED: Final = ("items", "additionalProperties")
_OF_SCHEMAS: Final = ("request-property", "response-property", "enum-value")
_PLACES: Final = {"body": "form", "formData": "form"}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of one operation; `kind`, `place` and `name` tell it apart, `value` an enum's value.

    `deprecated` is what the document says of it; `sunset`, `reason` and `replacement` are read from
    `x-sunset` and its kin, "" where nothing is said.
    """

    kind: str
    name: str
    place: str
    value: str
    method: str
    path: str
    deprecated: bool = False
    sunset: str = ""
    reason: str = ""
    replacement: str = ""


@dataclass(slots=True)
class _Walk:
    """A walk over one document, with what is left of its budget; `is_cut` when not all was looked at."""

    side: Half
    left: int = field(default=_MOST_SCHEMAS)
    is_cut: bool = False


def elements(document: Document) -> Iterator[Element]:
    """Yield every element of every operation; none for GraphQL documents."""
    if document.dialect is Dialect.GRAPHQL:
        return
    walk = _Walk(half(document))
    for operation in walk.side.api.operations():
        yield from _of_operation(walk, operation)


def _of_operation(walk: _Walk, operation: Operation) -> Iterator[Element]:
    yield _element("operation", "", "", operation, operation.part.node)
    yield from _parameters(walk, operation)
    yield from _messages(walk, operation)
    for need in walk.side.api.security(operation).alternatives:
        for scheme in sorted({name for name, _scope in need.needs}):
            part = walk.side.api.schemes().get(scheme)
            yield _element("security-scheme", scheme, "", operation, part.part.node if part else {})


def marked(document: Document) -> tuple[Element, ...]:
    """Return the elements that the document itself marks as deprecated, in its order, each once."""
    return tuple(dict.fromkeys(one for one in elements(document) if one.deprecated))


def having(document: Document, kind: str, name: str, place: str, value: str) -> tuple[tuple[str, str], ...]:
    """Return method and path of the operations that have an element."""
    wanted = (kind, name, place, value)
    found = (
        (one.method, one.path)
        for one in elements(document)
        if (one.kind, one.name, one.place, one.value) == wanted
    )
    return tuple(dict.fromkeys(found))


def names(
    document: Document, kind: str, of: tuple[str, str] | None = None
) -> tuple[tuple[str, str, str], ...] | None:
    """Return name, place and value of all elements of a kind, of one operation (method, path) or of all.

    None where not all was looked at: what isn't among them may be there nevertheless.
    """
    if document.dialect is Dialect.GRAPHQL:
        return None
    walk = _Walk(half(document))
    found: dict[tuple[str, str, str], None] = {}
    for operation in walk.side.api.operations():
        if of in (None, (operation.method.upper(), operation.path)):
            own = (one for one in _of_operation(walk, operation) if one.kind == kind)
            found.update(((one.name, one.place, one.value), None) for one in own)
    return None if walk.is_cut and kind in _OF_SCHEMAS else tuple(found)


def _parameters(walk: _Walk, operation: Operation) -> Iterator[Element]:
    for parameter in walk.side.api.parameters(operation).values():
        place = _PLACES.get(parameter.place, parameter.place)
        node = parameter.part.node
        yield _element("parameter", parameter.name, place, operation, node)
        yield from _values(walk, operation, parameter.schema, parameter.name, place)
        if parameter.schema is not None:
            entries = walk.side.schemas.effective(parameter.schema).subschemas.get("items")
            yield from _values(walk, operation, entries, parameter.name, place)


def _messages(walk: _Walk, operation: Operation) -> Iterator[Element]:
    body = walk.side.api.body(operation)
    for media in body.media.values() if body else ():
        yield from _media(walk, operation, media, "request")
    for response in walk.side.api.responses(operation).values():
        for header in response.headers.values():
            yield _header(operation, header)
        for media in response.media.values():
            yield from _media(walk, operation, media, "response")


def _header(operation: Operation, header: Parameter) -> Element:
    return _element("header", header.name, "response", operation, header.part.node)


def _media(walk: _Walk, operation: Operation, media: Media, place: str) -> Iterator[Element]:
    yield _element("media-type", media.name, place, operation, media.part.node if media.own else {})
    yield from _properties(walk, operation, media.schema, place, (), ())


def _properties(
    walk: _Walk,
    operation: Operation,
    conjunction: Conjunction | None,
    place: str,
    path: tuple[str, ...],
    trail: tuple[object, ...],
) -> Iterator[Element]:
    """Follow a schema to its properties; one that leads back to itself is followed once."""
    if conjunction is None:
        return
    schema = walk.side.schemas.effective(conjunction)
    if schema.key in trail:
        return
    if len(path) > _DEEPEST or walk.left <= 0:
        walk.is_cut = True
        return
    walk.left -= 1
    walk.is_cut = walk.is_cut or bool(
        schema.apart or schema.dependents or schema.subschemas.keys() - set(_FOLLOWED)
    )
    seen = (*trail, schema.key)
    for name, inner in schema.properties.items():
        here = (*path, name)
        node = _said(walk, inner)
        yield _element(f"{place}-property", "/".join(here), "", operation, node)
        yield from _values(walk, operation, inner, "/".join(here), place)
        yield from _properties(walk, operation, inner, place, here, seen)
    for inner, step in _below(schema):
        if step:
            yield from _values(walk, operation, inner, "/".join((*path, *step)), place)
        yield from _properties(walk, operation, inner, place, (*path, *step), seen)


def _below(schema: Schema) -> Iterator[tuple[Conjunction, tuple[str, ...]]]:
    """Yield what stands below a schema without a name: entries of lists and maps, branches of unions."""
    for keyword in _FOLLOWED:
        if keyword in schema.subschemas:
            yield schema.subschemas[keyword], ("*",)
    for inner in schema.patterns.values():
        yield inner, ("*",)
    for inner in schema.prefix:
        yield inner, ("*",)
    for union in schema.unions:
        for branch in union.branches:
            yield (branch,), ()


def _values(
    walk: _Walk, operation: Operation, conjunction: Conjunction | None, name: str, place: str
) -> Iterator[Element]:
    if conjunction is None:
        return
    for fact in (walk.side.schemas.effective(conjunction).enum or {}).values():
        value = fact.value if isinstance(fact.value, str) else str(fact.value)
        yield Element("enum-value", name, place, value, operation.method.upper(), operation.path)


def _said(walk: _Walk, conjunction: Conjunction) -> dict[str, Any]:
    """Return the first schema of a conjunction that says how it ends, else an empty one."""
    for part in conjunction:
        for one in (part, _target(walk, part)):
            if isinstance(one.node, dict) and one.node.get("deprecated") is True:
                return one.node
    return {}


def _target(walk: _Walk, part: Part) -> Part:
    return walk.side.schemas.target(part)


def _element(kind: str, name: str, place: str, operation: Operation, node: Any) -> Element:
    said = node if isinstance(node, dict) else {}
    return Element(
        kind,
        name,
        place,
        "",
        operation.method.upper(),
        operation.path,
        deprecated=said.get("deprecated") is True,
        sunset=_text(said, "x-sunset", "x-sunset-date", "x-sunsetDate", "x-removal-date"),
        reason=_text(said, "x-deprecated-reason", "x-deprecation-reason", "x-deprecated-message"),
        replacement=_text(said, "x-replacement", "x-replaced-by", "x-successor"),
    )


def _text(node: dict[str, Any], *names: str) -> str:
    """Return the first extension that says something; YAML readers make dates of what looks like one."""
    return next((str(node[name]) for name in names if node.get(name)), "")
