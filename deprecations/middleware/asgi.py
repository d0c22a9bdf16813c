"""Deprecation headers, brownouts and tombstones for any ASGI service, from a rule set that Sundial serves.

This folder needs nothing but Python 3.11 or newer: copy it into a project, under any name, or import it.

    app = DeprecationHeaders(app, url="https://sundial.example.com/api/v1/rules", token="…")

It fails open: no request ever waits for Sundial or fails on its account. Rules are fetched by a thread of
its own, beginning with the first request, and the last good copy stays in force while Sundial can't be
reached. Headers are put on error replies too; those that the service sends itself are replaced, its links
stay. Browsers are allowed to read them across origins, beside what the service allows. Make it the outermost
middleware: what the server answers by itself, after the service has failed without a reply, doesn't pass
through here.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from .base import Middleware
from .callers import Names, named
from .rule import Headers

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_OWN = frozenset({b"deprecation", b"sunset"})


class DeprecationHeaders(Middleware[AsgiApp, Scope]):
    """ASGI middleware that puts Deprecation, Sunset and Link on the replies that the rules are about."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with its headers, or in the service's place; pass on what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, table = scope["method"], self._feed.table()
        decoded = scope["path"]
        if not scope.get("root_path") and decoded.isascii() and not table.may_hit(method, decoded):
            await self._app(scope, receive, send)
            return
        found = table.find(method, _path(scope))
        if not found:
            await self._app(scope, receive, send)
            return
        ours, answer = self._due(found, scope)
        headers = _fields(ours)
        if answer is not None:
            given = [*_fields(answer.headers), *headers]
            await send({"type": "http.response.start", "status": answer.status, "headers": given})
            body = b"" if method == "HEAD" else answer.body
            await send({"type": "http.response.body", "body": body})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if bytes(pair[0]).lower() not in _OWN]
                message = {**message, "headers": [*kept, *headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _names(self, request: Scope) -> Names:
        sent = _sent(request)
        names = (b"x-api-key", b"x-client-id", b"authorization", b"user-agent")
        return named(*(sent.get(name, b"").decode("latin-1") for name in names))

    def _authorization(self, request: Scope) -> str:
        return _sent(request).get(b"authorization", b"").decode("latin-1")


def _sent(scope: Mapping[str, Any]) -> dict[bytes, bytes]:
    return {bytes(name).lower(): bytes(value) for name, value in scope.get("headers", ())}


def _path(scope: Mapping[str, Any]) -> str:
    """Return the path as the client wrote it where the server tells, so that %2F stays within its segment."""
    root, path = scope.get("root_path", ""), scope["path"]
    raw = bytes(scope.get("raw_path") or b"").partition(b"?")[0]
    if not root and "%" not in path and path.isascii() and raw in (b"", path.encode()):
        return str(path)  # the usual case, and the cheap one
    whole = path if path.startswith(f"{root}/") or path == root else root + path
    written = raw.decode("latin-1")
    for asked in (written, quote(root) + written):  # some servers leave the root out of it
        if written and unquote(asked) == whole:
            return asked
    return str(whole).replace("%", "%25")


def _fields(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers]
