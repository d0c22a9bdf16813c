"""Compare the tags by which a discriminator knows the branches of two unions (OpenAPI, Discriminator Object).

A branch is known by what the mapping calls it "rather than" by its schema's own name; where its property
lists values itself, these tell it.
"""

from collections.abc import Iterator
from typing import Any

from diffing.effect import Difference
from diffing.effect_names import named
from diffing.finding import Effect
from diffing.likeness import paired
from diffing.pair import Facing, Sides
from diffing.part import Part
from diffing.readers.json_schema import SchemaReader
from diffing.schema import Fact, Schema

Renamed = dict[str, str]
"""Names of old schemas, with those of the new ones that took their place."""


def walk_tags(sides: Sides, pair: Facing, heirs: Renamed, differences: list[Difference]) -> None:
    """Add what changed between the tags; a schema under another name, `heirs` among them, keeps its tag."""
    was, now = pair.old.facts["discriminator"], pair.new.facts["discriminator"]
    matched = [one for one in _matched(sides, pair) if was.value != now.value or not _stays(sides, *one)]
    renamed = {one: other for a, b in matched if (one := _own(a)) and (other := _own(b)) and one != other}
    known = [(_known(sides.old, a, was), _known(sides.new, b, now)) for a, b in matched]
    named_pairs = [tags for (a, b), tags in zip(matched, known, strict=True) if _own(a) and _own(b)]
    kept = {tag for before, after in named_pairs for tag in before & after}
    rows = _mappings(was, now, renamed | heirs)
    differences.extend(row for row in rows if row.action == "changed" or row.subject not in kept)
    if was.value["propertyName"] != now.value["propertyName"]:
        return
    mapped = {str(tag) for fact in (was, now) for tag in fact.value["mapping"]}
    for (a, b), (before, after) in zip(matched, known, strict=True):
        listed = _listed(sides.old, a, was) ^ _listed(sides.new, b, now)
        for tag in sorted((before ^ after) - mapped - listed):
            differences.append(_unmapped(tag, a if tag in before else None, b if tag in after else None))


def _unmapped(tag: str, old: Part | None, new: Part | None) -> Difference:
    action, moved = _MOVES[old is None]
    was, now = (None if part is None else tag for part in (old, new))
    return Difference("discriminator-mapping", action, moved, old, new, was, now, tag)


def _matched(sides: Sides, pair: Facing) -> list[tuple[Part, Part]]:
    old, new = (_tagged(schema) for schema in (pair.old, pair.new))
    return paired(old, new, sides.old, sides.new)[0] if old and new else []


def _stays(sides: Sides, old: Part, new: Part) -> bool:
    """Answer whether a branch has the same name and text: one discriminator knows it by the same tags."""
    return _own(old) == _own(new) and sides.unchanged((old,), (new,))


def _tagged(schema: Schema) -> list[Part]:
    return [branch for union in schema.unions if union.tagged for branch in union.branches]


def _own(branch: Part) -> str | None:
    """Answer the name of the schema that a branch refers to."""
    reference = branch.node.get("$ref") if isinstance(branch.node, dict) else None
    return named(reference) if isinstance(reference, str) else None


def tags(name: str | None, mapping: dict[str, Any]) -> set[str]:
    """Answer what a mapping calls a schema."""
    return {str(tag) for tag, value in mapping.items() if name is not None and named(value) == name}


def _mappings(was: Fact, now: Fact, renamed: Renamed) -> Iterator[Difference]:
    before, after = was.value["mapping"], now.value["mapping"]
    for tag in sorted({**before, **after}, key=str):
        one, other = named(before.get(tag)), named(after.get(tag))
        if other == (renamed.get(one, one) if one is not None else None):
            continue
        if _is_own(str(tag), one, other, before if one is None else after):
            continue
        both = tag in before and tag in after
        action, effect = ("changed", Effect.UNKNOWN) if both else _MOVES[one is None]
        at = was.part if tag in before else None, now.part if tag in after else None
        yield Difference(
            "discriminator-mapping", action, effect, *at, before.get(tag), after.get(tag), str(tag)
        )


_MOVES = {True: ("added", Effect.WIDENS), False: ("deleted", Effect.NARROWS)}
"""What happened to a tag, by whether it is new."""


def _is_own(tag: str, one: str | None, other: str | None, lacking: dict[str, Any]) -> bool:
    """Answer whether a tag is the schema's own name, by which the side that maps it nowhere knows it too."""
    return {one, other} == {None, tag} and not tags(tag, lacking)


def _known(side: SchemaReader, branch: Part, discriminator: Fact) -> set[str]:
    """Answer the tags of a branch."""
    name = _own(branch)
    mapped, listed = tags(name, discriminator.value["mapping"]), _listed(side, branch, discriminator)
    if mapped or listed:
        return mapped & listed or mapped or listed
    return {name} if name is not None and "/" not in name else set()


def _listed(side: SchemaReader, branch: Part, discriminator: Fact) -> set[str]:
    """Answer the values that a branch itself lists for the property."""
    held = side.effective((branch,)).properties.get(discriminator.value["propertyName"])
    enum = None if held is None else side.effective(held).enum
    return {fact.value for fact in (enum or {}).values() if isinstance(fact.value, str)}
