"""nginx's pitfalls: headers that a block drops, that errors lose, that a late map or a service spoils."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deprecations.exporters.pitfalls.nginx_blocks import Directive, read
from deprecations.exporters.pitfalls.pitfall import DATES, OURS, Pitfall, malformed

_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_LATE = frozenset({"uri", "document_uri", "request_filename", "fastcgi_script_name"})
_MOVES = frozenset({"rewrite", "error_page", "try_files"})
_LOCAL = frozenset({"time_iso8601", "time_local"})
_INHERITING = frozenset({"http", "server", "location", "if"})
_INCLUDED = re.compile(r"sundial-(?:headers|server)\.conf$")
_MAPS = frozenset({"map", "split_clients", "geo"})


@dataclass(frozen=True, slots=True)
class _Scope:
    """A block with its ancestors, nearest first."""

    block: Directive
    outer: "tuple[Directive, ...]"

    @property
    def path(self) -> "tuple[Directive, ...]":
        return (self.block, *self.outer)


def pitfalls(text: str) -> list[Pitfall]:
    """Name the pitfalls of a whole nginx.conf, or of a fragment; raises UnreadableConfiguration."""
    top = Directive(1, ["main"], read(text))
    scopes = list(_scopes(top, ()))
    sources = _sources(scopes, pinned=True)
    found = [
        *(one for scope in scopes for one in _dropped(scope)),
        *(one for scope in scopes for one in _without_always(scope)),
        *(one for scope in scopes for one in _late(scope, sources)),
        *(one for scope in scopes for one in _kept_from_the_service(scope)),
        *(one for scope in scopes for one in _wrong(scope)),
        *_encoded(scopes, _sources(scopes, pinned=False)),
        *_local_time(top, scopes),
        *_raw_braces(scopes),
    ]
    return sorted(set(found))


def _scopes(block: Directive, outer: tuple[Directive, ...]) -> Iterator[_Scope]:
    yield _Scope(block, outer)
    for child in block.children or ():
        if child.children is not None:
            yield from _scopes(child, (block, *outer))


def _named(block: Directive, name: str) -> list[Directive]:
    return [one for one in block.children or () if one.name == name and len(one.words) > 1]


def _ours(block: Directive, names: frozenset[str] = OURS) -> list[Directive]:
    return [one for one in _named(block, "add_header") if one.words[1].lower() in names]


def _includes_ours(block: Directive) -> bool:
    return any(_INCLUDED.search(one.words[1]) for one in _named(block, "include"))


def _dropped(scope: _Scope) -> Iterator[Pitfall]:
    own = _named(scope.block, "add_header")
    if scope.block.name not in _INHERITING or not own or _includes_ours(scope.block):
        return
    if any(one.words[1] == "merge" for block in scope.path for one in _named(block, "add_header_inherit")):
        return
    above = next(
        (block for block in scope.outer if _named(block, "add_header") or _includes_ours(block)), None
    )
    if above is None:
        return
    inherited = ["Deprecation", "Sunset"] if _includes_ours(above) else [one.words[1] for one in _ours(above)]
    here = {one.words[1].lower() for one in own}
    lost = [name for name in dict.fromkeys(inherited) if name.lower() not in here]
    if lost:
        yield Pitfall(
            own[0].line,
            "add-header-inheritance",
            f"this block has an add_header of its own, so it doesn't inherit {' and '.join(lost)} from the "
            f"block of line {above.line}: repeat them here, or from nginx 1.29.3 on write "
            "“add_header_inherit merge;”.",
        )


def _without_always(scope: _Scope) -> Iterator[Pitfall]:
    for one in _ours(scope.block):
        if one.words[-1] != "always":
            yield Pitfall(
                one.line,
                "missing-always",
                f"without “always” errors (4xx, 5xx) go without {one.words[1]}: write it at the end.",
            )


def _late(scope: _Scope, sources: dict[str, set[str]]) -> Iterator[Pitfall]:
    ours = _ours(scope.block)
    if not ours:
        return
    server = next((block for block in scope.path if block.name == "server"), scope.path[-1])
    around = [one for block in scope.path for one in block.children or ()]
    moves = [one for one in [*_all(server), *around] if one.name in _MOVES]
    if not moves:
        return
    for one in ours:
        late = sorted(_LATE & _read_late(one.words[2:], sources))
        if late:
            yield Pitfall(
                one.line,
                "lazy-map",
                f"the value is looked up as the reply is sent, by a ${late[0]} that “{moves[0].name}” in "
                f"line {moves[0].line} may have changed: pin its result by “set” in the server's block.",
            )


def _read_late(words: list[str], sources: dict[str, set[str]]) -> set[str]:
    """Return all variables that a value rests on."""
    seen: set[str] = set()
    waiting = {name for word in words for name in _VARIABLE.findall(word)}
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting |= sources.get(name, set())
    return seen


def _sources(scopes: list[_Scope], *, pinned: bool) -> dict[str, set[str]]:
    """Return what each variable of a map or `set` is made of: nothing, if `pinned`, for a server's `set`."""
    found: dict[str, set[str]] = {}
    for scope in scopes:
        block = scope.block
        if block.name == "map" and len(block.words) == 3:
            words = [block.words[1], *(word for row in block.children or () for word in row.words[1:])]
            found.setdefault(block.words[2].lstrip("$"), set()).update(
                name for word in words for name in _VARIABLE.findall(word)
            )
    for scope in scopes:
        for one in _named(scope.block, "set"):
            early = pinned and scope.block.name in ("server", "main")
            names = {name for word in one.words[2:] for name in _VARIABLE.findall(word)}
            found[one.words[1].lstrip("$")] = set() if early else names
    return found


