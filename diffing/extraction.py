"""Inline schemas that became components of the same text, and components that were written out inline.

A hint beside the findings, like those of `hints`; it needs both documents to see what stands at a place.
"""

from collections.abc import Iterable
from urllib.parse import quote

from diffing.change import Change, Located
from diffing.document import Node
from diffing.equality import same
from diffing.finding import Hint
from diffing.part import Part
from diffing.readers.refs import Resolver


def extractions(changes: Iterable[Located], old: Resolver, new: Resolver) -> tuple[Hint, ...]:
    """Suggest which component was taken out of which place, or put back into it; the first place of each."""
    listed = [located.change for located in changes]
    came = _components(listed, "added", new)
    went = _components(listed, "removed", old)
    found: dict[tuple[str, str], Hint] = {}
    for change in listed:
        if change.aspect != "spelling" or not (came or went):
            continue
        place = change.old or change.new
        if place is None:
            continue
        file, pointer = place.file, place.pointer.rpartition("/")[0]
        before, after = _at(old, file, pointer), _at(new, file, pointer)
        for kind, inline, other, components in (
            ("schema-extracted", before, after, came),
            ("schema-inlined", after, before, went),
        ):
            name = _referred(other, components)
            if name and inline is not None and same(inline.node, components[name]):
                ends = (pointer, name) if kind == "schema-extracted" else (name, pointer)
                found.setdefault((kind, name), Hint(kind, *ends))
    return tuple(found.values())


def _components(changes: list[Change], action: str, resolver: Resolver) -> dict[str, Node]:
    """Answer the schema components that came or went, by name, with what they stand for."""
    found = {}
    for change in changes:
        part = change.new if action == "added" else change.old
        if part and (change.element, change.aspect, change.action) == ("schema", "component", action):
            found[change.subject] = resolver.follow(part).node
    return found


def _at(resolver: Resolver, file: str, pointer: str) -> Part | None:
    return resolver.target("#" + quote(pointer, safe="/~"), file)


def _referred(part: Part | None, components: dict[str, Node]) -> str:
    """Answer which of the components a reference names; "" for none."""
    reference = part.get("$ref") if part is not None else None
    name = reference.node.rpartition("/")[2] if reference and isinstance(reference.node, str) else ""
    return name if name in components else ""
