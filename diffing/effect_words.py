"""What leaves the set of legal values alone, or is read by no rule: annotations, extensions, the rest."""

from collections.abc import Iterator, Mapping

from diffing import aspects
from diffing.aspects import Annotation
from diffing.effect import Difference, part_of
from diffing.finding import Effect
from diffing.part import Part
from diffing.schema import Fact, canonical


def of_annotations(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[Difference]:
    """Compare what leaves the legal values alone: defaults, flags, words."""
    for row in aspects.ANNOTATIONS:
        was, now = old.get(row.keyword), new.get(row.keyword)
        if (was is None and now is None) or _same_annotation(row, was, now):
            continue
        action = "added" if was is None else "removed" if now is None else "changed"
        if row.keyword in ("deprecated", "readOnly", "writeOnly"):
            action = "added" if now is not None and now.value is True else "removed"
        before, after = (was.value if was else None), (now.value if now else None)
        yield Difference(row.aspect, action, Effect.NONE, part_of(was), part_of(now), before, after)


def of_extras(old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterator[Difference]:
    """Compare the members that no rule reads: extensions decide nothing, of others nobody knows."""
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was is not None and now is not None and canonical(was.node) == canonical(now.node):
            continue
        action = "added" if was is None else "removed" if now is None else "changed"
        silent = name.startswith("x-")
        moved = Effect.NONE if silent else Effect.UNKNOWN
        before, after = was.node if was else None, now.node if now else None
        yield Difference("extension" if silent else "other", action, moved, was, now, before, after, name)


def _same_annotation(row: Annotation, was: Fact | None, now: Fact | None) -> bool:
    if row.keyword in ("deprecated", "readOnly", "writeOnly"):
        return (was is not None and was.value is True) == (now is not None and now.value is True)
    if was is None or now is None:
        return was is now
    return bool(was.value == now.value) and canonical(was.value) == canonical(now.value)