def _kept_from_the_service(scope: _Scope) -> Iterator[Pitfall]:
    passes = [one for one in scope.block.children or () if one.name == "proxy_pass"]
    adding = next((block for block in scope.path if _named(block, "add_header")), None)
    if not passes or adding is None:
        return
    hiding = next((b for b in scope.path if _named(b, "proxy_hide_header") or _includes_ours(b)), None)
    if hiding is not None and _includes_ours(hiding):
        return
    hidden = {one.words[1].lower() for one in _named(hiding, "proxy_hide_header")} if hiding else set()
    for one in _ours(adding, DATES):
        if one.words[1].lower() not in hidden:
            yield Pitfall(
                passes[0].line,
                "missing-proxy-hide-header",
                f"a {one.words[1]} of the service's own stays beside the one of line {one.line}: add "
                f"“proxy_hide_header {one.words[1]};” to this block.",
            )


def _wrong(scope: _Scope) -> Iterator[Pitfall]:
    for one in _ours(scope.block, DATES):
        if len(one.words) > 2 and "$" not in one.words[2]:
            yield from malformed(one.line, one.words[1], one.words[2])


def _encoded(scopes: list[_Scope], sources: dict[str, set[str]]) -> Iterator[Pitfall]:
    used: set[str] = set()
    for scope in scopes:
        for one in _ours(scope.block):
            used |= _read_late(one.words[2:], sources)
    for block in (scope.block for scope in scopes if scope.block.name == "map"):
        asked = set(_VARIABLE.findall(block.words[1])) if len(block.words) == 3 else set()
        if not asked or block.words[2].lstrip("$") not in used:
            continue
        for row in block.children or ():
            if row.name.startswith("~") and "[^/]" in row.name and "uri" in asked:
                text = "$uri is decoded, so a path like /orders/a%2Fb has one segment more here and is missed"
                yield Pitfall(
                    row.line, "encoded-path", f"{text}: match it by $request_uri where it holds %2F."
                )
            elif _misses_queries(row.name) and "request_uri" in asked:
                text = "$request_uri ends with the query, so this misses every request that has one"
                yield Pitfall(row.line, "query-in-path", rf"{text}: end the expression with (?:\?|$).")


def _misses_queries(expression: str) -> bool:
    return (
        expression.startswith("~") and expression.endswith("$") and "?" not in expression.replace("/?$", "$")
    )


def _local_time(top: Directive, scopes: list[_Scope]) -> Iterator[Pitfall]:
    if any(one.words[1] == "TZ=UTC" for one in _named(top, "env")):
        return
    for scope in scopes:
        asked = {name for word in scope.block.words[1:] for name in _VARIABLE.findall(word)}
        local = sorted(asked & _LOCAL)
        if scope.block.name in _MAPS | {"if"} and local:
            yield Pitfall(
                scope.block.line,
                "local-time",
                f"${local[0]} is in the machine's time zone, so a window meant in UTC opens at the wrong "
                "hour: put “env TZ=UTC;” at the top of nginx.conf.",
            )


def _raw_braces(scopes: list[_Scope]) -> Iterator[Pitfall]:
    for scope in scopes:
        for one in scope.block.children or ():
            if one.raw_brace:
                text = "nginx takes the brace in this expression for a block's and won't start"
                yield Pitfall(one.line, "unquoted-brace", f"{text}: put the expression in quotes.")


def _all(block: Directive) -> Iterator[Directive]:
    for one in block.children or ():
        yield one
        yield from _all(one)
