"""Proof of a finding: a value that one side accepts and the other refuses, checked before it is shown.

Guesses come from `samples` and `breaches`; `projection` says what each side means as plain JSON Schema, and
an independent validator has the last word. Effort is bounded by counts, so the same documents always give
the same answer.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any

from diffing.breaches import Around, breaches
from diffing.change import Change
from diffing.equality import worded
from diffing.finding import Direction, Witness, WitnessStatus
from diffing.part import Part
from diffing.projection import Projector
from diffing.readers.opened import Opened
from diffing.readers.refs import Resolver
from diffing.samples import JSON_TYPES, Sampler
from diffing.unfolding import Unfolding

MAX_DEFINITIONS = 1_500
MAX_TRIES = 400
MAX_BASES = 4
SAMPLES = 24
OTHERS = 12
MAX_SHOWN = 2_000
"""Characters of a witness; a longer one proves nothing to a reader."""

UNBOUND = frozenset("type nullable enum enum-value const items additional-properties".split())
"""Aspects whose breach needs no value to start from: what it is, and not what it holds, is refused."""
OLD, NEW = "old", "new"


_Accepts = Callable[[Any], bool]
_Meant = tuple[dict[str, Any], _Accepts]


class _Judge:
    """What one side says of values at one place, and values to try there."""

    def __init__(self, schema: dict[str, Any], accepts: _Accepts, sampler: Sampler) -> None:
        self.schema = schema
        self.accepts = accepts
        self.sampler = sampler

    @cached_property
    def samples(self) -> list[Any]:
        """Guesses, most of which it accepts."""
        return self.sampler.samples(self.schema, SAMPLES)


_Judges = tuple[_Judge, _Judge]
"""Who accepts and who refuses."""


class _Lazily:
    """Pairs of judges, each called when somebody comes to it: the first proves most of what can be."""

    def __init__(self, source: Iterator[_Judges | None]) -> None:
        self._source = source
        self._known: list[_Judges] = []

    def __iter__(self) -> Iterator[_Judges]:
        at = 0
        while True:
            if at == len(self._known):
                following = next((each for each in self._source if each is not None), None)
                if following is None:
                    return
                self._known.append(following)
            yield self._known[at]
            at += 1


class Prover:
    """Prove the breaking schema changes of one pair of documents; what is built for one serves the next."""

    def __init__(self, old: Resolver, new: Resolver) -> None:
        """Keep both documents' references."""
        self._resolvers = {OLD: old, NEW: new}
        self._projectors: dict[tuple[str, Direction], Projector] = {}
        self._samplers: dict[tuple[str, Direction], Sampler] = {}
        self._judges: dict[tuple[object, ...], _Judge | None] = {}
        self._validators: dict[tuple[object, ...], _Accepts | None] = {}
        self._unfoldings: dict[tuple[str, Direction], Unfolding] = {}

    def prove(self, change: Change) -> tuple[WitnessStatus, Witness | None]:
        """Answer a value that the change lets pass on one side only.

        For a request the old side accepts it and the new one refuses; for a response the new side may send
        what the old one excluded. A change that is no schema's has no witness.
        """
        if change.schemas is None:
            return WitnessStatus.NOT_APPLICABLE, None
        try:
            return self._proved(change, change.schemas)
        except OverflowError:  # bounds beyond what can be computed with, such as 1e308 times two
            return WitnessStatus.GAVE_UP, None

    def _proved(self, change: Change, schemas: tuple[Opened, Opened]) -> tuple[WitnessStatus, Witness | None]:
        if any("/not/" in part.pointer for part in (change.old, change.new) if part is not None):
            return WitnessStatus.GAVE_UP, None  # a value of what `not` excludes is no value of the message
        accepting, refusing = (OLD, NEW) if change.direction is Direction.REQUEST else (NEW, OLD)
        found = self._judges_of(change, accepting, refusing, schemas)
        if found is None:
            return WitnessStatus.GAVE_UP, None
        wholes = _Lazily(
            self._judges_of(change, accepting, refusing, whole) for whole in change.wholes or (schemas,)
        )
        guesses = chain.from_iterable(
            islice(self._guesses(change, *judges), MAX_TRIES)
            for judges in _each_once(chain((found,), wholes))
        )
        for value in guesses:
            proves = any(yes.accepts(value) and not no.accepts(value) for yes, no in wholes)
            if proves and len(repr(value)) <= MAX_SHOWN:
                return WitnessStatus.FOUND, Witness(value, accepting, refusing)
        return WitnessStatus.GAVE_UP, None

    def _judges_of(
        self, change: Change, accepting: str, refusing: str, schemas: tuple[Opened, Opened]
    ) -> _Judges | None:
        """Answer who accepts and who refuses, None where the validator can't read what one says."""
        pair = dict(zip((OLD, NEW), schemas, strict=True))
        yes = self._judge(accepting, change.direction, pair[accepting])
        no = self._judge(refusing, change.direction, pair[refusing])
        return None if yes is None or no is None else (yes, no)

    def _guesses(self, change: Change, yes: _Judge, no: _Judge) -> Iterator[Any]:
        """Answer guesses, those first that differ from a value of both sides in nothing but the change."""
        sampler = yes.sampler
        misses = no.sampler.flat((no.schema,)) or []
        if change.aspect in UNBOUND:
            yield from breaches(Around(change, misses, sampler, None, yes.schema))
        tried = (*no.samples[:OTHERS], *yes.samples)
        common = (value for value in tried if yes.accepts(value) and no.accepts(value))
        accepted = (value for value in yes.samples if yes.accepts(value))
        for base in (*islice(common, MAX_BASES), *islice(accepted, MAX_BASES), None):
            yield from breaches(Around(change, misses, sampler, base, yes.schema))
        yield from self._of_branch(change, yes)
        if change.aspect in ("any-of", "one-of") and change.action in ("added", "removed"):
            return
        yield from yes.samples
        for name in JSON_TYPES:
            yield from sampler.samples({"allOf": [yes.schema, {"type": name}]}, 12)

    def _of_branch(self, change: Change, yes: _Judge) -> Iterator[Any]:
        """Answer values of the very part that came or went, as it stands beside the rest."""
        side, part = (OLD, change.old) if change.direction is Direction.REQUEST else (NEW, change.new)
        if part is None or not isinstance(part.node, dict):
            return
        meant = self._meant(side, change.direction, (part,))
        if meant is None:
            return
        schema, accepts = meant
        sampler = yes.sampler
        for value in (*sampler.samples(schema, 12), *sampler.samples({"allOf": [schema, yes.schema]}, 24)):
            if accepts(value):
                yield value

    def _judge(self, side: str, direction: Direction, schema: Opened) -> _Judge | None:
        key = (side, direction, schema.key)
        if key not in self._judges:
            parts = schema.plain or (schema.first,)
            meant = self._meant(side, direction, self._outermost(side, parts))
            self._judges[key] = meant and _Judge(*meant, self._sampler(side, direction))
        return self._judges[key]

    def _outermost(self, side: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Leave out the parts that another one holds in its own place: it says under which condition."""
        kept: list[Part] = []
        covered: set[tuple[str, str]] = set()
        for part in parts:
            if part.spot not in covered:
                inner = _in_place(part, self._resolvers[side])
                kept = [each for each in kept if each.spot not in inner]
                kept.append(part)
                covered |= inner
        return tuple(kept)

    def _sampler(self, side: str, direction: Direction) -> Sampler:
        if (side, direction) not in self._samplers:
            self._samplers[side, direction] = Sampler(self._projectors[side, direction].definitions)
        return self._samplers[side, direction]

    def _meant(self, side: str, direction: Direction, parts: tuple[Part, ...]) -> _Meant | None:
        """Answer what schemas mean together and who judges by it; None where nobody can read it.

        Equal roots have equal definitions, so that one validator serves all places with a reference to one.
        """
        plain = self._projected(side, direction, parts)
        if plain is None:
            return None
        name = side, direction, worded(plain["allOf"])
        if name not in self._validators:
            bounded = self._unfoldings[side, direction].is_bounded(plain)
            self._validators[name] = _validator(plain) if bounded else None
        accepts = self._validators[name]
        return None if accepts is None else (plain, accepts)

    def _projected(self, side: str, direction: Direction, parts: tuple[Part, ...]) -> dict[str, Any] | None:
        if (side, direction) not in self._projectors:
            projector = self._projectors[side, direction] = Projector(self._resolvers[side], direction)
            self._unfoldings[side, direction] = Unfolding(projector.definitions)
        try:
            return self._projectors[side, direction].project(parts, limit=MAX_DEFINITIONS)
        except OverflowError:
            return None


def _each_once(judges: Iterable[_Judges]) -> Iterator[_Judges]:
    seen = set()
    for each in judges:
        if each not in seen:
            seen.add(each)
            yield each


def _validator(schema: dict[str, Any]) -> _Accepts | None:
    """Answer the validator's verdict on values; None where it cannot read the schema (a foreign pattern)."""
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True).is_valid
    except (ValueError, jsonschema_rs.ReferencingError):
        return None


def _in_place(part: Part, resolver: Resolver) -> set[tuple[str, str]]:
    """Answer the places of all schemas that apply where `part` does, through references and branches."""
    found: set[tuple[str, str]] = set()
    pending = [part]
    while pending:
        each = pending.pop()
        if each.spot in found or not isinstance(each.node, dict):
            continue
        found.add(each.spot)
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = each.get(keyword)
            pending.extend(branches.items() if branches else [])
        if isinstance(each.node.get("$ref"), str):
            target = resolver.target(each.node["$ref"], each.file)
            pending.extend([] if target is None else [target])
    return found - {part.spot}
