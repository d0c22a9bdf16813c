"""Walk the operations of two documents in pairs and report their changes.

Schemas are handed to `walk_schema`; servers and security have walks of their own.
"""

import re
from collections import deque
from datetime import date
from typing import Any

from diffing.align import Alignment, align
from diffing.api import NOTHING, Operation, shape
from diffing.change import Change
from diffing.finding import Direction, Effect
from diffing.ground import Ground, Scene, scene
from diffing.walk_alike import walk_alike
from diffing.walk_document import walk_components, walk_root
from diffing.walk_message import walk_body, walk_parameters, walk_responses
from diffing.walk_paths import EqualPaths
from diffing.walk_security import SecurityWalk
from diffing.walk_servers import walk_server_texts, walk_servers
from diffing.walk_spelling import walk_spelling

_READ = frozenset(
    "operationId deprecated x-sunset x-stability-level parameters requestBody responses callbacks servers "
    "security consumes produces schemes".split()
)
_ITEM_READ = frozenset(
    "$ref get put post delete options head patch trace query additionalOperations parameters servers".split()
)
_NUMBERS = frozenset({"integer", "number"})
_NUMERIC = re.compile(r"[-+.0-9eE]+")
STABILITY = ("draft", "alpha", "beta", "stable")


def walk(ground: Ground) -> None:
    """Compare two documents, everything in them."""
    walk_root(ground)
    old, new = ground.old.api, ground.new.api
    equal = EqualPaths(ground)
    paths = align(old.operations(but=equal.names), new.operations(but=equal.names), old, new)
    _existence(ground, paths)
    security = SecurityWalk(ground)
    items = set()
    for was, now in paths.kept:
        where = scene(now)
        security.compare(was, now, where)
        walk_servers(ground, was, now, where)
        ground.enter(was, now, where)
        if (was.path, now.path) not in items:
            items.add((was.path, now.path))
            for before, after in ((was.item, now.item), (was.beside or NOTHING, now.beside or NOTHING)):
                ground.leftover(before, after, "path", _ITEM_READ, [where.site("path", "path")])
    walk_server_texts(ground)
    are_all = not (equal.names or paths.kept or paths.removed or paths.added)
    _webhooks(ground, security, are_all=are_all)
    _operations(ground, equal, security)
    security.schemes()
    ground.found.extend(ground.schemas.located())
    walk_components(ground)
    walk_spelling(ground)


def _operations(ground: Ground, equal: EqualPaths, security: SecurityWalk) -> None:
    """Walk operations in the order of the old text, then those whose path has another name, then the rest."""
    paths = ground.old.resolver.root.get("paths") if equal.noted else None
    turns = {name: turn for turn, name in enumerate(paths.node if paths else ())}
    noted = deque(equal.noted)
    while ground.pending:
        old, new, where = ground.pending.popleft()
        turn = turns.get(old.path, len(turns)) if old.path == new.path and not where.prefix else len(turns)
        while noted and turns[noted[0]] < turn:
            equal.note(noted.popleft())
        _operation(ground, security, old, new, where)
    for name in noted:
        equal.note(name)


def _operation(ground: Ground, security: SecurityWalk, old: Operation, new: Operation, where: Scene) -> None:
    inherits = _inherits_the_same(ground, old, new)
    if inherits and _unchanged(ground, old, new):
        return
    if inherits and walk_alike(ground, old, new, where):
        return
    _facts(ground, old, new, where)
    walk_parameters(ground, old, new, where)
    walk_body(ground, old, new, where)
    walk_responses(ground, old, new, where)
    _callbacks(ground, security, old, new, where)


def _unchanged(ground: Ground, old: Operation, new: Operation) -> bool:
    return old.path == new.path and ground.sameness.unchanged(old.part, new.part)


def _inherits_the_same(ground: Ground, old: Operation, new: Operation) -> bool:
    """Answer whether what an operation takes over from outside is the same."""
    before, after = ground.old.api.inherited(old), ground.new.api.inherited(new)
    return [p.spot for p in before] == [p.spot for p in after] and all(
        ground.sameness.unchanged(a, b) for a, b in zip(before, after, strict=True)
    )


def _existence(ground: Ground, paths: Alignment) -> None:
    kept = _templates(_kept(ground, paths)) if paths.added else {}
    for operation in paths.removed:
        trait = _ending(operation, ground.today)
        change = Change(
            Direction.NONE,
            "operation",
            "existence",
            "removed",
            Effect.NARROWS,
            old=operation.part,
            trait=trait,
        )
        ground.report(change, scene(operation).site("operation", "operation"))
    for operation in paths.added:
        captured = _captures(ground, operation, kept)
        change = Change(
            Direction.NONE,
            "operation",
            "existence",
            "added",
            Effect.WIDENS,
            new=operation.part,
            trait="captures" if captured else "",
            subject=captured,
        )
        ground.report(change, scene(operation).site("operation", "operation"))


def _ending(operation: Operation, today: date) -> str:
    """Say what the old document announced of an operation's end."""
    if operation.part.node.get("deprecated") is not True:
        return "without-deprecation"
    sunset = operation.part.node.get("x-sunset")
    try:
        early = isinstance(sunset, str) and date.fromisoformat(sunset[:10]) > today
    except ValueError:
        early = False
    return "before-sunset" if early else "with-deprecation"


def _kept(ground: Ground, paths: Alignment) -> list[Operation]:
    """Answer the old operations that have a partner, first those whose path kept its name."""
    late = [old for old, new in paths.kept if old.path != new.path]
    left = {(each.method, each.path) for each in (*paths.removed, *late)}
    return [each for each in ground.old.api.operations() if (each.method, each.path) not in left] + late


