"""What every walk stands on: both documents with their readers, and the list of what was found."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from diffing.api import ApiReader, Operation
from diffing.change import Change, Located, Site
from diffing.document import Dialect, Document
from diffing.equality import same
from diffing.finding import Direction, Effect, Reach
from diffing.part import Part
from diffing.readers.heirs import Heirs
from diffing.readers.json_schema import SchemaReader
from diffing.readers.refs import Resolver
from diffing.sameness import Sameness
from diffing.walk_schema import SchemaWalk

WORDS = frozenset({"description", "summary", "title", "example", "examples", "externalDocs", "tags"})
"""Members of any object that are words only."""

_FLIPPED = {Direction.REQUEST: Direction.RESPONSE, Direction.RESPONSE: Direction.REQUEST}


class Half(NamedTuple):
    """One document and its readers."""

    document: Document
    resolver: Resolver
    api: ApiReader
    schemas: SchemaReader


@dataclass(slots=True)
class Ground:
    """Both halves, the walk of schemas that all sites feed, and the changes found so far."""

    old: Half
    new: Half
    today: date
    sameness: Sameness
    schemas: SchemaWalk
    found: list[Located] = field(default_factory=list)
    seen: set[tuple[str, str, str]] = field(default_factory=set)
    pending: deque[tuple[Operation, Operation, "Scene"]] = field(default_factory=deque)
    entered: set[tuple[object, ...]] = field(default_factory=set)

    def enter(self, old: Operation, new: Operation, where: "Scene") -> None:
        """Put a pair of operations on the list; one that calls itself back is on it once."""
        key = (where.method, where.path, old.part.spot, new.part.spot, where.swapped)
        if key not in self.entered:
            self.entered.add(key)
            self.pending.append((old, new, where))

    def report(self, change: Change, *sites: Site) -> None:
        """Add a change that reaches these sites."""
        self.found.append(Located(change, sites))

    def see(self, old: Part | None, new: Part | None) -> None:
        """Note that a walk came by these parts, so that they count as reached."""
        if old is not None:
            self.seen.add(("old", *old.spot))
        if new is not None:
            self.seen.add(("new", *new.spot))

    def leftover(
        self, old: Part, new: Part, element: str, read: frozenset[str], sites: Iterable[Site]
    ) -> None:
        """Report the members of two objects that no rule reads: words by their rule, the rest as residue."""
        if not isinstance(old.node, dict) or not isinstance(new.node, dict):
            return
        where = tuple(sites)
        for key in {**old.node, **new.node}:
            if key in read or (key in old.node and key in new.node and same(old.node[key], new.node[key])):
                continue
            self.report(_left(element, key, old.get(key), new.get(key)), *where)


class Scene(NamedTuple):
    """The place a walk is at: an operation, what leads to it ("callback paid "), whether roles swap."""

    method: str
    path: str
    operation_id: str | None
    prefix: str = ""
    swapped: bool = False

    def site(self, where: str, element: str) -> Site:
        """Name a site in this scene; what the provider calls is named by what leads to it alone."""
        name = self.prefix.rstrip() if where in ("webhook", "callback") else self.prefix + where
        return Site(Reach(self.method, self.path, self.operation_id, name), element)

    def direction(self, direction: Direction) -> Direction:
        """Answer the direction in which a message goes here: providers send the requests of callbacks."""
        return _FLIPPED[direction] if self.swapped else direction

    def inner(self, prefix: str) -> "Scene":
        """Answer the scene of something that this operation calls back."""
        return self._replace(prefix=self.prefix + prefix, swapped=not self.swapped)


def scene(operation: Operation) -> Scene:
    """Answer the scene of an operation."""
    identifier = operation.part.node.get("operationId")
    return Scene(
        operation.method.upper(), operation.path, identifier if isinstance(identifier, str) else None
    )


def half(document: Document) -> Half:
    """Answer a document with the readers of its dialect."""
    resolver = Resolver(document)
    return Half(document, resolver, _reader(resolver), SchemaReader(resolver))


def _reader(resolver: Resolver) -> ApiReader:
    if resolver.document.dialect is Dialect.OPENAPI_2_0:
        from diffing.readers.openapi2 import OpenApi2

        return OpenApi2(resolver)
    from diffing.readers.openapi3 import OpenApi3

    return OpenApi3(resolver)


def ground(old: Document, new: Document, today: date) -> Ground:
    """Prepare the comparison of two documents."""
    before, after = half(old), half(new)
    heirs = Heirs(before.resolver), Heirs(after.resolver)
    sameness = Sameness(before.resolver, after.resolver, heirs)
    return Ground(before, after, today, sameness, SchemaWalk(before.schemas, after.schemas, sameness, heirs))


def node(part: Part | None) -> Any:
    """Answer the value of a part, None for no part."""
    return None if part is None else part.node


def _left(element: str, key: str, old: Part | None, new: Part | None) -> Change:
    words = key in WORDS
    silent = words or key.startswith("x-")
    return Change(
        direction=Direction.NONE,
        element=element,
        aspect=key.lower() if words else "extension" if silent else "other",
        action="added" if old is None else "removed" if new is None else "changed",
        effect=Effect.NONE if silent else Effect.UNKNOWN,
        old=old,
        new=new,
        subject=key,
        was=node(old),
        now=node(new),
        by="rule" if silent else "residue",
    )
