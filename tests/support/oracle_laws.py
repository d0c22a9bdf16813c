"""The laws of the comparison as functions that answer what is broken: nothing, for a pair that keeps them.

What values show is held against effects always, and against levels except where a convention departs from
set theory: those are named in `DEPARTURES`, each with its reason.
"""

from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from diffing.change import dual
from diffing.finding import Direction, Effect, Finding, Level
from diffing.law import by_law
from tests.support.oracle import BOTH, Seen, Side, findings, said, seen

MILD = frozenset({Level.COMPATIBLE, Level.EDITORIAL})
FLIPPED = {Direction.REQUEST: Direction.RESPONSE, Direction.RESPONSE: Direction.REQUEST}
HURTS = {
    Direction.REQUEST: frozenset({Effect.NARROWS, Effect.SWAPS, Effect.UNKNOWN}),
    Direction.RESPONSE: frozenset({Effect.WIDENS, Effect.SWAPS, Effect.UNKNOWN}),
}

DEPARTURES: dict[str, str] = {
    "request property existence added": "in an open object it narrows strictly; no policy counts it",
    "request property read-only added": "shown to requests from now on, as a property that was added",
    "response * enum-value added": "x-extensible-enum announces values to come",
}
"""Conventions that are milder than set theory: direction, element, aspect, action."""

CONVENTIONAL = frozenset("existence read-only write-only default-value enum-value nullable format".split())
"""Aspects whose levels, by convention, differ between the directions for more than the effect's sake."""

VAGUE_WORDS: tuple[str, ...] = ('"oneOf"', '"maxContains"', '"discriminator"')
"""Keywords inside which a change may act both ways, so that only what hurts is claimed."""


def hurt(direction: Direction, shown: Seen) -> list[Any]:
    """Answer a value that a change takes from consumers in a direction: [] for none."""
    return shown.lost if direction is Direction.REQUEST else shown.gained


def back(shown: Seen) -> Seen:
    """Answer what values show of the change undone."""
    return Seen(lost=shown.gained, gained=shown.lost)


def coordinate(finding: Finding) -> str:
    """Name what a finding is about, as `DEPARTURES` does."""
    return f"{finding.direction} {finding.element} {finding.aspect} {finding.action}"


def departs(finding: Finding) -> str | None:
    """Answer the departure by which a finding is milder than the law, None where it is not."""
    if finding.level not in MILD or by_law(finding.direction, finding.effect)[0] in MILD:
        return None
    return next((name for name in DEPARTURES if fnmatchcase(coordinate(finding), name)), None)


def refuted(found: tuple[Finding, ...], direction: Direction, shown: Seen) -> str:
    """Answer which claim a value refutes: soundness, of effects and of levels. "" where none does."""
    value = hurt(direction, shown)
    if not value:
        return ""
    mine = [finding for finding in found if finding.direction is direction]
    if not said(found, direction) & HURTS[direction]:
        return f"no finding says so, {direction}: {value}"
    if all(finding.level in MILD for finding in mine) and not any(map(departs, mine)):
        return f"nothing above compatible, {direction}: {value}"
    return ""


def unturned(forth: tuple[Finding, ...], undone: tuple[Finding, ...], text: str) -> str:
    """Answer how swapping old and new fails to turn effects round, "" where it does.

    Where an enclosure acts both ways, one order may say unknown where the other is sure.
    """
    for direction in BOTH:
        one = _effects(forth, direction)
        other = Counter({(a, dual(e)): n for (a, e), n in _effects(undone, direction).items()})
        if one == other:
            continue
        vague = any(word in text for word in VAGUE_WORDS)
        if not vague or not _alike((one - other), (other - one)):
            return f"{direction}: {dict(one - other)} against {dict(other - one)}"
    return ""


def _effects(found: Iterable[Finding], direction: Direction) -> Counter[tuple[str, Effect]]:
    return Counter((f.aspect.removeprefix("exclusive-"), f.effect) for f in found if f.direction is direction)


def _alike(one: Counter[tuple[str, Effect]], other: Counter[tuple[str, Effect]]) -> bool:
    """Answer whether two lists differ in effects only, and not in what they are about."""
    return Counter(aspect for aspect, _ in one.elements()) == Counter(
        aspect for aspect, _ in other.elements()
    )


def unmirrored(forth: tuple[Finding, ...], undone: tuple[Finding, ...]) -> str:
    """Answer where `level(request, e)` is not `level(response, dual(e))`, "" where it is everywhere."""
    asked = _levels(forth, Direction.REQUEST, turn=False)
    answered = _levels(undone, Direction.RESPONSE, turn=True)
    if asked == answered:
        return ""
    return f"{dict(asked - answered)} against {dict(answered - asked)}"


def _levels(
    found: Iterable[Finding], direction: Direction, *, turn: bool
) -> Counter[tuple[str, Effect, Level]]:
    return Counter(
        (f.aspect.removeprefix("exclusive-"), dual(f.effect) if turn else f.effect, f.level)
        for f in found
        if f.direction is direction and f.aspect not in CONVENTIONAL
    )


def broken(random: Random, old: Side, new: Side, count: int = 30) -> list[str]:
    """Answer every law of the comparison that a pair breaks, in either order."""
    forth, undone = findings(old, new), findings(new, old)
    text = repr((old, new)).replace("'", '"')
    found = []
    for direction in BOTH:
        shown = seen(random, old, new, direction, count)
        found += [refuted(forth, direction, shown), refuted(undone, direction, back(shown))]
    found.append(unturned(forth, undone, text))
    if "Only" not in text:
        found.append(unmirrored(forth, undone))
    loud = [finding.rule for side in (old, new) for finding in findings(side, side)]
    found.append(f"not itself: {loud}" if loud else "")
    return [
        f"{message}\n    old {old.schema} {dict(old.components)}\n    new {new.schema} {dict(new.components)}"
        for message in found
        if message
    ]
