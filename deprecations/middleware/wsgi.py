"""Deprecation headers, brownouts and tombstones for any WSGI service, from a rule set that Sundial serves.

This folder needs nothing but Python 3.11 or newer: copy it into a project, under any name, or import it.

    app.wsgi_app = DeprecationHeaders(app.wsgi_app, url="https://sundial.example.com/api/v1/rules",
                                      token="…")

It fails open: no request ever waits for Sundial or fails on its account. Rules are fetched in the
background, beginning with the first request, and the last good copy stays in force while Sundial can't
be reached. Headers are put on error replies too; those that the service sends itself are replaced,
its links stay. Browsers are allowed to read them across origins, beside what the service allows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from .base import Middleware
from .callers import Names, named
from .rule import Headers

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_OWN = frozenset({"deprecation", "sunset"})


class DeprecationHeaders(Middleware[WsgiApp, Environ]):
    """WSGI middleware that puts Deprecation, Sunset and Link on the replies that the rules are about."""

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request with its headers, or in the service's place."""
        method, table = environ["REQUEST_METHOD"], self._feed.table()
        decoded = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if decoded.isascii() and not table.may_hit(method, decoded):
            return self._app(environ, start_response)
        found = table.find(method, _path(environ))
        if not found:
            return self._app(environ, start_response)
        headers, answer = self._due(found, environ)
        if answer is not None:
            start_response(answer.line, [*answer.headers, *headers])
            return [] if method == "HEAD" else [answer.body]

        def with_headers(status: str, theirs: Headers, *exc_info: Any) -> Any:
            kept = [pair for pair in theirs if pair[0].lower() not in _OWN]
            return start_response(status, kept + headers, *exc_info)

        return self._app(environ, with_headers)

    def _names(self, request: Environ) -> Names:
        return named(
            request.get("HTTP_X_API_KEY", ""),
            request.get("HTTP_X_CLIENT_ID", ""),
            self._authorization(request),
            request.get("HTTP_USER_AGENT", ""),
        )

    def _authorization(self, request: Environ) -> str:
        return str(request.get("HTTP_AUTHORIZATION", ""))


def _path(environ: Mapping[str, Any]) -> str:
    """Return the path as the client wrote it where the server tells, so that %2F stays within its segment."""
    plain = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    asked = environ.get("RAW_URI") or environ.get("REQUEST_URI") or plain
    if "%" not in plain and plain.isascii() and (asked == plain or asked.partition("?")[0] == plain):
        return str(plain)  # the usual case, and the cheap one
    decoded = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
    path = decoded.decode("utf-8", "replace")
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    written = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", raw).partition("?")[0]
    return written if unquote(written) == path else path.replace("%", "%25")
