"""Nothing that differs between two documents is ever silent: each leaf changed, or dropped, is told.

The documents hold every member that their dialect knows. What may differ in silence is written down here,
each with the reason why it says the same.
"""

import copy
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from diffing.compare import compare
from tests.diffing.specs import document

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)
FOLDER = Path(__file__).parent / "everything"
Way = tuple[str | int, ...]

SPELLING = {"api-spelling-changed", "document-spelling-changed"}
_TYPE = "the listed values have this type already"
_DEFAULT = "this is the dialect's default"
_UNUSED = "no operation inherits it"
_TEXT = "no text is null"
_LISTED = "the branch lists its tag itself"
SAME: dict[str, dict[str, str]] = {
    "openapi-2.0": {
        "dropped host": "the host is then the one that serves the document, which nobody can tell apart",
        "changed consumes/0": _UNUSED,
        "dropped consumes/0": _UNUSED,
        "changed produces/0": _UNUSED,
        "dropped produces/0": _UNUSED,
        "changed paths//orders/{id}/parameters/0/required": "a path has all of its parameters",
        "dropped paths//orders/{id}/parameters/0/required": "a path has all of its parameters",
        "dropped paths//orders/{id}/get/schemes/0": "any scheme may be meant",
        "dropped paths//orders/{id}/get/parameters/1/type": _TYPE,
        "changed paths//orders/{id}/get/parameters/1/x-nullable": _TEXT,
        "dropped paths//orders/{id}/get/parameters/1/x-nullable": _TEXT,
        "dropped paths//orders/{id}/put/consumes/0": "JSON is what a body is where nothing is said",
        "changed paths//orders/{id}/put/parameters/0/name": "the name of a body is not sent",
        "changed paths//orders/{id}/post/consumes/0": "a form with a file is multipart whatever is said",
        "dropped paths//orders/{id}/post/consumes/0": "a form with a file is multipart whatever is said",
    },
    "openapi-3.0": {"dropped paths//orders/get/parameters/0/schema/type": _TYPE},
    "openapi-3.1": {
        "changed paths//orders/{id}/parameters/0/required": "a path has all of its parameters",
        "dropped paths//orders/{id}/parameters/0/required": "a path has all of its parameters",
        "dropped paths//orders/{id}/parameters/1/required": _DEFAULT,
        "dropped paths//orders/{id}/get/responses/200/headers/X-Rate/style": _DEFAULT,
        "dropped paths//orders/{id}/put/security/0": "no demand and an empty demand are one",
        "dropped components/schemas/Order/properties/state/type": _TYPE,
        "dropped components/schemas/Order/dependentRequired/note/0": "it is required anyway",
        "dropped components/schemas/Order/properties/pet/discriminator/mapping/cat": _LISTED,
        "dropped components/schemas/Order/properties/pet/discriminator/mapping/dog": _LISTED,
        "changed components/schemas/Cat/$anchor": "no reference uses the name",
        "dropped components/schemas/Cat/$anchor": "no reference uses the name",
    },
    "openapi-3.2": {"dropped paths//orders/get/responses/200/headers/X-Cookie/style": _DEFAULT},
}


def leaves(node: Any, way: Way = ()) -> Iterator[Way]:
    """Answer the way to each value that holds no other, in the order of the text."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    inner = [leaf for key, value in members for leaf in leaves(value, (*way, key))]
    yield from inner or [way]


def another(value: Any) -> Any:
    """Answer a value of the same type that is not the same."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, dict):
        return {"added": {}}
    if isinstance(value, list):
        return ["added"]
    return "other" if value is None else f"{value}x"


def changed(tree: Any, way: Way) -> Any:
    made = copy.deepcopy(tree)
    holder = made
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = another(holder[way[-1]])
    return made


def dropped(tree: Any, way: Way) -> Any:
    made = copy.deepcopy(tree)
    holder = made
    for step in way[:-1]:
        holder = holder[step]
    del holder[way[-1]]
    return made


def mutations(tree: Any) -> Iterator[tuple[str, Any]]:
    """Answer every document that differs in one leaf, by what was done to it."""
    for way in leaves(tree):
        for deed in (changed, dropped):
            if way not in (("openapi",), ("swagger",)) or deed is changed:
                yield f"{deed.__name__} {'/'.join(map(str, way))}", deed(tree, way)


def rules(old: Any, new: Any) -> set[str]:
    return {finding.rule for finding in compare(document(old), document(new), today=TODAY).findings}


def told_as_spelling(dialect: str, every: int) -> Iterator[tuple[str, bool]]:
    """Change each leaf in turn and answer whether all that is told is that the spelling changed."""
    tree = yaml.load((FOLDER / f"{dialect}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for name, other in islice(mutations(tree), 0, None, every):
        forth, back = rules(tree, other), rules(other, tree)
        assert forth, name
        assert back, name
        assert (forth <= SPELLING) == (back <= SPELLING), (name, forth, back)
        yield name, forth <= SPELLING


@pytest.mark.parametrize("dialect", SAME)
def test_a_leaf_that_differs_is_told(dialect: str) -> None:
    for name, alike in told_as_spelling(dialect, every=7):
        assert alike == (name in SAME[dialect]), name


@pytest.mark.slow
@pytest.mark.parametrize("dialect", SAME)
def test_only_what_means_the_same_is_told_as_spelling(dialect: str) -> None:
    assert {name for name, alike in told_as_spelling(dialect, every=1) if alike} == SAME[dialect].keys()
