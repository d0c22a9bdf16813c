"""Read schemas of any dialect into the effective model.

References are followed, `allOf` and lone branches are merged, null's spellings become one flag. All of
it is iterative: a chain of ten thousand references is no deeper than one.
"""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor
from typing import Any

from diffing.document import Dialect, Node
from diffing.part import Part
from diffing.readers import spellings
from diffing.readers.refs import Resolver
from diffing.schema import ANY, Conjunction, Fact, Form, Schema, Union, canonical

_MERGED_LIMITS: dict[str, Callable[[Any, Any], Any]] = {
    "minLength": max,
    "maxLength": min,
    "minItems": max,
    "maxItems": min,
    "minProperties": max,
    "maxProperties": min,
    "minContains": max,
    "maxContains": min,
}
_NEUTRAL = {"minLength": 0, "minItems": 0, "minProperties": 0, "minContains": 1}
_ANNOTATIONS = frozenset(
    "title description default example examples externalDocs deprecated readOnly writeOnly xml "
    "$comment x-sunset x-extensible-enum contentSchema contentEncoding contentMediaType".split()
)
_SUBSCHEMAS = frozenset(
    "items additionalProperties additionalItems unevaluatedItems unevaluatedProperties contains "
    "propertyNames not if then else".split()
)
_BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_DEPENDENCIES = frozenset({"dependentRequired", "dependencies"})
_OPEN_WHEN_EMPTY = frozenset(
    "items additionalProperties additionalItems unevaluatedItems unevaluatedProperties propertyNames".split()
)
_LEAVES_NOTHING_TO = {"unevaluatedItems": "items", "unevaluatedProperties": "additionalProperties"}
"""For a keyword about what is left over, the one that leaves nothing where it accepts everything."""
_READ_ELSEWHERE = frozenset(
    "$ref $dynamicRef $recursiveRef allOf anyOf oneOf type nullable x-nullable enum const minimum maximum "
    "exclusiveMinimum exclusiveMaximum multipleOf pattern format uniqueItems required properties "
    "patternProperties dependentSchemas dependentRequired dependencies prefixItems discriminator "
    "$id $schema $anchor $dynamicAnchor $recursiveAnchor $defs definitions "
    # fields of a 2.0 parameter or header, which is its own schema
    "name in collectionFormat allowEmptyValue".split()
)


