"""Read schemas of any dialect into the effective model.

`opened` says which parts hold together, `keywords` what each part says; here they are joined, and the
conclusions drawn that need them all.
"""

from dataclasses import replace
from math import ceil, floor

from diffing import aspects
from diffing.document import Node
from diffing.part import Part, Spot
from diffing.readers import keywords
from diffing.readers.opened import Opened, Opener
from diffing.readers.refs import Resolver
from diffing.schema import ANNOTATIONS, ANY, Conjunction, Fact, Schema, Union, canonical


class SchemaReader:
    """Read the schemas of one document; answers are remembered."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._dialect = resolver.document.dialect
        self._opener = Opener(resolver)
        self._by_key: dict[tuple[Spot, ...], Schema] = {}

    def opened(self, conjunction: Conjunction) -> Opened:
        """Answer what the schemas of `conjunction` are made of."""
        return self._opener.opened(conjunction)

    def effective(self, conjunction: Conjunction) -> Schema:
        """Answer what the schemas of `conjunction` say together."""
        opened = self._opener.opened(conjunction)
        schema = self._by_key.get(opened.key)
        if schema is None:
            schema = self._by_key[opened.key] = self._merge(opened)
        return schema

    def says(self, conjunction: Conjunction, flag: str) -> bool:
        """Answer whether an annotation such as `readOnly` is true in any part (2020-12, section 9.4)."""
        for part in self._opener.opened(conjunction).plain:
            if isinstance(part.node, dict) and flag in part.node and part.node[flag] is True:
                return True
        return False

    def target(self, part: Part) -> Part:
        """Answer the schema that a part stands for: the end of its chain of references."""
        return self._resolver.follow(part)

    def collapsed(self, schema: Schema) -> Schema:
        """Answer a schema with a union of mere types, or of mere values, written as a list; else itself."""
        if len(schema.unions) != 1:
            return schema
        (union,) = schema.unions
        branches = [self.effective((branch,)) for branch in union.branches]
        if schema.enum is None and all(only_values(branch) for branch in branches):
            return _listing(schema, union, branches)
        if schema.types is not None or not all(only_types(branch) for branch in branches):
            return schema
        named = [word for branch in branches for word in branch.types or ()]
        once = set(named)
        if union.kind == "oneOf" and (len(once) < len(named) or once >= {"integer", "number"}):
            return schema
        nulls = sum(branch.null for branch in branches)
        null = schema.null and (nulls == 1 if union.kind == "oneOf" else nulls > 0)
        part = union.part
        return replace(schema, types=frozenset(once), type_part=part, null=null, null_part=part, unions=())

    def _merge(self, opened: Opened) -> Schema:
        plain = opened.plain
        schema = Schema(key=opened.key, part=opened.first, unions=opened.unions, plain=plain)
        for part in plain:
            keywords.add(schema, part, self._dialect, excused=part.spot in opened.excused)
        schema.extras.update(("$ref", part) for part in opened.dangling)
        if schema.null:
            schema.null_part = opened.null_at or schema.null_part
        if len(plain) > 1:
            from diffing.readers import neighbours

            neighbours.settle(schema, self._opener.opened)
        if schema.subschemas:
            self._leave_out_empty(schema)
        _settle(schema)
        if "minProperties" in schema.limits or "maxProperties" in schema.limits:
            self._settle_sizes(schema)
        return schema

    def _leave_out_empty(self, schema: Schema) -> None:
        """Leave out schemas that accept everything, by whatever way they say so."""
        for keyword in [word for word in keywords.OPEN_WHEN_EMPTY if word in schema.subschemas]:
            held = schema.subschemas[keyword]
            if all(_may_be_empty(part) for part in held):
                opened = self._opener.opened(held)
                asserts = opened.unions or opened.dangling or any(map(_asserts, opened.plain))
                if not asserts and (opened.plain or len(held) > 1):
                    del schema.subschemas[keyword]

    def _settle_sizes(self, schema: Schema) -> None:
        """Leave out how many properties there must be where the required, or the declared, ones say so."""
        least, most = schema.limits.get("minProperties"), schema.limits.get("maxProperties")
        hidden = any(
            self.says(held, flag) for held in schema.properties.values() for flag in ("readOnly", "writeOnly")
        )
        if least is not None and not hidden and least.value <= len(schema.required):
            del schema.limits["minProperties"]
        rest = schema.subschemas.get("additionalProperties", ANY)[0]
        is_closed = rest.node is False and not schema.patterns
        if most is not None and is_closed and most.value >= len(schema.properties):
            del schema.limits["maxProperties"]


_BOOLEANS = {"true", "false"}
_SILENT = frozenset("title description example examples externalDocs $comment".split())
_OTHERS = frozenset({"$ref", "allOf"})


def _may_be_empty(part: Part) -> bool:
    return isinstance(part.node, dict) and part.node.keys() <= _SILENT | _OTHERS


def _asserts(part: Part) -> bool:
    return part.node is not True and not _may_be_empty(part)


def _settle(schema: Schema) -> None:
    """Draw the conclusions that need all parts: types that an enum implies, subschemas that contradict."""
    if schema.types is None and schema.enum is not None:
        schema.types = frozenset(_type_of(fact.value) for fact in schema.enum.values())
    schema.never = schema.never or _is_empty(schema)
    if schema.enum is not None:
        _settle_values(schema)
        _settle_lists(schema)
    if schema.subschemas:
        _settle_closing(schema)
        _settle_negations(schema)
    _settle_conditions(schema)
    if schema.types == frozenset({"integer"}):
        _settle_bounds(schema)
    for keyword in [key for key in schema.facts if key.startswith("dependentRequired/")]:
        if all(name in schema.required for name in schema.facts[keyword].value):
            del schema.facts[keyword]


def _settle_values(schema: Schema) -> None:
    """Leave out listed values that can't come: beyond a bound, or of another type than text."""
    kept = {text: fact for text, fact in (schema.enum or {}).items() if _is_possible(schema, fact.value)}
    if kept and len(kept) < len(schema.enum or ()):
        schema.enum = kept


