"""Operations whose own text is equal: nothing changed in them but what the schemas of their bodies lead to.

A popular component reaches most operations this way. Their bodies are found by the text alone, so that
nothing else of them is read.
"""

from functools import lru_cache
from typing import NamedTuple

from diffing.api import Operation, media_key
from diffing.document import Node
from diffing.finding import Direction
from diffing.ground import Ground, Scene
from diffing.part import Part, escape
from diffing.sameness import Trail


class _Body(NamedTuple):
    """Where in an operation the schema of a body stands, the media types beside it included."""

    direction: Direction
    place: str
    trail: Trail
    pointer: str


def walk_alike(ground: Ground, old: Operation, new: Operation, where: Scene) -> bool:
    """Compare the bodies that lead to changes; False, and nothing done, where more may have changed."""
    if old.path != new.path or not ground.sameness.worded_alike(old.part, new.part):
        return False
    was, now = old.part, new.part
    bodies: dict[_Body, None] = {}
    for trail in ground.sameness.trails(was, now):
        body = _body(trail[:4] if trail[:1] == ("requestBody",) else trail[:5])
        if body is None or not _is_clear(was.node, body):
            return False
        bodies[body] = None
    for body in sorted(bodies, key=_turn):
        before, after = _part(was, body), _part(now, body)
        site = where.site(body.place, "body")
        ground.schemas.enter((before,), (after,), where.direction(body.direction), site)
    return True


@lru_cache(maxsize=4096)
def _body(trail: Trail) -> _Body | None:
    """Answer the body at a trail through an operation; None for any other place."""
    pointer = "".join([f"/{escape(key)}" for key in trail])
    match trail:
        case ("requestBody", "content", str(name), "schema"):
            return _Body(Direction.REQUEST, f"request body {name}", trail, pointer)
        case ("responses", str(status), "content", str(name), "schema") if (
            status.isdecimal() or status == "default"
        ):
            return _Body(Direction.RESPONSE, f"response {status} {name}", trail, pointer)
    return None


def _is_clear(operation: Node, body: _Body) -> bool:
    """Answer whether no other media type beside the body's means the same one."""
    content = _follow(operation, body.trail[:-2])
    return len(content) == 1 or len({media_key(name) for name in content}) == len(content)


def _turn(body: _Body) -> bool:
    """Requests come first, as in any operation."""
    return body.direction is Direction.RESPONSE


def _part(operation: Part, body: _Body) -> Part:
    return Part(_follow(operation.node, body.trail), operation.file, operation.pointer + body.pointer)


def _follow(node: Node, trail: Trail) -> Node:
    for key in trail:
        node = node[key]
    return node
