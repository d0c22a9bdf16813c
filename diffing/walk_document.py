"""Compare what stands outside operations: info, tags, extensions, and components that nothing reaches."""

import re

from diffing.change import Change
from diffing.document import Dialect
from diffing.finding import Direction, Effect
from diffing.ground import Ground, node
from diffing.part import Part

_ROOT_READ = frozenset(
    "openapi swagger info paths webhooks components definitions parameters responses securityDefinitions "
    "security servers host basePath schemes consumes produces".split()
)
_SECTIONS = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "requestBodies": "request-body",
    "headers": "header",
    "examples": "example",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path-item",
    "mediaTypes": "media-type",
}
_FLAGS = frozenset({"read-only", "write-only"})
"""Names of flags of schemas, which say nothing where they are members of another object."""
_HOLDERS = ("paths", "webhooks", "components")
_SECTIONS_2_0 = {"definitions": "schema", "parameters": "parameter", "responses": "response"}


def walk_root(ground: Ground) -> None:
    """Compare the members of the document itself."""
    old, new = ground.old.resolver.root, ground.new.resolver.root
    ground.leftover(old, new, "document", _ROOT_READ, ())
    before, after = old.get("info"), new.get("info")
    for key in {**_members(before), **_members(after)}:
        was, now = before and before.get(key), after and after.get(key)
        if was is not None and now is not None and was.node == now.node:
            continue
        action = "added" if was is None else "removed" if now is None else "changed"
        values = node(was), node(now)
        aspect = "extension" if key.startswith("x-") else _kebab(key)
        ground.report(Change(Direction.NONE, "info", aspect, action, Effect.NONE, was, now, key, "", *values))
    _dialect(ground)
    for name in _HOLDERS:
        _extensions(ground, old.get(name), new.get(name))


def _dialect(ground: Ground) -> None:
    """Report another version of the specification: what it changes in meaning is judged where it does."""
    parts = []
    for half in (ground.old, ground.new):
        part = half.resolver.root
        parts.append(part.get("openapi") or part.get("swagger"))
    before, after = parts
    if node(before) != node(after):
        values = node(before), node(after)
        ground.report(
            Change(
                Direction.NONE, "document", "dialect", "changed", Effect.NONE, before, after, "", "", *values
            )
        )


def _extensions(ground: Ground, old: Part | None, new: Part | None) -> None:
    """Report the extensions of an object whose other members are names."""
    if old is None or new is None or not isinstance(old.node, dict) or not isinstance(new.node, dict):
        return
    if any(key.startswith("x-") for key in {**old.node, **new.node}):
        names = {key for key in {**old.node, **new.node} if not key.startswith("x-")}
        ground.leftover(old, new, "document", frozenset(names), ())


def _kebab(key: str) -> str:
    """Write a member's name as rules do: `termsOfService` is terms-of-service."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", key).lower()
    name = re.sub(r"[^a-z0-9]+", "-", words).strip("-") or "other"
    return f"member-{name}" if name in _FLAGS else name


def walk_components(ground: Ground) -> None:
    """Report components that came, went, or changed where no kept operation reaches them."""
    if ground.old.document.dialect is not ground.new.document.dialect and Dialect.OPENAPI_2_0 in (
        ground.old.document.dialect,
        ground.new.document.dialect,
    ):
        return
    reached = ground.seen | ground.schemas.reached()
    old, new = ground.old.resolver.root, ground.new.resolver.root
    two = ground.old.document.dialect is Dialect.OPENAPI_2_0
    holders = (old, new) if two else (old.get("components"), new.get("components"))
    for section, element in (_SECTIONS_2_0 if two else _SECTIONS).items():
        before, after = (_members(holder.get(section) if holder else None) for holder in holders)
        for name in {**before, **after}:
            _component(ground, element, before.get(name), after.get(name), reached)


def _component(
    ground: Ground, element: str, old: Part | None, new: Part | None, reached: set[tuple[str, str, str]]
) -> None:
    if old is None or new is None:
        action, moved = ("added", Effect.NONE) if old is None else ("removed", Effect.NONE)
        name = (old or new or Part(None, "", "")).pointer.rpartition("/")[2]
        change = Change(Direction.NONE, element, "component", action, moved, old, new, subject=name)
        ground.report(change)
        return
    if ("old", *old.spot) in reached or ("new", *new.spot) in reached or ground.sameness.equal(old, new):
        return
    name = old.pointer.rpartition("/")[2]
    change = Change(
        Direction.NONE, element, "component", "changed", Effect.NONE, old, new, subject=name, by="residue"
    )
    ground.report(change)


def _members(part: Part | None) -> dict[str, Part]:
    return dict(part.members()) if part else {}