_Templates = dict[str, Any]
"""Operations with parameters, in a tree of their methods and segments; below `_END` those of a whole path."""
_END = "/"


def _templates(operations: list[Operation]) -> _Templates:
    tree: _Templates = {}
    for operation in operations:
        if "{" in operation.path:
            at = tree
            for segment in (operation.method, *shape(operation.path).split("/")):
                at = at.setdefault(segment, {})
            at.setdefault(_END, []).append(operation)
    return tree


def _captures(ground: Ground, operation: Operation, kept: _Templates) -> str:
    """Answer the kept template whose requests a new, more literal path takes over; "" for none."""
    segments = shape(operation.path).split("/")
    level: list[_Templates] = [kept.get(operation.method, {})]
    for segment in segments:
        level = [at[key] for at in level for key in dict.fromkeys((segment, "{}")) if key in at]
    templates: list[Operation] = [one for at in level for one in at.get(_END, ())]
    for template in templates:
        pairs = list(zip(segments, shape(template.path).split("/"), strict=True))
        taken = [a for a, b in pairs for _ in range(b.count("{}"))]
        if any(a != b for a, b in pairs) and _may_be(ground, template, taken):
            return template.path
    return ""


def _may_be(ground: Ground, template: Operation, texts: list[str]) -> bool:
    """Answer whether segments of a path may be values of a template's parameters, by their types."""
    parameters = ground.old.api.parameters(template)
    for at, text in enumerate(texts):
        parameter = parameters.get(("path", str(at)))
        if "{}" in text or parameter is None or parameter.schema is None:
            continue
        types = ground.old.schemas.effective(parameter.schema).types
        if types is not None and types <= _NUMBERS and _NUMERIC.fullmatch(text) is None:
            return False
    return True


def _facts(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    site = where.site("operation", "operation")
    if shape(old.path) == shape(new.path) and old.path != new.path:
        change = Change(
            Direction.NONE,
            "path-parameter",
            "name",
            "changed",
            Effect.NONE,
            old.part,
            new.part,
            was=old.path,
            now=new.path,
        )
        ground.report(change, site)
    for key, aspect in (("operationId", "operation-id"), ("x-sunset", "sunset")):
        before, after = old.part.get(key), new.part.get(key)
        was, now = before and before.node, after and after.node
        if was != now:
            action = "added" if before is None else "removed" if after is None else "changed"
            ground.report(
                Change(
                    Direction.NONE, "operation", aspect, action, Effect.NONE, before, after, was=was, now=now
                ),
                site,
            )
    _deprecated(ground, old, new, where)
    _stability(ground, old, new, where)
    ground.leftover(old.part, new.part, "operation", _READ, [site])


def _deprecated(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    was, now = old.part.node.get("deprecated") is True, new.part.node.get("deprecated") is True
    if was == now:
        return
    trait = "with-sunset" if now and "x-sunset" in new.part.node else ""
    at = old.part.get("deprecated"), new.part.get("deprecated")
    action = "added" if now else "removed"
    change = Change(
        Direction.NONE, "operation", "deprecated", action, Effect.NONE, *at, trait=trait, was=was, now=now
    )
    ground.report(change, where.site("operation", "operation"))


def _stability(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    before, after = old.part.get("x-stability-level"), new.part.get("x-stability-level")
    was, now = before.node if before else "stable", after.node if after else "stable"
    if was == now:
        return
    action = "changed"
    if was in STABILITY and now in STABILITY:
        action = "increased" if STABILITY.index(now) > STABILITY.index(was) else "decreased"
    change = Change(
        Direction.NONE, "operation", "stability", action, Effect.NONE, before, after, was=was, now=now
    )
    ground.report(change, where.site("operation", "operation"))


def _callbacks(ground: Ground, security: SecurityWalk, old: Operation, new: Operation, where: Scene) -> None:
    before, after = ground.old.api.callbacks(old), ground.new.api.callbacks(new)
    for name in {**before, **after}:
        inner = where.inner(f"callback {name[0]} ")
        was, now = _by_method(before.get(name, [])), _by_method(after.get(name, []))
        for method in {**was, **now}:
            one, other = was.get(method), now.get(method)
            _called(ground, one, other, inner, "callback", name[0])
            if one is not None and other is not None:
                security.present(one, other, inner.site("callback", "callback"), name[0], inherits=False)


def _webhooks(ground: Ground, security: SecurityWalk, *, are_all: bool) -> None:
    """Compare webhooks; where they `are_all` that there is, the document's security is theirs."""
    before, after = _by_name(ground.old.api.webhooks()), _by_name(ground.new.api.webhooks())
    for name, method in {**before, **after}:
        old, new = before.get((name, method)), after.get((name, method))
        called = new or old
        if called is None:
            continue
        where = scene(called)._replace(prefix="webhook ", swapped=True)
        _called(ground, old, new, where, "webhook", name)
        if old is not None and new is not None:
            security.present(old, new, where.site("webhook", "webhook"), name, inherits=are_all)


def _by_method(operations: list[Operation]) -> dict[str, Operation]:
    return {operation.method: operation for operation in operations}


def _by_name(operations: list[Operation]) -> dict[tuple[str, str], Operation]:
    return {(operation.path, operation.method): operation for operation in operations}


def _called(
    ground: Ground, old: Operation | None, new: Operation | None, where: Scene, element: str, name: str
) -> None:
    """Compare an operation that the provider calls."""
    if old is not None and new is not None:
        ground.enter(old, new, where)
        return
    action, moved = ("removed", Effect.NARROWS) if new is None else ("added", Effect.WIDENS)
    at = old and old.part, new and new.part
    change = Change(Direction.NONE, element, "existence", action, moved, *at, subject=name)
    ground.report(change, where.site(element, element))
