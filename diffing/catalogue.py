"""The catalogue of rules: every rule that the examples meet, with its levels, its reason and an example.

Nothing is written down twice: the examples are compared, and what the comparison says is the catalogue.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from diffing.contract import encoded
from diffing.document import Node
from diffing.finding import Direction, Finding, Level

_TODAY = date(2026, 1, 1)
"""The day on which examples are compared; those about dates lie far from it."""

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Example:
    """An old and a new value, as small as shows the rule, and where they stand."""

    where: str
    old: Node
    new: Node


@dataclass(frozen=True, slots=True)
class Ruling:
    """A level that a rule gives, the reason, whether that is the law or a convention, and an example."""

    level: Level
    reason: str
    is_convention: bool
    example: Example


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its id. Where its level depends on more than its id, it has several rulings, worst first.

    `by` is "rule", or "residue" where the plain difference of what no rule looks at gives the finding.
    """

    id: str
    direction: Direction
    kind: str
    by: str
    rulings: tuple[Ruling, ...]


@cache
def catalogue() -> tuple[Rule, ...]:
    """Compare every example both ways and return the rules met, by id. It takes a second or two."""
    met: dict[str, tuple[Finding, dict[tuple[Level, str], Example]]] = {}
    for example, old, new in _pairs():
        for finding in _findings(old, new):
            _, rulings = met.setdefault(finding.rule, (finding, {}))
            rulings.setdefault((finding.level, finding.why), example)
    return tuple(_rule(*met[name]) for name in sorted(met))


def _rule(finding: Finding, rulings: dict[tuple[Level, str], Example]) -> Rule:
    from diffing.conventions import CONVENTIONS

    conventions = {row.reason.casefold() for row in CONVENTIONS}
    judged = [
        Ruling(level, why, why.rstrip(".").casefold() in conventions, example)
        for (level, why), example in rulings.items()
    ]
    judged.sort(key=lambda ruling: list(Level).index(ruling.level))
    return Rule(finding.rule, finding.direction, finding.kind, finding.by, tuple(judged))


def _findings(old: Node, new: Node) -> tuple[Finding, ...]:
    from diffing.compare import compare
    from diffing.load import load

    documents = [load(encoded(tree), name) for tree, name in ((old, "old.json"), (new, "new.json"))]
    return compare(*documents, today=_TODAY).findings


def _pairs() -> Iterator[tuple[Example, Node, Node]]:
    """Yield each example with both of its documents, forth and back."""
    import yaml

    text = (Path(__file__).parent / "rule_examples.yaml").read_bytes()
    examples = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  both are safe
    base = examples["base"]
    for old, new in examples["schemas"]:
        for where, place in _PLACES.items():
            yield from _both_ways(where, old, new, _patched(base, place(old)), _patched(base, place(new)))
    for row in examples["documents"]:
        old, new = row.get("old", {}), row["new"]
        yield from _both_ways("document", old, new, _patched(base, old), _patched(base, new))


def _both_ways(
    where: str, old: Node, new: Node, before: Node, after: Node
) -> Iterator[tuple[Example, Node, Node]]:
    yield Example(where, old, new), before, after
    yield Example(where, new, old), after, before


def _patched(target: Node, patch: Node) -> Node:
    """Apply a merge patch: https://www.rfc-editor.org/rfc/rfc7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = _patched(kept.get(key), value)
    return kept


def _in(method: str, part: dict[str, Any]) -> Node:
    return {"paths": {"/orders": {method: part}}}


def _request_body(schema: Node) -> Node:
    return _in("post", {"requestBody": {"content": {_JSON: {"schema": schema}}}})


def _response_body(schema: Node) -> Node:
    return _in("get", {"responses": {"200": {"content": {_JSON: {"schema": schema}}}}})


def _request_parameter(schema: Node) -> Node:
    return _in("get", {"parameters": [{"name": "q", "in": "query", "schema": schema}]})


def _response_header(schema: Node) -> Node:
    return _in("get", {"responses": {"200": {"headers": {"X-Q": {"schema": schema}}}}})


def _property(schema: Node) -> Node:
    return {"type": "object", "properties": {"q": schema}}


_PLACES = {
    "request body": _request_body,
    "request property": lambda schema: _request_body(_property(schema)),
    "request parameter": _request_parameter,
    "request parameter property": lambda schema: _request_parameter(_property(schema)),
    "response body": _response_body,
    "response property": lambda schema: _response_body(_property(schema)),
    "response header": _response_header,
}
"""Where a schema can stand, and the merge patch that puts it there."""
