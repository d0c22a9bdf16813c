"""Edits of two JSON documents at once, for the fuzzer: bytes alone seldom make another document."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

ODD: list[Any] = [
    *(None, True, False, 0, -1, 1e300, 2**70, "", "#", "#/components/schemas/A", "~1", "^(a|b)*$", "\x00"),
    *([], [None], {}, {"$ref": "#"}, {"$ref": "#/paths"}, {"type": ["null", "string"]}, {"not": {}}),
]
KEYS = (
    "$ref $dynamicRef $anchor $id type enum const allOf anyOf oneOf not if then else properties "
    "required items prefixItems additionalProperties patternProperties propertyNames "
    "unevaluatedProperties dependentSchemas minimum exclusiveMinimum multipleOf pattern format "
    "nullable readOnly discriminator mapping default parameters schema content headers callbacks links "
    "security servers responses requestBody in name style"
).split()

Place = tuple[Any, Any]
"""A container and the key or index of one of its members."""


def mutated(documents: list[Any], random: Random) -> list[Any]:
    """Change one or a few members of one document, or carry them over from the other."""
    made = deepcopy(documents)
    for _ in range(random.choice((1, 1, 2, 4))):
        chosen = list(_places(random.choice(made)))
        if not chosen:
            break
        holder, key = random.choice(chosen)
        donor = random.choice(list(_places(random.choice(made))) or chosen)
        random.choice(_EDITS)(random, holder, key, donor)
    return made


def _places(node: Any) -> Iterator[Place]:
    pending = [node] if isinstance(node, (dict, list)) else []
    while pending:
        holder = pending.pop()
        members = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, value in members:
            yield holder, key
            if isinstance(value, (dict, list)):
                pending.append(value)


def _odd(random: Random, holder: Any, key: Any, _donor: Place) -> None:
    holder[key] = deepcopy(random.choice(ODD))


def _carried(_random: Random, holder: Any, key: Any, donor: Place) -> None:
    holder[key] = deepcopy(donor[0][donor[1]])


def _removed(_random: Random, holder: Any, key: Any, _donor: Place) -> None:
    del holder[key]


def _joined(random: Random, holder: Any, key: Any, donor: Place) -> None:
    """Give an object, or the one below, a member more: a keyword with some value."""
    target = holder[key] if isinstance(holder[key], dict) else holder
    if isinstance(target, dict):
        target[random.choice(KEYS)] = deepcopy(donor[0][donor[1]])


def _wrapped(random: Random, holder: Any, key: Any, _donor: Place) -> None:
    holder[key] = {random.choice(("allOf", "anyOf", "oneOf")): [holder[key], deepcopy(random.choice(ODD))]}


_EDITS = (_odd, _carried, _carried, _removed, _joined, _joined, _wrapped)