def _is_possible(schema: Schema, value: Node) -> bool:
    types = frozenset({_type_of(value)})
    if schema.types is not None and not keywords.meet(types, schema.types):
        # `enum: [v1, 2]` of strings: who writes YAML without quotes means texts
        return "string" in schema.types and isinstance(value, bool | int | float)
    return not schema.limits or all(
        limit.admits(schema.limits[limit.keyword].value, value)
        for limit in aspects.LIMITS
        if limit.keyword in schema.limits and keywords.meet(types, limit.types)
    )


def _settle_lists(schema: Schema) -> None:
    """Let a list of null, or of both booleans, be the type that it amounts to."""
    if not schema.enum and schema.null:
        schema.types = frozenset()
    elif schema.types != frozenset({"boolean"}) or not (schema.enum or {}).keys() >= _BOOLEANS:
        return
    schema.enum, schema.constant = None, False


def _settle_closing(schema: Schema) -> None:
    """Let `false` win over what else is said of unnamed members; older drafts call unnamed items another."""
    for keyword in ("additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems"):
        closing = [part for part in schema.subschemas.get(keyword, ()) if part.node is False]
        if closing:
            schema.subschemas[keyword] = (closing[0],)
    if "additionalItems" in schema.subschemas and "items" not in schema.subschemas:
        schema.subschemas["items"] = schema.subschemas.pop("additionalItems")


def _settle_negations(schema: Schema) -> None:
    """Join what several parts exclude: nothing may be the one or the other, as of a union in one `not`."""
    excluded = {canonical(part.node): part for part in schema.subschemas.get("not", ())}
    if any(part.node is True or part.node == {} for part in excluded.values()):
        schema.never = True
        del schema.subschemas["not"]
        return
    if len(excluded) < 2:
        return
    first, *others = sorted(excluded.values(), key=lambda part: part.spot)
    pointer = "~#or".join([first.pointer, *(part.pointer for part in others)])
    schema.subschemas["not"] = (
        Part({"anyOf": [part.node for part in (first, *others)]}, first.file, pointer),
    )


def _is_empty(schema: Schema) -> bool:
    """Answer whether types leave no value: no type is common to all parts, or no listed value has one."""
    if schema.null or schema.types is None:
        return False
    if schema.enum is None:
        return not schema.types
    listed = frozenset(_type_of(fact.value) for fact in schema.enum.values())
    return not keywords.meet(schema.types, listed)


def _settle_bounds(schema: Schema) -> None:
    """Take the next integer for a bound that is itself excluded; type and bound may stand in two parts."""
    for name in ("minimum", "maximum"):
        bound = schema.limits.get(name)
        if bound is not None and bound.value[1]:
            value = bound.value[0]
            closed = floor(value) + 1 if name == "minimum" else ceil(value) - 1
            schema.limits[name] = Fact((closed, False), bound.part)


def _settle_conditions(schema: Schema) -> None:
    """Leave out what asserts nothing: a condition without consequences and the other way round."""
    held = schema.subschemas
    if "if" not in held or not held.keys() & {"then", "else"}:
        for keyword in ("if", "then", "else"):
            held.pop(keyword, None)
    if "contains" not in held:
        schema.limits.pop("minContains", None)
        schema.limits.pop("maxContains", None)
    elif "maxContains" not in schema.limits:
        least = schema.limits.get("minContains")
        if least is not None and least.value == 0 and "unevaluatedItems" not in held:
            del held["contains"], schema.limits["minContains"]


def _type_of(value: Node) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    return {float: "number", str: "string", list: "array", dict: "object"}.get(type(value), "null")


def only_types(schema: Schema) -> bool:
    """Answer whether a schema asserts which types are legal, and nothing else."""
    says = schema.limits or schema.required or schema.properties or schema.patterns or schema.dependents
    more = schema.subschemas or schema.prefix or schema.unions or schema.enum is not None or schema.never
    facts = schema.facts.keys() - ANNOTATIONS
    return schema.types is not None and not (says or more or facts or schema.extras)


def only_values(schema: Schema) -> bool:
    """Answer whether a schema lists its values, and asserts nothing else."""
    if schema.enum is None or schema.null or schema.never or schema.extras:
        return False
    return only_types(replace(schema, enum=None))


def _listing(schema: Schema, union: Union, branches: list[Schema]) -> Schema:
    """Answer a schema with the values of all branches; itself where `oneOf` may refuse some, or types do."""
    values = {text: fact for branch in branches for text, fact in (branch.enum or {}).items()}
    if union.kind == "oneOf" and len(values) < sum(len(branch.enum or {}) for branch in branches):
        return schema
    types = frozenset(_type_of(fact.value) for fact in values.values())
    if schema.types is not None and keywords.meet(schema.types, types) != types:
        return schema
    kept = types if schema.types is None else schema.types
    return replace(schema, types=kept, null=False, enum=values, enum_part=union.part, unions=())


def rest_of(schema: Schema) -> Conjunction:
    """Answer the schema of properties that an object does not declare."""
    return schema.subschemas.get("additionalProperties") or schema.subschemas.get(
        "unevaluatedProperties", ANY
    )
