"""What a discriminator asks of the branches of a union, by the text alone, as `projection` writes it."""

from typing import Any

from diffing.hiding import joined
from diffing.part import Part
from diffing.readers.refs import Resolver


def tag_of(resolver: Resolver, part: Part, branch: Part) -> dict[str, Any] | None:
    """Answer what a discriminator asks of a branch: its property holds one of the branch's names."""
    discriminator, node = part.node.get("discriminator"), branch.node
    if not isinstance(discriminator, dict) or not isinstance(node, dict):
        return None
    name, reference = discriminator.get("propertyName"), node.get("$ref")
    if not isinstance(name, str) or not isinstance(reference, str):
        return None
    tags = _tags(resolver, part, branch, discriminator)
    return {"required": [name], "properties": {name: {"enum": tags} if tags else {}}}


def _tags(resolver: Resolver, part: Part, branch: Part, discriminator: dict[str, Any]) -> list[str]:
    """Answer the names of a branch: the mapping's, else its own; none where it lists values itself."""
    mapping = discriminator.get("mapping")
    implied = str(branch.node["$ref"]).rpartition("/")[2]
    target = resolver.target(branch.node["$ref"], branch.file)
    names = {
        tag
        for tag, value in (mapping.items() if isinstance(mapping, dict) else ())
        if isinstance(value, str) and (value == implied or _leads_to(resolver, value, part, target))
    }
    if names or _lists(resolver, branch, discriminator["propertyName"]):
        return sorted(names)
    return [implied]


def _leads_to(resolver: Resolver, value: str, part: Part, target: Part | None) -> bool:
    found = resolver.target(value, part.file) if "/" in value or "#" in value else None
    return found is not None and target is not None and found.spot == target.spot


def _lists(resolver: Resolver, branch: Part, name: str) -> bool:
    """Answer whether a schema itself lists the values of a property."""
    for each in joined(resolver, branch):
        properties = each.get("properties")
        member = properties.get(name) if properties else None
        if member is not None and any(
            {"enum", "const"} & held.node.keys() for held in joined(resolver, member)
        ):
            return True
    return False
