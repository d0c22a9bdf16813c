"""Deprecation headers for any WSGI service, from a rule set that Sundial serves.

This file needs nothing but Python 3.11 or newer: copy it, or import it.

    app.wsgi_app = DeprecationHeaders(app.wsgi_app, url="https://sundial.example.com/api/v1/rules",
                                      token="…")

It fails open: no request ever waits for Sundial or fails on its account. Rules are fetched in the
background, beginning with the first request, and the last good copy stays in force while Sundial can't
be reached. Headers are put on error replies too; those that the service sends itself are replaced,
its links stay. Browsers are allowed to read them across origins, beside what the service allows.
"""

import hashlib
import hmac
import json
import logging
import os
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, unquote, urlsplit

Headers = list[tuple[str, str]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_log = logging.getLogger("sundial.middleware")
_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_LARGEST = 32 * 1024 * 1024
_SLASH = "\0"  # one that is part of a segment, as %2F is
_EXPOSED = ("Access-Control-Expose-Headers", "Deprecation, Sunset, Link")
_OWN = frozenset({"deprecation", "sunset"})


class RuleTable:
    """A rule set, made ready for looking up methods and paths."""

    def __init__(self, ruleset: Mapping[str, Any]) -> None:
        """Compile a rule set as `/api/v1/rules` gives it; raises ValueError when it isn't one."""
        try:
            self._rules = [_Rule(rule) for rule in ruleset["rules"]]
        except (AttributeError, KeyError, OverflowError, TypeError, re.error) as error:
            raise ValueError(f"this is no rule set: {error!r}") from error

    def headers(self, method: str, path: str) -> Headers:
        """Return the headers for a request, none where no rule is about it; `path` without its query."""
        split = _segments(path)
        found = [(rule, rule.match(method, split)) for rule in self._rules]
        matching = [(rule, values) for rule, values in found if values is not None]
        if not matching:
            return []
        links = dict.fromkeys(link for rule, values in matching for link in rule.links(values))
        return [
            # Where several apply, the earliest date is the one that a caller must heed.
            ("Deprecation", f"@{min(rule.deprecation for rule, _ in matching)}"),
            ("Sunset", _http_date(min(rule.sunset for rule, _ in matching))),
            *(("Link", link) for link in links),
        ]


class DeprecationHeaders:
    """WSGI middleware that puts Deprecation, Sunset and Link on the replies that the rules are about."""

    def __init__(
        self,
        app: WsgiApp,
        *,
        rules: Mapping[str, Any] | None = None,
        url: str = "",
        token: str = "",
        secret: str = "",
        interval: float = 60.0,
        timeout: float = 10.0,
    ) -> None:
        """Wrap a service, with fixed `rules`, or with a `url` to fetch them from every `interval` seconds.

        `token` is sent as a bearer token; `timeout` bounds one fetch. With a `secret` (`sundial edge secret`
        tells it) only rules that are signed with it come into force. `rules` and `url` may both be given:
        the first hold until a fetch succeeds.
        """
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no http or https address")
        self.loaded = threading.Event()
        self._app = app
        self._table = RuleTable(rules or {"rules": []})
        self._url, self._token, self._secret = url, token, secret.encode()
        self._interval, self._timeout = interval, timeout
        self._etag = ""
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._poller_of = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, with its headers."""
        if self._url and self._poller_of != os.getpid():
            self._start()
        headers = self._table.headers(environ["REQUEST_METHOD"], _path(environ))
        if not headers:
            return self._app(environ, start_response)

        def with_headers(status: str, theirs: Headers, *exc_info: Any) -> Any:
            kept = [pair for pair in theirs if pair[0].lower() not in _OWN]
            return start_response(status, [*kept, *headers, _EXPOSED], *exc_info)

        return self._app(environ, with_headers)

    def refresh(self) -> bool:
        """Fetch the rules once; tell whether new ones came into force. Trouble is logged, never raised."""
        request = urllib.request.Request(self._url, headers=self._request_headers())  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as reply:  # noqa: S310
                body = reply.read(_LARGEST + 1)
                etag, signed = reply.headers.get("ETag", ""), reply.headers.get("Sundial-Signature", "")
            if len(body) > _LARGEST:
                raise ValueError("the rule set is too large")
            self._verify(body, signed)
            table = RuleTable(json.loads(body))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 304:
                self._complain(error)
            return False
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            self._complain(error)
            return False
        self._table, self._etag = table, etag
        self.loaded.set()
        return True

    def close(self) -> None:
        """Stop fetching; the rules in force stay."""
        self._closed.set()

    def _start(self) -> None:
        # Started by the first request and not before: a server that forks would leave the thread behind.
        with self._starting:
            if self._poller_of == os.getpid():
                return
            self._poller_of = os.getpid()
        threading.Thread(target=self._poll, name="sundial-rules", daemon=True).start()

    def _poll(self) -> None:
        while not self._closed.is_set():
            self.refresh()
            self._closed.wait(self._interval)

    def _request_headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._etag:
            headers["If-None-Match"] = self._etag
        return headers

    def _verify(self, body: bytes, signed: str) -> None:
        wanted = "v1=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        if self._secret and not hmac.compare_digest(signed.encode(), wanted.encode()):
            raise ValueError("the rule set is not signed with our secret")

    def _complain(self, error: BaseException) -> None:
        _log.warning("deprecation rules from %s: %s; those in force stay", self._url, error)


class _Rule:
    """One rule: what it is about, and the headers that it calls for."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        self.deprecation, self.sunset = int(rule["deprecation"]), int(rule["sunset"])
        _http_date(self.sunset)
        self._methods = frozenset(rule["methods"])
        self._pattern = _template(rule["template"])
        self._others = [re.compile(other) for other in rule.get("unless", ())]
        self._links = [_link(link) for link in rule["links"]]

    def match(self, method: str, path: str) -> "dict[str, str] | None":
        """Return the path's parameters when the rule is about this request."""
        if method not in self._methods:
            return None
        pattern, names = self._pattern
        match = pattern.fullmatch(path)
        if match is None or any(other.search(path) for other in self._others):
            return None
        return dict(zip(names, match.groups(), strict=True))

    def links(self, values: Mapping[str, str]) -> Iterator[str]:
        """Return the links, a templated one only where the request fills it."""
        for rel, href, template in self._links:
            target = href or _filled(template, values)
            if target:
                yield f'<{target}>; rel="{rel}"'


def _link(link: Mapping[str, str]) -> tuple[str, str, str]:
    rel, href, template = link["rel"], link.get("href", ""), link.get("template", "")
    if not (rel + href + template).isprintable() or set(rel + href + template) & set(' <>"'):
        raise ValueError(f"{link!r} can't stand in a Link header")
    return rel, href, template


def _template(template: str) -> tuple[re.Pattern[str], list[str]]:
    names = _PARAMETER.findall(template)
    parts = _PARAMETER.split(template)
    literal = [re.escape(part) for part in parts[::2]]
    return re.compile("([^/]+)".join(literal).rstrip("/") + "/?"), names


def _filled(template: str, values: Mapping[str, str]) -> str:
    if not set(_PARAMETER.findall(template)) <= set(values):
        return ""
    return _PARAMETER.sub(lambda match: quote(values[match[1]].replace(_SLASH, "/"), safe=""), template)


def _path(environ: Mapping[str, Any]) -> str:
    """Return the path as the client wrote it where the server tells, so that %2F stays within its segment."""
    decoded = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
    path = decoded.decode("utf-8", "replace")
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    written = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", raw).partition("?")[0]
    return written if unquote(written) == path else path.replace("%", "%25")


def _segments(path: str) -> str:
    """Return a path with each segment decoded, but for the slashes within them."""
    return "/".join(unquote(segment).replace("/", _SLASH) for segment in path.split("/"))


def _http_date(epoch: int) -> str:
    return format_datetime(datetime.fromtimestamp(epoch, UTC), usegmt=True)
