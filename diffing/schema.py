"""The effective schema: what a schema means once references, `allOf` and spellings are out of the way.

Every dialect is read into this one model (`readers.json_schema`). Each fact remembers the part of the
original text it came from.
"""

import json
import json.encoder
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from diffing.document import Node
from diffing.part import Part

Conjunction = tuple[Part, ...]
"""Schemas that hold together: a value is legal where it satisfies them all."""

ANY: Conjunction = (Part({}, "", "~#any"),)
"""The schema that accepts everything, standing nowhere in the text."""


ANNOTATIONS = frozenset(
    "title description default example examples externalDocs deprecated readOnly writeOnly xml "
    "$comment x-sunset x-extensible-enum contentSchema contentEncoding contentMediaType".split()
)
"""Keywords that leave the legal values alone."""


class Fact(NamedTuple):
    """An effective value and the part of the text that sets it."""

    value: Any
    part: Part


class Union(NamedTuple):
    """An `anyOf` or `oneOf` of two branches or more; lone branches are gone. `tagged`: by a discriminator."""

    kind: str
    part: Part
    branches: tuple[Part, ...]
    tagged: bool = False


@dataclass(slots=True)
class Schema:
    """What one conjunction of schemas says together.

    `types` holds the types other than null, None where any is legal; `null` whether null is legal.
    `limits` and the other maps go by the keyword's JSON Schema 2020-12 name. `enum` is keyed by
    canonical value. `apart` holds, by keyword, parts whose keywords can't be joined (`readers.neighbours`).
    Nothing here is a dialect's spelling any more.
    """

    key: tuple[tuple[str, str], ...]
    part: Part
    types: frozenset[str] | None = None
    null: bool = True
    never: bool = False
    constant: bool = False
    type_part: Part | None = None
    null_part: Part | None = None
    enum: dict[str, Fact] | None = None
    enum_part: Part | None = None
    limits: dict[str, Fact] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    required: dict[str, Part] = field(default_factory=dict)
    properties: dict[str, Conjunction] = field(default_factory=dict)
    patterns: dict[str, Conjunction] = field(default_factory=dict)
    dependents: dict[str, Conjunction] = field(default_factory=dict)
    subschemas: dict[str, Conjunction] = field(default_factory=dict)
    prefix: tuple[Conjunction, ...] = ()
    unions: tuple[Union, ...] = ()
    plain: tuple[Part, ...] = ()
    extras: dict[str, Part] = field(default_factory=dict)
    apart: dict[str, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether an object may have no property but the declared ones."""
        return any(
            self.subschemas[name][0].node is False
            for name in ("additionalProperties", "unevaluatedProperties")
            if name in self.subschemas
        )


@dataclass(frozen=True, slots=True)
class Form:
    """The body that form parameters of OpenAPI 2.0 add up to; it stands in the text as no one node."""

    fields: dict[str, Part]
    required: dict[str, Part]


@dataclass(frozen=True, slots=True)
class Stream:
    """The list that `itemSchema` of OpenAPI 3.2 makes of a body; it stands in the text as no one node."""

    items: Part


_quoted = json.encoder.encode_basestring_ascii
_encode = json.JSONEncoder(sort_keys=True).encode


def canonical(value: Node) -> str:
    """Write a JSON value so that equal values have equal texts: 1 is 1.0, `true` is not 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return written(value)


def written(value: Node) -> str:
    """Write a JSON value as text, keys sorted."""
    return _quoted(value) if type(value) is str else _encode(value)
