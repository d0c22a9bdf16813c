"""What differs in the text and was told by nothing: the same contract written in another way.

It runs last and sees what all walks reported, so that no difference between two documents is ever silent.
Documents of two dialects differ all over; there the dialect itself is what is told.
"""

from collections.abc import Callable, Iterable, Iterator

from diffing.change import Change
from diffing.document import Node
from diffing.finding import Direction, Effect
from diffing.ground import WORDS, Ground
from diffing.part import Part, escape

Spot = tuple[str, str]

_ELEMENTS = {"paths": "operation", "webhooks": "operation"}


def walk_spelling(ground: Ground) -> None:
    """Report each member of an operation, component or root that is spelled in another way."""
    if ground.old.document.dialect is not ground.new.document.dialect:
        return
    told = _Told(located.change for located in ground.found)
    known: set[tuple[str, str]] = set()
    for old, new in _files(ground):
        for was, now in _untold(old, new, told, ground):
            some = now or was
            if some is None:
                continue
            unit, name = _unit(some)
            if (unit, name) not in known:
                known.add((unit, name))
                element = _ELEMENTS.get(unit.split("/")[1], "document")
                ground.report(_change(element, name, was, now))


def _change(element: str, name: str, old: Part | None, new: Part | None) -> Change:
    """Words that another text of the same schema hides are words still; all else is another spelling."""
    if name not in WORDS:
        return Change(Direction.NONE, element, "spelling", "changed", Effect.NONE, old, new, name)
    action = "added" if old is None else "removed" if new is None else "changed"
    return Change(Direction.NONE, element, name.lower(), action, Effect.NONE, old, new, name)


def _files(ground: Ground) -> Iterator[tuple[Part, Part]]:
    yield ground.old.resolver.root, ground.new.resolver.root
    files = ground.old.document.files
    for name, value in ground.new.document.files.items():
        if name in files:
            yield Part(files[name], name, ""), Part(value, name, "")


class _Told:
    """The places of both texts that a finding stands at, and those that hold one."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.exact: tuple[set[Spot], set[Spot]] = set(), set()
        self._above: tuple[set[Spot], set[Spot]] = set(), set()
        for change in changes:
            for side, part in enumerate((change.old, change.new)):
                if part is not None:
                    self._add(side, part.file, part.pointer.partition("~#")[0])

    def _add(self, side: int, file: str, pointer: str) -> None:
        self.exact[side].add((file, pointer))
        while pointer:
            pointer = pointer.rpartition("/")[0]
            if (file, pointer) in self._above[side]:
                return
            self._above[side].add((file, pointer))

    def whole(self, old: Part | None, new: Part | None) -> bool:
        """Answer whether a finding stands at the place itself."""
        return any(p is not None and p.spot in self.exact[side] for side, p in enumerate((old, new)))

    def within(self, old: Part | None, new: Part | None) -> bool:
        """Answer whether a finding stands at the place or inside of it."""
        inside = any(p is not None and p.spot in self._above[side] for side, p in enumerate((old, new)))
        return inside or self.whole(old, new)


_ABSENT: Node = object()
"""What stands for a member that one side lacks."""
_Pending = list[tuple[Node, Node, str]]
"""Two values and the pointer to both, since they are reached by the same names."""


def _untold(old: Part, new: Part, told: _Told, ground: Ground) -> Iterator[tuple[Part | None, Part | None]]:
    """Answer the smallest parts that differ where no finding stands at, above or inside of them."""
    if ground.sameness.alike(old.node, new.node):
        return
    before, after = told.exact
    file = old.file
    pending: _Pending = [(old.node, new.node, old.pointer)]
    while pending:
        was, now, pointer = pending.pop()
        spot = file, pointer
        if (spot in before and was is not _ABSENT) or (spot in after and now is not _ABSENT):
            continue
        inner = _members(was, now, pointer, ground.sameness.alike)
        if inner:
            pending += reversed(inner)
            continue
        gone = None if was is _ABSENT else Part(was, file, pointer)
        come = None if now is _ABSENT else Part(now, file, pointer)
        if not (
            told.within(gone, come)
            or _renamed(gone, come, told, ground)
            or _required_elsewhere(gone, come, told)
        ):
            yield gone, come


def _required_elsewhere(old: Part | None, new: Part | None, told: _Told) -> bool:
    """Answer whether two lists of required names differ only in properties at which a finding stands."""
    held = [part for part in (old, new) if part is not None and part.pointer.endswith("/required")]
    if not all(_is_list_of_names(part) for part in held):
        return False
    differing: set[str] = set()
    for part in held:
        differing ^= set(part.node)
        beside = f"{part.pointer.removesuffix('required')}properties/"
    spots = [(part.file, beside + escape(name)) for name in differing]
    return bool(spots) and all(spot in told.exact[0] or spot in told.exact[1] for spot in spots)


def _is_list_of_names(part: Part) -> bool:
    names = part.node
    return (
        isinstance(names, list)
        and all(isinstance(name, str) for name in names)
        and len({*names}) == len(names)
    )


def _members(old: Node, new: Node, pointer: str, alike: Callable[[Node, Node], bool]) -> _Pending:
    """Answer the members that differ of two objects, or of two lists of equal length; else none."""
    if isinstance(old, dict) and isinstance(new, dict):
        named = [(name, old.get(name, _ABSENT), new.get(name, _ABSENT)) for name in {**old, **new}]
        return [(a, b, f"{pointer}/{escape(name)}") for name, a, b in named if not alike(a, b)]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [(a, b, f"{pointer}/{index}") for index, (a, b) in pairs if not alike(a, b)]
    return []


def _renamed(old: Part | None, new: Part | None, told: _Told, ground: Ground) -> bool:
    """Answer whether the part is a reference to something that came or went under its name, which is told."""
    for side, half, part in ((0, ground.old, old), (1, ground.new, new)):
        if part is not None and part.pointer.endswith("/$ref") and isinstance(part.node, str):
            target = half.resolver.target(part.node, part.file)
            if target is not None and target.spot in told.exact[side]:
                return True
    return False


def _unit(part: Part) -> tuple[str, str]:
    """Answer the operation, component or root member that a part stands in, and the member that differs."""
    steps = part.pointer.split("/")
    depth = 3 if steps[1:2] == ["components"] else 3 if steps[1:2] == ["paths"] else 2
    name = next((step for step in reversed(steps) if not step.isdecimal()), "")
    return part.file + "#" + "/".join(steps[: depth + 1]), name
