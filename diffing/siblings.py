"""The branches of one union beside each other: which share values, which one accepts all of another."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

from diffing import effect
from diffing.part import Part, Spot
from diffing.readers.json_schema import SchemaReader
from diffing.schema import Schema, Union, canonical

Tags = dict[str, str]
"""Properties that can take one value only, with that value."""


class Siblings:
    """What the branches of a union are to each other; nothing is read before it is asked for."""

    def __init__(self, union: Union, side: SchemaReader) -> None:
        """Keep the union and who reads its branches."""
        self._union = union
        self._side = side

    def alone(self, branch: Part) -> bool:
        """Answer whether no value of the branch is a sibling's too, which `oneOf` would refuse."""
        if self._union.kind != "oneOf" or self._union.tagged:
            return True
        mine, tags = self._schemas[branch.spot], self._tags[branch.spot]
        return all(
            _apart(self._schemas[spot], mine, self._tags[spot], tags)
            for spot in self._near(branch.spot)
            if spot != branch.spot
        )

    def covered(self, branch: Part) -> bool:
        """Answer whether a sibling accepts all that the branch accepts, so that it decides nothing.

        Of siblings that cover each other the first one decides.
        """
        if self._union.kind != "anyOf":
            return False
        inner, turn = self._schemas[branch.spot], self._turns[branch.spot]
        return any(
            _covers(other, inner) and (self._turns[spot] < turn or not _covers(inner, other))
            for spot, other in self._wide.items()
            if spot != branch.spot
        )

    def refused(self, branch: Part) -> bool:
        """Answer whether a sibling accepts all that the branch accepts, so that `oneOf` refuses all of it."""
        if self._union.kind != "oneOf" or self._union.tagged:
            return False
        inner = self._schemas[branch.spot]
        return any(_covers(other, inner) for spot, other in self._wide.items() if spot != branch.spot)

    @cached_property
    def _schemas(self) -> dict[Spot, Schema]:
        return {branch.spot: self._side.effective((branch,)) for branch in self._union.branches}

    @cached_property
    def _turns(self) -> dict[Spot, int]:
        return {branch.spot: turn for turn, branch in enumerate(self._union.branches)}

    @cached_property
    def _wide(self) -> dict[Spot, Schema]:
        """The branches that may cover others, since they ask for types alone."""
        return {
            spot: schema for spot, schema in self._schemas.items() if not (_asserts(schema) or schema.unions)
        }

    @cached_property
    def _tags(self) -> dict[Spot, Tags]:
        return {spot: tags_of(schema) for spot, schema in self._schemas.items()}

    @cached_property
    def _sure(self) -> dict[Spot, Tags]:
        """The tags that every object of a branch has, so that none is without."""
        return {
            spot: {name: value for name, value in tags.items() if name in self._schemas[spot].required}
            for spot, tags in self._tags.items()
        }

    @cached_property
    def _groups(self) -> tuple[str, dict[str | None, list[Spot]]]:
        """The tag that most branches have, and the branches by its value; None stands for no such tag."""
        counts = Counter(name for tags in self._sure.values() for name in tags)
        name = max(counts, key=lambda tag: (counts[tag], tag), default="")
        groups: dict[str | None, list[Spot]] = defaultdict(list)
        for spot, tags in self._sure.items():
            groups[tags.get(name)].append(spot)
        return name, groups

    @cached_property
    def _nullable(self) -> list[Spot]:
        return [spot for spot, schema in self._schemas.items() if schema.null]

    def _near(self, spot: Spot) -> Iterator[Spot]:
        """Answer the branches that may share values with one: those that the tag doesn't tell from it."""
        name, groups = self._groups
        value = self._sure[spot].get(name)
        if value is None:
            yield from self._schemas
            return
        yield from groups[value]
        yield from groups[None]
        if self._schemas[spot].null:
            yield from self._nullable


def bare(schema: Schema) -> bool:
    """Answer whether a schema asserts nothing beside its unions, or only that it is an object."""
    return not _asserts(schema) and (schema.types is None or schema.types == {"object"})


def _asserts(schema: Schema) -> bool:
    """Answer whether a schema asserts more than types and unions."""
    asserts = schema.limits or schema.required or schema.properties or schema.patterns or schema.subschemas
    words = any(name in schema.facts for name in ("pattern", "format", "multipleOf", "uniqueItems"))
    return bool(asserts or words or schema.enum is not None or schema.prefix or schema.dependents)


def tags_of(schema: Schema) -> Tags:
    """Answer the properties that can take one value only: what tells the branches of a union apart."""
    found: Tags = {}
    for name, conjunction in schema.properties.items():
        node = conjunction[0].node
        if not isinstance(node, dict):
            continue
        if "const" in node:
            found[name] = canonical(node["const"])
        elif isinstance(node.get("enum"), list) and len(node["enum"]) == 1:
            found[name] = canonical(node["enum"][0])
    return found


def clashing(tags: Tags, others: Tags) -> list[str]:
    """Answer the tags that two schemas have under one name with different values."""
    return [name for name in tags.keys() & others.keys() if tags[name] != others[name]]


def _covers(wide: Schema, narrow: Schema) -> bool:
    if _asserts(wide) or wide.unions or wide.never:
        return False
    if wide.types is None:
        return wide.null or not narrow.null
    return (
        narrow.types is not None
        and effect.within(narrow.types, wide.types)
        and (wide.null or not narrow.null)
    )


def apart(one: Schema, other: Schema) -> bool:
    """Answer whether no value satisfies both, as far as that is easily told."""
    return _apart(one, other, tags_of(one), tags_of(other))


def _apart(one: Schema, other: Schema, tags: Tags, others: Tags) -> bool:
    """Answer whether no value satisfies both, as far as types, lists of values and tags tell."""
    if one.never or other.never:
        return True
    if one.null and other.null:
        return False
    if effect.disjoint(one, other) or one.types == frozenset() or other.types == frozenset():
        return True
    if one.enum is not None and other.enum is not None and not one.enum.keys() & other.enum.keys():
        return True
    if any(name in one.required or name in other.required for name in clashing(tags, others)):
        return True
    return _foreign(one, other) or _foreign(other, one)


def _foreign(one: Schema, other: Schema) -> bool:
    """Answer whether one object demands a property that the other, a closed one, does not declare."""
    both = one.types == other.types == frozenset({"object"})
    if not both or not other.closed or other.patterns:
        return False
    return any(name not in other.properties for name in one.required)
