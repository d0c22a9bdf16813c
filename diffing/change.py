"""A difference before judgement: what changed where, and what it does to the set of legal values."""

from dataclasses import dataclass, replace
from typing import Any

from diffing.finding import Direction, Effect, Reach
from diffing.part import Part
from diffing.schema import Schema

_DUAL = {Effect.NARROWS: Effect.WIDENS, Effect.WIDENS: Effect.NARROWS}


@dataclass(frozen=True, slots=True)
class Change:
    """A difference. `element` is "schema" until the walk knows whether it is a body's or a property's.

    `trait` is the fact that conventions ask for ("required", "closed", ...), `subject` the name of what
    came, went or changed, `was` and `now` the effective values for the sentence. `schemas` is the pair
    of effective schemas around a schema change, for whoever wants to prove it.
    """

    direction: Direction
    element: str
    aspect: str
    action: str
    effect: Effect
    old: Part | None = None
    new: Part | None = None
    subject: str = ""
    trait: str = ""
    was: Any = None
    now: Any = None
    schemas: tuple[Schema, Schema] | None = None
    by: str = "rule"

    def flipped(self) -> "Change":
        """Answer the change as it acts from inside a `not`."""
        return replace(self, effect=dual(self.effect))


@dataclass(frozen=True, slots=True)
class Site:
    """Where a change reaches the wire: an operation, the place in it, the path below that place's schema."""

    reach: Reach
    element: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """A change and every site it reaches, nearest first."""

    change: Change
    sites: tuple[Site, ...]


def dual(effect: Effect) -> Effect:
    """Answer the effect on the complement: what narrows a set widens what it excludes."""
    return _DUAL.get(effect, effect)
