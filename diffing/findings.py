"""From located changes to findings: rule, level, sentence, places, proof, identity."""

from collections import Counter
from functools import partial
from typing import NamedTuple

from diffing.change import Change, Located, Site, Sites
from diffing.document import Document
from diffing.finding import (
    Direction,
    Finding,
    Level,
    Lifecycle,
    Place,
    Reach,
    Witness,
    WitnessStatus,
)
from diffing.fingerprint import fingerprint, place_of
from diffing.ground import Ground
from diffing.judge import judged
from diffing.kinds import kind_of
from diffing.once import Once
from diffing.part import Part
from diffing.rules import rule_id
from diffing.witness import Prover
from diffing.wording import sentence

_MEMBERSHIP = frozenset({"existence", "required", "read-only", "write-only"})
_SEEN = frozenset({Level.BREAKING, Level.DANGEROUS})
"""Levels of findings that are shown beside the text of the new document."""
_Reached = tuple[tuple[Reach, ...], int]
"""Places in operations, and how many operations these are."""
_ORDER = {level: rank for rank, level in enumerate(Level)}


def told(base: Ground, changes: list[Located]) -> tuple[Finding, ...]:
    """Answer a finding for every change, most severe first, then in the order of the text."""
    teller = _Teller(base)
    return tuple(sorted([teller.finding(located) for located in changes], key=_sort_key))


class _Ruling(NamedTuple):
    """What rules say of a coordinate."""

    rule: str
    level: Level
    why: str
    kind: str


class _Teller:
    """What the findings of one comparison share: the proofs so far, and how often a fingerprint was given."""

    def __init__(self, base: Ground) -> None:
        self._base = base
        self._turns: Counter[tuple[str, str, str]] = Counter()
        self._prover = Prover(base.old.resolver, base.new.resolver)
        self._reached: dict[str, Once[Sites, _Reached]] = {}
        self._rulings: dict[tuple[object, ...], _Ruling] = {}

    def finding(self, located: Located) -> Finding:
        change, sites = located.change, located.sites
        first = sites[0] if sites else None
        rule, level, why, kind = self._ruling(change)
        status, witness = self._proof(change, level)
        place = place_of(change, first)
        identity = fingerprint(rule, place, change, 0)
        turn = self._turns[rule, place, identity]
        self._turns[rule, place, identity] += 1
        leaf = _leaf(change)
        reaches, count = self._reached.setdefault(leaf, Once(partial(_reached, leaf)))(sites)
        return Finding(
            rule=rule,
            level=level,
            kind=kind,
            direction=change.direction,
            element=change.element,
            aspect=change.aspect,
            action=change.action,
            effect=change.effect,
            text=sentence(change, first, count),
            why=why,
            property=_property(leaf, first),
            old=_place(self._base.old.document, change.old),
            new=_place(self._base.new.document, change.new),
            operations=reaches,
            witness_status=status,
            witness=witness,
            by=change.by,
            waived=None,
            lifecycle=self._lifecycle(change),
            fingerprint=identity if turn == 0 else fingerprint(rule, place, change, turn),
            near=self._near(change) if change.new is None and level in _SEEN else None,
        )

    def _near(self, change: Change) -> Place | None:
        """Answer the nearest place of the new document around what it lacks, None where it lacks the file."""
        if change.old is None:
            return None
        pointer = change.old.pointer.partition("~#")[0]
        return _place(self._base.new.document, self._base.new.resolver.nearest(change.old.file, pointer))

    def _ruling(self, change: Change) -> _Ruling:
        """Answer what follows from the coordinate of a change alone; there are few of them."""
        direction, element, aspect, action, effect = change[:5]
        name = direction, element, aspect, action, effect, change.trait, bool(change.subject)
        ruling = self._rulings.get(name)
        if ruling is None:
            level, why = judged(change)
            ruling = _Ruling(rule_id(change), level, f"{why[0].upper()}{why[1:]}.", kind_of(change))
            self._rulings[name] = ruling
        return ruling

    def _proof(self, change: Change, level: Level) -> tuple[WitnessStatus, Witness | None]:
        if level is Level.BREAKING:
            return self._prover.prove(change)
        return WitnessStatus.NOT_APPLICABLE, None

    def _lifecycle(self, change: Change) -> Lifecycle | None:
        """Say what the old document announced of the end of something that went."""
        part = change.old
        if change.action != "removed" or part is None or not isinstance(part.node, dict):
            return None
        target = self._base.old.resolver.follow(part).node
        if not isinstance(target, dict) or target.get("deprecated") is not True:
            return None
        sunset = target.get("x-sunset")
        return Lifecycle(True, sunset if isinstance(sunset, str) else None)


def _reached(leaf: str, sites: Sites) -> _Reached:
    """Answer each place once, with the properties that a change is about there, and count the operations."""
    found: dict[Reach, dict[str, None]] = {}
    for reach, _, path in sites:
        names = found.get(reach)
        if names is None:
            names = found[reach] = {}
        named = "/".join((*path, leaf) if leaf else path)
        if named:
            names[named] = None
    reaches = [Reach(*one[:4], tuple(names)) if names else one for one, names in found.items()]
    return tuple(reaches), len({reach[:2] for reach in reaches})


def _leaf(change: Change) -> str:
    """Answer the property that a change of membership is about, below the place where it stands."""
    is_member = change.element == "property" and change.aspect in _MEMBERSHIP
    return change.subject if is_member else ""


def _property(leaf: str, site: Site | None) -> str | None:
    path = site.path if site else ()
    return "/".join((*path, leaf) if leaf else path) or None


def _place(document: Document, part: Part | None) -> Place | None:
    if part is None:
        return None
    pointer = part.pointer.partition("~#")[0]  # what no text holds stands behind a mark that no pointer has
    position = document.locate(pointer, part.file)
    return Place(pointer, part.node, position.file, position.line, position.column)


def _sort_key(finding: Finding) -> tuple[object, ...]:
    at = finding.old or finding.new
    place = (at.file, at.line, at.column, at.pointer) if at else ("", 0, 0, "")
    return (
        _ORDER[finding.level],
        *place,
        finding.rule,
        finding.direction is Direction.RESPONSE,
        finding.fingerprint,
    )