class SchemaReader:
    """Read the schemas of one document; answers are remembered."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._dialect = resolver.document.dialect
        self._by_conjunction: dict[tuple[tuple[str, str], ...], Schema] = {}
        self._by_key: dict[tuple[tuple[str, str], ...], Schema] = {}

    def effective(self, conjunction: Conjunction) -> Schema:
        """Answer what the schemas of `conjunction` say together."""
        name = tuple(part.spot for part in conjunction)
        if name not in self._by_conjunction:
            self._by_conjunction[name] = self._read(conjunction)
        return self._by_conjunction[name]

    def target(self, part: Part) -> Part:
        """Answer the schema that a part stands for: the end of its chain of references."""
        return self._resolver.follow(part)

    def collapsed(self, schema: Schema) -> Schema:
        """Answer a schema with a union of mere types written as a list of types; else the schema itself."""
        if len(schema.unions) != 1 or schema.types is not None:
            return schema
        (union,) = schema.unions
        branches = [self.effective((branch,)) for branch in union.branches]
        if not all(only_types(branch) for branch in branches):
            return schema
        named = [word for branch in branches for word in branch.types or ()]
        once = set(named)
        if union.kind == "oneOf" and (len(once) < len(named) or once >= {"integer", "number"}):
            return schema
        nulls = sum(branch.null for branch in branches)
        null = schema.null and (nulls == 1 if union.kind == "oneOf" else nulls > 0)
        part = union.part
        return replace(schema, types=frozenset(once), type_part=part, null=null, null_part=part, unions=())

    def _read(self, conjunction: Conjunction) -> Schema:
        flat = _Flat(self._resolver, self._dialect)
        flat.add(conjunction)
        key = tuple(sorted(part.spot for part, _ in flat.plain))
        if key not in self._by_key:
            self._by_key[key] = self._merge(key, flat, conjunction)
        return self._by_key[key]

    def _merge(self, key: tuple[tuple[str, str], ...], flat: "_Flat", conjunction: Conjunction) -> Schema:
        first = flat.plain[0][0] if flat.plain else conjunction[0]
        schema = Schema(
            key=key, part=first, unions=tuple(flat.unions), plain=tuple(part for part, _ in flat.plain)
        )
        for part, excused in flat.plain:
            _add(schema, part, self._dialect, excused)
        schema.extras.update(("$ref", part) for part in flat.dangling)
        if schema.null:
            schema.null_part = flat.null_at or schema.null_part
        _settle(schema)
        _distribute(schema)
        return schema


class _Flat:
    """The parts of a conjunction that say something themselves, references and `allOf` taken apart."""

    def __init__(self, resolver: Resolver, dialect: Dialect) -> None:
        self._resolver = resolver
        self._dialect = dialect
        self._seen: set[tuple[str, str]] = set()
        self.plain: list[tuple[Part, bool]] = []
        self.unions: list[Union] = []
        self.dangling: list[Part] = []
        self.null_at: Part | None = None

    def add(self, conjunction: Conjunction) -> None:
        """Take a conjunction apart. A part is excused where null was admitted beside it already."""
        pending = [(part, False) for part in reversed(conjunction)]
        while pending:
            part, excused = pending.pop()
            if part.spot in self._seen:
                continue
            self._seen.add(part.spot)
            pending.extend(reversed(self._open(part, excused)))

    def _open(self, part: Part, excused: bool) -> list[tuple[Part, bool]]:
        if not isinstance(part.node, dict):
            self.plain.append((part, excused))
            return []
        inner = []
        target = self._target(part)
        if target is None and "$ref" in part.node:
            self.dangling.append(part.child("$ref"))
        if target is not None:
            inner.append((target, excused))
            if self._dialect not in spellings.REFERENCE_HAS_SIBLINGS:
                return inner
        if target is None or len(part.node) > 1:
            self.plain.append((part, excused))
        every = part.get("allOf")
        inner.extend((branch, excused) for branch in (every.items() if every else []))
        for kind in ("anyOf", "oneOf"):
            inner.extend(self._open_union(part, kind, excused))
        return inner

    def _target(self, part: Part) -> Part | None:
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(part.node.get(keyword), str):
                return self._resolver.target(part.node[keyword], part.file)
        if isinstance(part.node.get("$recursiveRef"), str):
            return self._resolver.recursive(part)
        return None

    def _open_union(self, part: Part, kind: str, excused: bool) -> list[tuple[Part, bool]]:
        union = part.get(kind)
        branches = union.items() if union else []
        if union is None or not branches:
            return []
        if kind == "anyOf":
            branches = self._distinct(branches)
        if len(branches) == 1:
            return [(branches[0], excused)]
        others = [b for b in branches if not spellings.is_null(self._resolver.follow(b).node)]
        has_null = len(others) < len(branches)
        if has_null:
            self.null_at = self.null_at or union
        if len(others) == 1 and (kind == "anyOf" or not has_null or not self._admits_null(others[0])):
            return [(others[0], excused or has_null)]
        tagged = spellings.discriminator_of(part.node.get("discriminator")) is not None
        if not any(known.kind == kind and _says_the_same(known.part, union) for known in self.unions):
            self.unions.append(Union(kind, union, tuple(branches), tagged))
        return []

    def _distinct(self, branches: list[Part]) -> list[Part]:
        kept = list({self._resolver.follow(branch).spot: branch for branch in branches}.values())
        return [
            branch
            for index, branch in enumerate(kept)
            if not any(_says_the_same(branch, other) for other in kept[:index])
        ]

    def _admits_null(self, branch: Part) -> bool:
        node = self._resolver.follow(branch).node
        return not isinstance(node, dict) or spellings.admits_null(node, self._dialect)


def _says_the_same(one: Part, other: Part) -> bool:
    try:
        return (
            one.file == other.file
            and one.node == other.node
            and canonical(one.node) == canonical(other.node)  # `true` is not 1
        )
    except RecursionError:  # too deep to be worth telling
        return False


def _add(schema: Schema, part: Part, dialect: Dialect, excused: bool) -> None:
    node = part.node
    if isinstance(node, Form):
        _add_form(schema, node)
    elif node is False:
        schema.never = True
    elif isinstance(node, dict):
        _add_types(schema, part, dialect, excused)
        _add_enum(schema, part)
        _add_numbers(schema, part)
        _add_texts(schema, part)
        _add_members(schema, part)
        _add_rest(schema, part)


def _add_form(schema: Schema, form: Form) -> None:
    schema.types = frozenset({"object"})
    schema.null = False
    schema.required.update(form.required)
    for name, part in form.fields.items():
        schema.properties[name] = (part,)


def _add_types(schema: Schema, part: Part, dialect: Dialect, excused: bool) -> None:
    types = spellings.types_of(part.node)
    if types is not None:
        others = types - {"null"}
        schema.types = others if schema.types is None else _meet(schema.types, others)
        schema.type_part = schema.type_part or part.child("type")
    if not excused and not spellings.admits_null(part.node, dialect):
        schema.null = False
    flag = part.get(spellings.NULLABLE.get(dialect, "nullable"))
    schema.null_part = schema.null_part or flag or part.get("type")


def _meet(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    both = one & other
    for a, b in ((one, other), (other, one)):
        if "integer" in a and "number" in b:
            both |= {"integer"}
    return both


def _add_enum(schema: Schema, part: Part) -> None:
    if "enum" not in part.node and "const" not in part.node:
        return
    listed = part.get("enum")
    if listed is not None and isinstance(listed.node, list):
        _limit_values(schema, listed, [(item.node, item) for item in listed.items()])
    constant = part.get("const")
    if constant is not None:
        schema.constant = True
        _limit_values(schema, constant, [(constant.node, constant)])


def _limit_values(schema: Schema, listed: Part, values: list[tuple[Node, Part]]) -> None:
    found = {canonical(value): Fact(value, at) for value, at in values if value is not None}
    if schema.enum is None:
        schema.enum, schema.enum_part = found, listed
    else:
        schema.enum = {text: fact for text, fact in schema.enum.items() if text in found}


def _add_numbers(schema: Schema, part: Part) -> None:
    for keyword, value in part.node.items():
        merge = _MERGED_LIMITS.get(keyword)
        if merge is None or not spellings.number(value) or value == _NEUTRAL.get(keyword):
            continue
        known = schema.limits.get(keyword)
        if known is None or merge(known.value, value) != known.value:
            schema.limits[keyword] = Fact(value, part.child(keyword))
    if not part.node.keys() & _BOUNDS:
        return
    _add_bound(schema, part, "minimum", spellings.lower_bound(part.node), 1)
    _add_bound(schema, part, "maximum", spellings.upper_bound(part.node), -1)


def _add_bound(
    schema: Schema, part: Part, name: str, bound: tuple[float, bool, str] | None, sign: int
) -> None:
    if bound is None:
        return
    value, excluded, keyword = bound
    known = schema.limits.get(name)
    if known is None or (sign * value, excluded) > (sign * known.value[0], known.value[1]):
        schema.limits[name] = Fact((value, excluded), part.child(keyword))


def _add_texts(schema: Schema, part: Part) -> None:
    words = {
        "multipleOf": part.node.get("multipleOf") if spellings.number(part.node.get("multipleOf")) else None,
        "pattern": part.node.get("pattern") if isinstance(part.node.get("pattern"), str) else None,
        "format": spellings.format_of(part.node),
    }
    for keyword, value in words.items():
        if value is None:
            continue
        at = part.get(keyword) or part
        known = schema.facts.get(keyword)
        together = (value,) if known is None else tuple(sorted({*known.value, value}, key=canonical))
        schema.facts[keyword] = Fact(together, known.part if known else at)
    if part.node.get("uniqueItems") is True:
        schema.facts.setdefault("uniqueItems", Fact(True, part.child("uniqueItems")))
    discriminator = spellings.discriminator_of(part.node.get("discriminator"))
    if discriminator is not None:
        schema.facts.setdefault("discriminator", Fact(discriminator, part.child("discriminator")))


def _add_members(schema: Schema, part: Part) -> None:
    required = part.get("required")
    for entry in required.items() if required else []:
        if isinstance(entry.node, str):
            schema.required.setdefault(entry.node, entry)
    for keyword, into in (
        ("properties", schema.properties),
        ("patternProperties", schema.patterns),
        ("dependentSchemas", schema.dependents),
    ):
        held = part.get(keyword)
        for name, member in held.members() if held else []:
            into[name] = (*into.get(name, ()), member)
    prefix = part.get("prefixItems")
    if prefix is not None and not schema.prefix:
        schema.prefix = tuple((entry,) for entry in prefix.items())
    if part.node.keys() & _DEPENDENCIES:
        _add_dependencies(schema, part)


def _add_dependencies(schema: Schema, part: Part) -> None:
    for keyword in part.node.keys() & _DEPENDENCIES:
        held = part.get(keyword)
        for name, member in held.members() if held else []:
            if isinstance(member.node, list):
                schema.facts[f"dependentRequired/{name}"] = Fact(member.node, member)
            else:
                schema.dependents[name] = (*schema.dependents.get(name, ()), member)


def _add_rest(schema: Schema, part: Part) -> None:
    for keyword in part.node:
        if keyword in _READ_ELSEWHERE or keyword in _MERGED_LIMITS:
            continue
        member = part.child(keyword)
        if keyword in _SUBSCHEMAS:
            if keyword in _OPEN_WHEN_EMPTY and _accepts_all(member.node):
                continue
            if _accepts_all(part.node.get(_LEAVES_NOTHING_TO.get(keyword, ""))):
                continue
            schema.subschemas[keyword] = (*schema.subschemas.get(keyword, ()), member)
        elif keyword in _ANNOTATIONS:
            schema.facts.setdefault(keyword, Fact(member.node, member))
        else:
            schema.extras.setdefault(keyword, member)


def _accepts_all(node: Node) -> bool:
    return node is True or node == {}


def _settle(schema: Schema) -> None:
    """Draw the conclusions that need all parts: types that an enum implies, subschemas that contradict."""
    if schema.types is None and schema.enum is not None:
        schema.types = frozenset(_type_of(fact.value) for fact in schema.enum.values())
    schema.never = schema.never or _is_empty(schema)
    for keyword in ("additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems"):
        closing = [part for part in schema.subschemas.get(keyword, ()) if part.node is False]
        if closing:
            schema.subschemas[keyword] = (closing[0],)
    if "additionalItems" in schema.subschemas and "items" not in schema.subschemas:
        schema.subschemas["items"] = schema.subschemas.pop("additionalItems")
    _settle_conditions(schema)
    if schema.types == frozenset({"integer"}):
        _settle_bounds(schema)
    for keyword in [key for key in schema.facts if key.startswith("dependentRequired/")]:
        if all(isinstance(name, str) and name in schema.required for name in schema.facts[keyword].value):
            del schema.facts[keyword]


def _is_empty(schema: Schema) -> bool:
    """Answer whether types leave no value: no type is common to all parts, or no listed value has one."""
    if schema.null or schema.types is None:
        return False
    if schema.enum is None:
        return not schema.types
    listed = frozenset(_type_of(fact.value) for fact in schema.enum.values())
    return not _meet(schema.types, listed)


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
        if least is not None and least.value == 0:
            del held["contains"], schema.limits["minContains"]


def _distribute(schema: Schema) -> None:
    """Let one part's `additionalProperties` govern the properties that only other parts declare."""
    if len(schema.plain) < 2:
        return
    for part in schema.plain:
        rest = part.get("additionalProperties")
        if rest is None or not isinstance(rest.node, dict) or not rest.node:
            continue
        own = part.get("properties")
        declared = own.node if own and isinstance(own.node, dict) else {}
        for name in schema.properties:
            if name not in declared:
                schema.properties[name] = (*schema.properties[name], rest)


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
    facts = schema.facts.keys() - _ANNOTATIONS
    return schema.types is not None and not (says or more or facts or schema.extras)


def rest_of(schema: Schema) -> Conjunction:
    """Answer the schema of properties that an object does not declare."""
    return schema.subschemas.get("additionalProperties") or schema.subschemas.get(
        "unevaluatedProperties", ANY
    )
