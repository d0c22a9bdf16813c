"""Paths whose text is equal in both documents: what of them has to be read, if anything.

Those that lead to no change are left out. Of those that lead to one by the schemas of their bodies alone, as
most do to a popular component, only these are noted. Both are found in plain values, with no operation read.
What operations take over from the document (servers, security, media types of 2.0) must be equal for that; if
it is not, every path is read.
"""

from collections.abc import Mapping
from typing import NamedTuple

from diffing.api import METHODS, media_key
from diffing.change import Site
from diffing.document import Node
from diffing.finding import Direction, Reach
from diffing.ground import Ground, node
from diffing.pair import Pair
from diffing.part import Part, escape

_TAKEN_OVER = "servers security host basePath schemes consumes produces securityDefinitions".split()


class Body(NamedTuple):
    """A body whose schema is one reference; `steps` lead to the schema from the operation."""

    direction: Direction
    where: str
    steps: tuple[str, ...]
    reference: str


class Operation(NamedTuple):
    """An operation of an equal path, by method, with the bodies that lead to changes."""

    method: str
    node: Mapping[str, Node]
    bodies: list[Body]


class EqualPaths:
    """The paths of which less is read: those that are left out, and those of which bodies are noted."""

    def __init__(self, ground: Ground) -> None:
        """Look at the paths that both documents have."""
        self._ground = ground
        self._pairs: dict[tuple[str, Direction], Pair] = {}
        self._known: dict[tuple[str | None, str, str], Body] = {}
        self.noted: dict[str, list[Operation]] = {}
        """Operations by path, in the order of the text."""
        self.names: set[str] = set()
        """All paths that need no other look."""
        old, new = (half.resolver.root.get("paths") for half in (ground.old, ground.new))
        if _are_objects(old, new) and _takes_over_the_same(ground):
            self._look(node(old), node(new))

    def _look(self, old: Mapping[str, Node], new: Mapping[str, Node]) -> None:
        sameness = self._ground.sameness
        for name, item in old.items():
            if name not in new:
                continue
            references = sameness.shared(item, new[name])
            if references is None:
                continue
            touched = [text for text in references if sameness.touched(text, "", "")]
            noted = self._noted(item, touched) if touched else []
            if noted is not None:
                self.names.add(name)
            if noted:
                self.noted[name] = noted

    def _noted(self, item: Node, touched: list[str]) -> list[Operation] | None:
        """Answer the operations with bodies that refer to what is touched; None where more does."""
        if not isinstance(item, dict) or "$ref" in item:
            return None
        found = []
        told = 0
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, dict):
                bodies = self._bodies(operation, touched)
                told += len(bodies)
                found.append(Operation(method, operation, bodies))
        return found if told == self._ground.sameness.count(item, touched) else None

    def _bodies(self, operation: Mapping[str, Node], touched: list[str]) -> list[Body]:
        """Answer the bodies whose schema is only a reference to what is touched, requests first."""
        found: list[Body] = []
        request = operation.get("requestBody")
        if isinstance(request, dict):
            self._add_media(found, request, touched, None)
        responses = operation.get("responses")
        for status, response in responses.items() if isinstance(responses, dict) else ():
            if isinstance(response, dict) and (status.isdecimal() or status == "default"):
                self._add_media(found, response, touched, status)
        return found

    def _add_media(
        self, found: list[Body], holder: Mapping[str, Node], touched: list[str], status: str | None
    ) -> None:
        content = holder.get("content")
        if not isinstance(content, dict) or "$ref" in holder or (len(content) > 1 and not _is_clear(content)):
            return
        for name, media in content.items():
            schema = media.get("schema") if isinstance(media, dict) else None
            if isinstance(schema, dict) and len(schema) == 1 and schema.get("$ref") in touched:
                key = status, name, schema["$ref"]
                body = self._known.get(key)
                if body is None:
                    body = self._known[key] = _body(*key)
                found.append(body)

    def note(self, path: str) -> None:
        """Let the schemas below a path know who leads to them."""
        for method, operation, bodies in self.noted[path]:
            identifier = operation.get("operationId")
            if not isinstance(identifier, str):
                identifier = None
            named = method.upper()
            for body in bodies:
                name = body.reference, body.direction
                pair = self._pairs.get(name) or self._pair(path, method, operation, body)
                pair.sites.append(Site(Reach(named, path, identifier, body.where), "body"))

    def _pair(self, path: str, method: str, operation: Mapping[str, Node], body: Body) -> Pair:
        schema: Node = operation
        for step in body.steps:
            schema = schema[step]
        pointer = "/".join(["", *map(escape, ("paths", path, method, *body.steps))])
        part = Part(schema, "", pointer)
        pair = self._ground.schemas.pair((part,), (part,), body.direction)
        self._pairs[body.reference, body.direction] = pair
        return pair


def _are_objects(*parts: Part | None) -> bool:
    return all(isinstance(node(part), dict) for part in parts)


def _takes_over_the_same(ground: Ground) -> bool:
    """Answer whether documents say the same for all of their operations, security schemes included."""
    old, new = ground.old.resolver.root, ground.new.resolver.root
    pairs = [(old.get(name), new.get(name)) for name in _TAKEN_OVER]
    before, after = old.get("components"), new.get("components")
    pairs.append((before and before.get("securitySchemes"), after and after.get("securitySchemes")))
    return ground.sameness.comparable and all(
        a is b if a is None or b is None else ground.sameness.unchanged(a, b) for a, b in pairs
    )


def _body(status: str | None, name: str, reference: str) -> Body:
    """Describe a body of one media type: of the request where there is no status."""
    inner = "content", name, "schema"
    if status is None:
        return Body(Direction.REQUEST, f"request body {name}", ("requestBody", *inner), reference)
    return Body(Direction.RESPONSE, f"response {status} {name}", ("responses", status, *inner), reference)


def _is_clear(content: Mapping[str, Node]) -> bool:
    """Answer whether no two media types mean the same one."""
    return len({media_key(name) for name in content}) == len(content)
