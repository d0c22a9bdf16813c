"""A difference before judgement: what changed where, and what it does to the set of legal values."""

from typing import Any, NamedTuple

from diffing.finding import Direction, Effect, Reach
from diffing.part import Part
from diffing.readers.opened import Opened

VAGUE = 2
"""The sign of a branch of `oneOf` that may share values with a sibling; -2 for one inside a `not`."""

MOOT = 0
"""The sign of a branch whose values a sibling accepts as well, whatever changes in it."""

_HARMLESS = {Direction.REQUEST: Effect.WIDENS, Direction.RESPONSE: Effect.NARROWS}
_DUAL = {Effect.NARROWS: Effect.WIDENS, Effect.WIDENS: Effect.NARROWS}


class Change(NamedTuple):
    """A difference. `element` is "schema" until the walk knows whether it is a body's or a property's.

    `trait` is the fact that conventions ask for ("required", "closed", ...), `subject` the name of what
    came, went or changed, `was` and `now` the effective values for the sentence. `schemas` is
    what both schemas around a schema change are made of, for whoever wants to prove it; `wholes` are those
    that a value there must satisfy, with the unions of which it is a branch.
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
    schemas: tuple[Opened, Opened] | None = None
    by: str = "rule"
    wholes: tuple[tuple[Opened, Opened], ...] = ()

    def seen_through(self, sign: int) -> "Change":
        """Answer the change as it acts outside of what encloses it: turned round inside a `not`.

        In an enclosure that is VAGUE it may act both ways: what hurts stays, what does not can't be told.
        """
        if sign == MOOT:
            return self._replace(effect=Effect.NONE)
        effect = self.effect if sign > 0 else dual(self.effect)
        if abs(sign) == VAGUE and effect is _HARMLESS.get(self.direction):
            effect = Effect.UNKNOWN
        return self if effect is self.effect else self._replace(effect=effect)


class Site(NamedTuple):
    """Where a change reaches the wire: an operation, the place in it, the path below that place's schema."""

    reach: Reach
    element: str
    path: tuple[str, ...] = ()


Sites = tuple[Site, ...]


class Located(NamedTuple):
    """A change and every site it reaches, nearest first."""

    change: Change
    sites: Sites


def dual(effect: Effect) -> Effect:
    """Answer the effect on the complement: what narrows a set widens what it excludes."""
    return _DUAL.get(effect, effect)


def through(outer: int, inner: int) -> int:
    """Answer the sign of an enclosure within an enclosure."""
    product = outer * inner
    return max(-VAGUE, min(VAGUE, product))
