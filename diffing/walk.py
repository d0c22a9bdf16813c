"""Walk the operations of two documents in pairs and report their changes.

Schemas are handed to `walk_schema`; servers and security have walks of their own.
"""

from collections import deque
from datetime import date

from diffing.align import Alignment, align
from diffing.api import NOTHING, Operation, shape
from diffing.change import Change, Site
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
    security.schemes()
    walk_server_texts(ground)
    _webhooks(ground)
    _operations(ground, equal)
    ground.found.extend(ground.schemas.located())
    walk_components(ground)
    walk_spelling(ground)


def _operations(ground: Ground, equal: EqualPaths) -> None:
    """Walk operations in the order of the old text, then those whose path has another name, then the rest."""
    paths = ground.old.resolver.root.get("paths") if equal.noted else None
    turns = {name: turn for turn, name in enumerate(paths.node if paths else ())}
    noted = deque(equal.noted)
    while ground.pending:
        old, new, where = ground.pending.popleft()
        turn = turns.get(old.path, len(turns)) if old.path == new.path and not where.prefix else len(turns)
        while noted and turns[noted[0]] < turn:
            equal.note(noted.popleft())
        _operation(ground, old, new, where)
    for name in noted:
        equal.note(name)


def _operation(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    inherits = _inherits_the_same(ground, old, new)
    if inherits and _unchanged(ground, old, new):
        return
    if inherits and walk_alike(ground, old, new, where):
        return
    _facts(ground, old, new, where)
    walk_parameters(ground, old, new, where)
    walk_body(ground, old, new, where)
    walk_responses(ground, old, new, where)
    _callbacks(ground, old, new, where)


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
        captured = _captures(operation, kept)
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


def _templates(operations: list[Operation]) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for operation in operations:
        if "{" in operation.path:
            found.setdefault((operation.method, operation.path.count("/")), []).append(operation.path)
    return found


def _captures(operation: Operation, kept: dict[tuple[str, int], list[str]]) -> str:
    """Answer the kept template whose requests a new, more literal path takes over; "" for none."""
    segments = shape(operation.path).split("/")
    for path in kept.get((operation.method, len(segments) - 1), ()):
        pairs = list(zip(segments, shape(path).split("/"), strict=True))
        if all(a == b or b == "{}" for a, b in pairs) and any(b == "{}" and a != "{}" for a, b in pairs):
            return path
    return ""


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


def _callbacks(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    before, after = ground.old.api.callbacks(old), ground.new.api.callbacks(new)
    for name in {**before, **after}:
        inner = where.inner(f"callback {name[0]} ")
        _called(ground, before.get(name, []), after.get(name, []), inner, "callback", name[0])


def _webhooks(ground: Ground) -> None:
    before, after = ground.old.api.webhooks(), ground.new.api.webhooks()
    names = dict.fromkeys(operation.path for operation in (*before, *after))
    for name in names:
        old = [operation for operation in before if operation.path == name]
        new = [operation for operation in after if operation.path == name]
        where = scene((new or old)[0])
        _called(
            ground,
            old,
            new,
            Scene(where.method, name, where.operation_id, "webhook ", swapped=True),
            "webhook",
            name,
        )


def _called(
    ground: Ground, old: list[Operation], new: list[Operation], where: Scene, element: str, name: str
) -> None:
    """Compare operations that the provider calls."""
    before = {operation.method: operation for operation in old}
    after = {operation.method: operation for operation in new}
    for method in {**before, **after}:
        site = where.site(element, element)
        if method not in after:
            change = Change(
                Direction.NONE,
                element,
                "existence",
                "removed",
                Effect.NARROWS,
                before[method].part,
                subject=name,
            )
            ground.report(change, site)
        elif method not in before:
            change = Change(
                Direction.NONE,
                element,
                "existence",
                "added",
                Effect.WIDENS,
                new=after[method].part,
                subject=name,
            )
            ground.report(change, site)
        else:
            _credentials(ground, before[method], after[method], site, name)
            ground.enter(before[method], after[method], where)


def _credentials(ground: Ground, old: Operation, new: Operation, site: Site, name: str) -> None:
    """Report other credentials of an operation that the provider calls, where it states its own.

    The provider presents them; whether receivers check them, and cope with others, no document tells.
    """
    before, after = old.part.get("security"), new.part.get("security")
    if before is None and after is None:
        return
    was, now = ground.old.api.security(old), ground.new.api.security(new)
    if {each.needs for each in was.alternatives} == {each.needs for each in now.alternatives}:
        return
    change = Change(Direction.NONE, site.element, "security", "changed", Effect.UNKNOWN, before, after, name)
    ground.report(change, site)
