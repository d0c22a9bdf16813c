"""A rule set, made ready for looking requests up."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .rule import PARAMETER, SLASH, Found, Headers, Rule, headers_for


class RuleTable:
    """A rule set, made ready for looking up methods and paths: a tree of segments for each method."""

    def __init__(self, ruleset: Mapping[str, Any]) -> None:
        """Compile a rule set as `/api/v1/rules` gives it; raises ValueError when it isn't one."""
        self._trees: dict[str, Node] = {}
        self.names_exempt = False
        try:
            for rank, given in enumerate(ruleset["rules"]):
                rule = Rule(given, rank)
                self.names_exempt = self.names_exempt or bool(rule.exempt)
                for method in rule.methods:
                    self._trees.setdefault(method, Node()).add(rule)
            self._prefixes = {method: tree.prefixes() for method, tree in self._trees.items()}
        except (AttributeError, KeyError, OverflowError, TypeError, re.error) as error:
            raise ValueError(f"this is no rule set: {error!r}") from error

    def may_hit(self, method: str, path: str) -> bool:
        """Tell cheaply whether a rule may be about a decoded ASCII path: its first fixed segments decide."""
        prefix = self._prefixes.get(method)
        for segment in path.split("/"):
            if prefix is True:
                return True
            if prefix is None:
                return False
            prefix = prefix.get(segment)  # type: ignore[attr-defined]  # a dict here
        return prefix is True

    def find(self, method: str, path: str) -> Found:
        """Return the rules that are about a request, each with the path's parameters; `path` has no query."""
        tree = self._trees.get(method)
        if tree is None:
            return []
        split = (path if "%" not in path else _segments(path)).split("/")
        if not split[-1] and len(split) > 1:
            split.pop()
        found = tree.find(split, 0, ())
        if not found or (len(found) == 1 and not found[0][0].others):
            return found
        whole = "/".join(split)
        kept = [one for one in found if not any(other.search(whole) for other in one[0].others)]
        return sorted(kept, key=lambda one: one[0].rank) if len(kept) > 1 else kept

    def headers(self, method: str, path: str) -> Headers:
        """Return the headers for a request, none where no rule is about it; `path` without its query."""
        return headers_for(self.find(method, path))


class Node:
    """What may follow after some segments of a path: literal ones, ones with parameters, or the end."""

    __slots__ = ("ends", "literals", "patterns")

    def __init__(self) -> None:
        self.literals: dict[str, Node] = {}
        self.patterns: dict[str, tuple[re.Pattern[str] | None, Node]] = {}
        self.ends: list[Rule] = []

    def add(self, rule: Rule) -> None:
        """Put a rule where its template ends."""
        node = self
        for segment in rule.template.rstrip("/").split("/"):
            if "{" not in segment:
                node = node.literals.setdefault(segment, Node())
                continue
            shape = PARAMETER.sub("{}", segment)
            pattern = None if shape == "{}" else _pattern(segment)
            node = node.patterns.setdefault(shape, (pattern, Node()))[1]
        node.ends.append(rule)

    def prefixes(self) -> "object":
        """Return the fixed segments that come first, a dict in a dict; True where more must be looked at."""
        if self.patterns or self.ends:
            return True
        return {segment: node.prefixes() for segment, node in self.literals.items()}

    def find(self, split: list[str], at: int, values: tuple[str, ...]) -> Found:
        """Return what fits the segments from `at` on; `values` are those of parameters before."""
        node = self
        while not node.patterns:
            if at == len(split):
                return [(rule, values) for rule in node.ends]
            following = node.literals.get(split[at])
            if following is None:
                return []
            node, at = following, at + 1
        return node._branch(split, at, values)

    def _branch(self, split: list[str], at: int, values: tuple[str, ...]) -> Found:
        if at == len(split):
            return [(rule, values) for rule in self.ends]
        segment = split[at]
        literal = self.literals.get(segment)
        found = literal.find(split, at + 1, values) if literal is not None else []
        for pattern, node in self.patterns.values():
            if pattern is None:
                found += node.find(split, at + 1, (*values, segment)) if segment else ()
            elif match := pattern.fullmatch(segment):
                found += node.find(split, at + 1, values + match.groups())
        return found


def _pattern(segment: str) -> re.Pattern[str]:
    literals = PARAMETER.split(segment)[::2]
    return re.compile("(.+)".join(map(re.escape, literals)), re.DOTALL)


def _segments(path: str) -> str:
    """Return a path with each segment decoded, but for the slashes within them."""
    return "/".join(unquote(segment).replace("/", SLASH) for segment in path.split("/"))
