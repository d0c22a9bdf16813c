"""Matching rules of Pact files: which rule holds at a place of a body.

The expression with the most, and the most exact, tokens wins; `type` holds for what is inside too. Without a
rule a value must be equal.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.pacts.interaction import EXACT

_TOKEN = re.compile(
    r"\.(?P<name>[^.\[\]]+)|\[(?:'(?P<quoted>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<index>\d+|\*))\]"
)
_NUMBERS = frozenset({"integer", "decimal", "number"})
VALUES = "values"  # how strict it is with the values, implementations differ in
_CASCADING = frozenset({VALUES, "type", "min", "max", "minmax", "min-type", "max-type", "min-max-type"})
_KEYS_FREE = frozenset({"values", "eachKey", "eachValue", "each-key", "each-value"})
_OTHER_NAMES = {"equality": EXACT, "min-type": "type", "max-type": "type", "min-max-type": "type"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What values at a place must pass."""

    name: str = EXACT
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    tokens: tuple[str, ...]
    matchers: tuple[Mapping[str, Any], ...]


class TooMuchWork(Exception):
    """Rules and fields that would take minutes to bring together."""


@dataclass(slots=True)
class Work:
    """How many more times a file's rules may be held against its fields: a hostile one has many of both."""

    left: int = 3_000_000

    def spend(self, steps: int) -> None:
        """Count steps; raise TooMuchWork beyond what a file may take."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWork


class Rules:
    """The matching rules of one body."""

    def __init__(self, placed: Iterable[_Placed] = (), work: Work | None = None) -> None:
        """Take rules with the places that they hold at; they are looked for by their first token."""
        self._work = work or Work()
        self._by_first: dict[str, list[_Placed]] = {}
        for one in placed:
            self._by_first.setdefault(one.tokens[0] if one.tokens else "", []).append(one)

    def _near(self, tokens: Sequence[str]) -> Iterable[_Placed]:
        first = {"", "*", *tokens[:1]}
        found = [one for name in first for one in self._by_first.get(name, ())]
        self._work.spend(len(found) + 1)
        return found

    def at(self, tokens: Sequence[str]) -> Rule:
        """Return the rule that holds at a place, given by keys and indices."""
        best, weight = Rule(), (-1, -1)
        for one in self._near(tokens):
            exactness = _exactness(one.tokens, tokens)
            if exactness is None:
                continue
            rule = _rule(one.matchers, is_here=len(one.tokens) == len(tokens))
            if rule is not None and (len(one.tokens), exactness) > weight:
                best, weight = rule, (len(one.tokens), exactness)
        return best

    def frees_keys(self, tokens: Sequence[str]) -> bool:
        """Tell whether the keys of the object at a place are examples only."""
        return any(
            _name(matcher) in _KEYS_FREE
            for one in self._near(tokens)
            if len(one.tokens) == len(tokens) and _exactness(one.tokens, tokens) is not None
            for matcher in one.matchers
        )


def rules_of(table: Any, section: str, work: Work) -> Rules:
    """Return the rules for a body out of `matchingRules`, as version 2 writes them, or 3 and 4."""
    if not isinstance(table, dict):
        return Rules()
    nested = table.get(section)
    if isinstance(nested, dict):
        return Rules(_placed(nested), work)
    flat = {key: value for key, value in table.items() if _is_in_body(key)}
    return Rules(_placed(flat, root="$.body"), work)


def _is_in_body(expression: str) -> bool:
    return expression == "$.body" or expression.startswith(("$.body.", "$.body["))


def _placed(table: Mapping[str, Any], root: str = "$") -> Iterable[_Placed]:
    for expression, told in table.items():
        if not isinstance(told, dict) or not expression.startswith(root):
            continue
        matchers = told.get("matchers", [told])
        tokens = tuple(_tokens(expression[len(root) :]))
        if isinstance(matchers, list):
            yield _Placed(tokens, tuple(one for one in matchers if isinstance(one, dict)))


def _tokens(expression: str) -> Iterable[str]:
    for found in _TOKEN.finditer(expression):
        yield next(part for part in found.groups() if part is not None)


def _exactness(pattern: Sequence[str], tokens: Sequence[str]) -> int | None:
    """Return how many tokens are named and not wild; None where the place isn't inside the pattern."""
    if len(pattern) > len(tokens):
        return None
    exact = 0
    for wanted, token in zip(pattern, tokens, strict=False):
        if wanted == token:
            exact += 1
        elif wanted != "*":
            return None
    return exact


def _rule(matchers: Iterable[Mapping[str, Any]], *, is_here: bool) -> Rule | None:
    """Return the strictest rule of a place, or of what it hands on to the inside."""
    found = None
    for matcher in matchers:
        name = _name(matcher)
        if name in _KEYS_FREE:
            name = VALUES
        if not is_here and name not in _CASCADING:
            continue
        rule = Rule(_OTHER_NAMES.get(name, name), _pattern(matcher))
        if found is None or rule.name in _NUMBERS or rule.pattern is not None:
            found = rule
    return found


def _name(matcher: Mapping[str, Any]) -> str:
    named = matcher.get("match")
    if isinstance(named, str):
        return named
    if "regex" in matcher:
        return "regex"
    return "type" if "min" in matcher or "max" in matcher else EXACT


def _pattern(matcher: Mapping[str, Any]) -> str | None:
    pattern = matcher.get("regex")
    return pattern if isinstance(pattern, str) else None
