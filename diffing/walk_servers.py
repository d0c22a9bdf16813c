"""Compare where operations are served: effective full URLs, so that a prefix may move into the paths."""

import re
from urllib.parse import urlsplit

from diffing.api import Operation, Server, shape
from diffing.change import Change
from diffing.finding import Direction, Effect
from diffing.ground import Ground, Scene, node
from diffing.part import Part
from diffing.schema import canonical

_READ = frozenset({"url", "variables"})


def walk_servers(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    """Report the URLs of an operation that are no longer, or newly, served."""
    before, after = ground.old.api.servers(old), ground.new.api.servers(new)
    if old.path == new.path and [s.url for s in before] == [s.url for s in after]:
        return
    was = [(address(server.url + shape(old.path)), server) for server in before]
    now = [(address(server.url + shape(new.path)), server) for server in after]
    for url, server in was:
        if not any(covers(other, url) for other, _ in now):
            _report(ground, "removed", server, where)
    for url, server in now:
        if not any(covers(other, url) for other, _ in was):
            _report(ground, "added", server, where)


def walk_server_texts(ground: Ground) -> None:
    """Report what the document's servers say beside their URLs, in servers with the same URL."""
    before, after = (half.resolver.root.get("servers") for half in (ground.old, ground.new))
    known: dict[str, list[Part]] = {}
    for server in before.items() if before else []:
        known.setdefault(canonical(node(server.get("url"))), []).append(server)
    for server in after.items() if after else []:
        partners = known.get(canonical(node(server.get("url"))))
        if partners:
            partner = partners.pop(0)
            ground.leftover(partner, server, "server", _READ, ())
            _variables(ground, partner.get("variables"), server.get("variables"))


def _variables(ground: Ground, old: Part | None, new: Part | None) -> None:
    """Compare the variables of one server; the URLs that their values make are compared as URLs."""
    for name, was in old.members() if old else []:
        now = new.get(name) if new else None
        if now is None:
            continue
        ground.leftover(was, now, "server", frozenset({"default", "enum"}), ())
        before, after = was.get("default"), now.get("default")
        if node(before) != node(after):
            change = Change(
                Direction.NONE, "server", "default-value", "changed", Effect.UNKNOWN, before, after, name
            )
            ground.report(change._replace(was=node(before), now=node(after)))


def _report(ground: Ground, action: str, server: Server, where: Scene) -> None:
    removed = action == "removed"
    change = Change(
        Direction.NONE,
        "server",
        "existence",
        action,
        Effect.NARROWS if removed else Effect.WIDENS,
        old=server.part if removed else None,
        new=None if removed else server.part,
        subject=server.url or "/",
    )
    ground.report(change, where.site("servers", "server"))


_OPEN_VARIABLE = re.compile(r"\{[^{}]+\}")
"""A variable that is left in a URL; a path parameter has lost its name there."""
_PORTS = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}
"""The port that a scheme means where none is written (RFC 9110, section 4.2; RFC 6455, section 3)."""


def address(url: str) -> tuple[str, str, str]:
    """Split a URL into scheme, host and path, "" for what it leaves open."""
    try:
        split = urlsplit(url)
    except ValueError:
        return "", "", url
    scheme = split.scheme.lower()
    host = split.netloc.lower().removesuffix(_PORTS.get(scheme, ":"))
    return scheme, host, split.path.rstrip("/") or "/"


def covers(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Answer whether the first address stands for the other: what either leaves open matches anything."""
    return _matches(one[2], other[2]) and all(
        not a or not b or _matches(a, b) for a, b in zip(one[:2], other[:2], strict=True)
    )


def _matches(template: str, text: str) -> bool:
    """Answer whether a variable of a server that lists no values may make the one text the other."""
    if template == text or "{" not in template:
        return template == text
    pieces = _OPEN_VARIABLE.split(template)
    return re.fullmatch("[^/]+".join(map(re.escape, pieces)), text) is not None
