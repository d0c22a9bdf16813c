"""Real schemas, read in place from the corpus, and changed in one place: pairs that nobody would invent."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.support.oracle import Side
from tests.support.oracle_schemas import DEEPEST, keyword_for, places
from tests.support.oracle_schemas import schema as drawn

LARGEST = 30_000
"""Characters of a schema with all that it refers to; larger ones are left alone for time's sake."""
_PREFIX = "#/components/schemas/"
_BOUNDS = tuple(f"{end}{what}" for end in ("min", "max") for what in "Length Items imum Properties".split())
_TAGS = ("enum", "const")
"""Where one value is left, it may be what a discriminator's branch is known by: without it, dialect and
practice part ways on which name the branch has, and the oracle knows no better.
"""


@cache
def sources(folder: Path) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Answer the new side of each pair that is OpenAPI 3: its id, its version, its named schemas."""
    from tests.diffing.specs_of_corpus import openapi_pairs, side

    found = []
    for row in openapi_pairs(folder):
        if row["dialect"] == "swagger2" or Path(folder / row["new"]["file"]).is_dir():
            continue
        tree: Any = side(folder, row, "new").tree
        schemas = (tree.get("components") or {}).get("schemas")
        if schemas:
            found.append((row["id"], str(tree["openapi"]), schemas))
    return tuple(found)


def real_side(random: Random, folder: Path) -> Side | None:
    """Draw one schema with what it refers to, None where that is too large or leads nowhere."""
    _, version, schemas = random.choice(sources(folder))
    name = random.choice(sorted(schemas))
    reached: dict[str, Any] = {}
    pending, size = [name], 0
    while pending:
        each = pending.pop()
        if each in reached:
            continue
        if each not in schemas or size > LARGEST:
            return None
        reached[each] = schemas[each]
        text = json.dumps(schemas[each], default=str)
        size += len(text)
        pending.extend(_referred(schemas[each]))
    return Side({"$ref": _PREFIX + name}, reached, version)


def _referred(node: Any) -> Iterator[str]:
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending.extend(each)
        elif isinstance(each, dict):
            reference = each.get("$ref")
            if isinstance(reference, str):
                yield reference.removeprefix(_PREFIX)
            pending.extend(each.values())


def mutated(random: Random, side: Side) -> Side:
    """Answer the same with one place in one of its schemas changed."""
    components = copy.deepcopy(dict(side.components))
    name = random.choice(sorted(components))
    at, put = random.choice(places(components[name], lambda value: components.__setitem__(name, value)))
    if not isinstance(at, dict) or random.random() < 0.05:
        put(drawn(random, DEEPEST))
    elif random.random() < 0.5:
        _drop(random, at)
    else:
        _change(random, at)
    return Side(side.schema, components, side.version)


def _drop(random: Random, at: dict[str, Any]) -> None:
    if not at:
        return
    keyword = random.choice(sorted(at))
    held = at[keyword]
    if isinstance(held, list) and len(held) > 1:
        held.pop(random.randrange(len(held)))
    elif keyword == "properties" and isinstance(held, dict) and held:
        del held[random.choice(sorted(held))]
    elif keyword != "$ref" and keyword not in _TAGS:
        del at[keyword]


def _change(random: Random, at: dict[str, Any]) -> None:
    bounds = [key for key in _BOUNDS if isinstance(at.get(key), int | float)]
    if bounds:
        key = random.choice(bounds)
        at[key] = max(0, at[key] + random.choice((-1, 1)))
        return
    if "enum" in at:
        at["enum"] = [*at["enum"], "zz"]
        return
    if isinstance(at.get("properties"), dict) and random.random() < 0.6:
        names = sorted(at["properties"])
        kind = random.random()
        if kind < 0.4 or not names:
            at["properties"]["zz"] = {"type": random.choice(("string", "integer", "boolean"))}
        else:
            at["required"] = [*at.get("required", ()), random.choice(names)]
        return
    word = at.get("type")
    if isinstance(word, str):
        keyword, value = keyword_for(random, word, DEEPEST)
        if keyword and keyword not in ("exclusiveMinimum", "exclusiveMaximum"):  # flags in 3.0, numbers later
            at[keyword] = value
