"""Which places differ, or lead by their references to one that does; found once for all that ask.

Components are looked at first, anything else when somebody asks for it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from diffing.part import Part, Spot
from diffing.readers.heirs import Heirs
from diffing.readers.refs import Resolver

Compared = Callable[[Part | None, Part | None], tuple[bool, Iterable[str]]]
"""Answers whether two parts have the same text, and the references below them."""


class _Lead(NamedTuple):
    """Where a reference leads: to one place in both documents or not, and to which."""

    is_one: bool
    spots: tuple[Spot, ...]


class Touched:
    """The places that differ, or refer to one that does."""

    def __init__(self, old: Resolver, new: Resolver, heirs: tuple[Heirs, Heirs], compared: Compared) -> None:
        """Keep whose references to follow; nothing is looked at yet."""
        self._old = old
        self._new = new
        self._heirs = heirs
        self._compared = compared
        self._dirty: set[Spot] = set()
        self._seen: set[Spot] = set()
        self._users: dict[Spot, list[Spot]] = defaultdict(list)
        self._leads: dict[tuple[str, str], _Lead] = {}

    def __contains__(self, spot: Spot) -> bool:
        """Answer whether what stands at a place differs, or leads to what does."""
        if not self._seen:
            units = _units(self._old.root), _units(self._new.root)
            self._spread([*self._differing({**units[0], **units[1]}, units), *self._inherited()])
        if spot not in self._seen:
            self._spread(self._differing([spot], ({}, {})))
        return spot in self._dirty

    def _lead(self, reference: str, file: str) -> _Lead:
        name = reference, file
        lead = self._leads.get(name)
        if lead is None:
            old, new = self._old.target(reference, file), self._new.target(reference, file)
            spots = tuple({part.spot: None for part in (old, new) if part})
            lead = self._leads[name] = _Lead((old is None) == (new is None) and len(spots) < 2, spots)
        return lead

    def _differing(
        self, spots: Iterable[Spot], units: tuple[dict[Spot, Part], dict[Spot, Part]]
    ) -> list[Spot]:
        """Look at places, and at all that they refer to; answer those that differ by themselves."""
        found = []
        pending = list(spots)
        self._seen.update(pending)
        for spot in pending:  # it grows meanwhile
            old = units[0].get(spot) or self._old.at(spot)
            new = units[1].get(spot) or self._new.at(spot)
            is_same, references = self._compared(old, new)
            for reference in references:
                is_one, targets = self._lead(reference, spot[0])
                is_same = is_same and is_one
                for target in targets:
                    self._users[target].append(spot)
                    if target not in self._seen:
                        self._seen.add(target)
                        pending.append(target)
                    elif target in self._dirty:
                        is_same = False
            if not is_same:
                found.append(spot)
        return found

    def _inherited(self) -> list[Spot]:
        """Let bases change with their heirs, to which they don't refer; answer those with other heirs."""
        found = []
        old, new = self._heirs[0].by_base, self._heirs[1].by_base
        for base in {**old, **new}:
            before, after = old.get(base, {}), new.get(base, {})
            if before.keys() != after.keys():
                found.append(base)
            for heir in (*before.values(), *after.values()):
                self._users[heir.spot].append(base)
        return found

    def _spread(self, pending: list[Spot]) -> None:
        """Note places that differ, and whoever refers to them."""
        self._dirty.update(pending)
        while pending:
            for user in self._users.get(pending.pop(), ()):
                if user not in self._dirty:
                    self._dirty.add(user)
                    pending.append(user)


def _units(root: Part) -> dict[Spot, Part]:
    """Answer components, and what else stands at their depth but the paths, by place."""
    found = []
    for key, member in root.members():
        if key == "paths":
            continue
        inner = member.members()
        if key == "components":
            inner = [entry for _, section in inner for entry in section.members()]
        found += [part for _, part in inner] or [member]
    return {part.spot: part for part in found}
