"""Deprecation headers, brownouts and tombstones for any ASGI service, from a rule set that Sundial serves.

This file needs nothing but Python 3.11 or newer: copy it, or import it. So the rule table is here in full,
as it is in its twin for WSGI.

    app = DeprecationHeaders(app, url="https://sundial.example.com/api/v1/rules", token="…")

It fails open: no request ever waits for Sundial or fails on its account. Rules are fetched by a thread of
its own, beginning with the first request, and the last good copy stays in force while Sundial can't be
reached. Headers are put on error replies too; those that the service sends itself are replaced, its links
stay. Browsers are allowed to read them across origins, beside what the service allows. Make it the outermost
middleware: what the server answers by itself, after the service has failed without a reply, doesn't pass
through here.
"""

import hashlib
import hmac
import json
import logging
import math
import os
import random
import re
import threading
import time
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, unquote, urlsplit

Headers = list[tuple[str, str]]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

Found = list[tuple["_Rule", tuple[str, ...]]]
Names = Sequence[tuple[str, str]]
Identify = Callable[[MutableMapping[str, Any]], Names]

_log = logging.getLogger("sundial.middleware")
_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_SEEN = frozenset({"api-key", "client-id", "user", "user-agent"})  # kinds that are looked at by default
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")
_PRODUCT = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_LARGEST = 32 * 1024 * 1024
_SLASH = "\0"  # one that is part of a segment, as %2F is
_EXPOSED = ("Access-Control-Expose-Headers", "Deprecation, Sunset, Link")
_OWN = frozenset({b"deprecation", b"sunset"})


class RuleTable:
    """A rule set, made ready for looking up methods and paths: a tree of segments for each method."""

    def __init__(self, ruleset: Mapping[str, Any]) -> None:
        """Compile a rule set as `/api/v1/rules` gives it; raises ValueError when it isn't one."""
        self._trees: dict[str, _Node] = {}
        self.names_exempt = False
        try:
            for rank, given in enumerate(ruleset["rules"]):
                rule = _Rule(given, rank)
                self.names_exempt = self.names_exempt or bool(rule.exempt)
                for method in rule.methods:
                    self._trees.setdefault(method, _Node()).add(rule)
            self._prefixes = {method: tree.prefixes() for method, tree in self._trees.items()}
        except (AttributeError, KeyError, OverflowError, TypeError, re.error) as error:
            raise ValueError(f"this is no rule set: {error!r}") from error

    def may_hit(self, method: str, path: str) -> bool:
        """Tell cheaply whether a rule may be about a decoded ASCII path: its first fixed segments decide."""
        prefix = self._prefixes.get(method)
        for segment in path.split("/"):
            if prefix is True:
                return True
            if prefix is None:
                return False
            prefix = prefix.get(segment)  # type: ignore[attr-defined]  # a dict here
        return prefix is True

    def find(self, method: str, path: str) -> "Found":
        """Return the rules that are about a request, each with the path's parameters; `path` has no query."""
        tree = self._trees.get(method)
        if tree is None:
            return []
        split = (path if "%" not in path else _segments(path)).split("/")
        if not split[-1] and len(split) > 1:
            split.pop()
        found = tree.find(split, 0, ())
        if not found or (len(found) == 1 and not found[0][0].others):
            return found
        whole = "/".join(split)
        kept = [one for one in found if not any(other.search(whole) for other in one[0].others)]
        return sorted(kept, key=lambda one: one[0].rank) if len(kept) > 1 else kept

    def headers(self, method: str, path: str) -> Headers:
        """Return the headers for a request, none where no rule is about it; `path` without its query."""
        return _headers(self.find(method, path))


class DeprecationHeaders:
    """ASGI middleware that puts Deprecation, Sunset and Link on the replies that the rules are about."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        rules: Mapping[str, Any] | None = None,
        url: str = "",
        token: str = "",
        secret: str = "",
        credential_key: str = "",
        identify: Identify | None = None,
        interval: float = 60.0,
        timeout: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Wrap a service, with fixed `rules`, or with a `url` to fetch them from every `interval` seconds.

        `token` is sent as a bearer token; `timeout` bounds one fetch. With a `secret` (`sundial edge secret`
        tells it) only rules that are signed with it come into force. `rules` and `url` may both be given:
        the first hold until a fetch succeeds.

        `identify` names a request's caller from its scope, as kinds (app-id, client-id, api-key, certificate,
        header, user, user-agent) and values, as your logs do; without it, X-Api-Key, X-Client-Id, the user
        of Basic and the User-Agent's product are looked at. With the `credential_key` (`sundial edge secret
        --credentials`) exempt callers are known by it. A brownout hits nobody where it can't tell who is
        exempt; nor while Sundial was not heard for ten minutes, or five intervals: it may have been aborted.
        """
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no http or https address")
        self.loaded = threading.Event()
        self._app = app
        self._table = RuleTable(rules or {"rules": []})
        self._url, self._token, self._secret = url, token, secret.encode()
        self._interval, self._timeout = interval, timeout
        self._key, self._clock = bytes.fromhex(credential_key), clock
        self._identify, self._sees_all = identify or _names, identify is not None
        self._etag = ""
        self._patience, self._heard_at = max(600.0, 5 * interval), float("-inf") if url else float("inf")
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._poller_of = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request with its headers, or in the service's place; pass on what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._url and self._poller_of != os.getpid():
            self._start()
        method, table = scope["method"], self._table
        decoded = scope["path"]
        if not scope.get("root_path") and decoded.isascii() and not table.may_hit(method, decoded):
            await self._app(scope, receive, send)
            return
        found = table.find(method, _path(scope))
        if not found:
            await self._app(scope, receive, send)
            return
        asks_who = any(rule.asks_who for rule, _ in found)
        ours, answer = self._judged(found, scope) if asks_who else (_headers(found), None)
        headers = _fields([*ours, _EXPOSED])
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

    def _judged(self, found: "Found", scope: MutableMapping[str, Any]) -> "tuple[Headers, _Answer | None]":
        """Return the headers for whoever calls, and what is answered in the service's place."""
        try:
            secret, now = _sent(scope).get(b"authorization", b"").decode("latin-1"), self._clock()
            caller = _Caller(tuple(self._identify(scope)), secret, self._key, self._sees_all)
            is_fresh = now - self._heard_at < self._patience
            return _headers(found, caller, now), _answer(found, caller, now, is_fresh=is_fresh)
        except Exception as error:  # noqa: BLE001 - whatever it is, the service answers
            _log.warning("a brownout was passed over: %r", error)
            return _headers(found), None

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
            if error.code == 304:
                self._heard_at = self._clock()
            else:
                self._complain(error)
            return False
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            self._complain(error)
            return False
        if table.names_exempt and not self._key:
            _log.warning("brownouts that exempt anybody hit nobody here: no credential_key was given")
        self._table, self._etag, self._heard_at = table, etag, self._clock()
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
        try:
            threading.Thread(target=self._poll, name="sundial-rules", daemon=True).start()
        except RuntimeError as error:  # the system has no thread left: the next request tries again
            self._complain(error)
            self._poller_of = 0

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


class _Node:
    """What may follow after some segments of a path: literal ones, ones with parameters, or the end."""

    __slots__ = ("ends", "literals", "patterns")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.patterns: dict[str, tuple[re.Pattern[str] | None, _Node]] = {}
        self.ends: list[_Rule] = []

    def add(self, rule: "_Rule") -> None:
        node = self
        for segment in rule.template.rstrip("/").split("/"):
            if "{" not in segment:
                node = node.literals.setdefault(segment, _Node())
                continue
            shape = _PARAMETER.sub("{}", segment)
            pattern = None if shape == "{}" else _pattern(segment)
            node = node.patterns.setdefault(shape, (pattern, _Node()))[1]
        node.ends.append(rule)

    def prefixes(self) -> "object":
        """Return the fixed segments that come first, a dict in a dict; True where more must be looked at."""
        if self.patterns or self.ends:
            return True
        return {segment: node.prefixes() for segment, node in self.literals.items()}

    def find(self, split: list[str], at: int, values: tuple[str, ...]) -> "Found":
        """Return what fits the segments from `at` on; `values` are those of parameters before."""
        node = self
        while not node.patterns:
            if at == len(split):
                return [(rule, values) for rule in node.ends]
            following = node.literals.get(split[at])
            if following is None:
                return []
            node, at = following, at + 1
        return node._branch(split, at, values)

    def _branch(self, split: list[str], at: int, values: tuple[str, ...]) -> "Found":
        if at == len(split):
            return [(rule, values) for rule in self.ends]
        segment = split[at]
        literal = self.literals.get(segment)
        found = literal.find(split, at + 1, values) if literal is not None else []
        for pattern, node in self.patterns.values():
            if pattern is None:
                found += node.find(split, at + 1, (*values, segment)) if segment else ()
            elif match := pattern.fullmatch(segment):
                found += node.find(split, at + 1, values + match.groups())
        return found


class _Rule:
    """One rule: what it is about, the headers that it calls for, and what it has answered in its place."""

    def __init__(self, rule: Mapping[str, Any], rank: int) -> None:
        self.rank = rank
        self.id, self.api = str(rule.get("id", "")), str(rule.get("api", ""))
        self.methods = frozenset(rule["methods"])
        self.template = str(rule["template"])
        self.others = [re.compile(other) for other in rule.get("unless", ())]
        self.deprecation = int(rule["deprecation"])
        self.sunset = None if rule["sunset"] is None else int(rule["sunset"])
        links = [_link(link, _PARAMETER.findall(self.template)) for link in rule["links"]]
        self.links = [("Link", form) for form, places in links if form and not places]
        self.templates = [(form, places) for form, places in links if places]
        self.ready = [
            ("Deprecation", f"@{self.deprecation}"),
            *(() if self.sunset is None else (("Sunset", _http_date(self.sunset)),)),
            *self.links,
        ]
        self.outages = [_Outage(one) for one in rule.get("brownouts") or ()]
        tombstone = rule.get("tombstone")
        self.tombstone = _Answer(tombstone, 0) if tombstone else None
        exempt = rule.get("exempt") or ()
        self.exempt = {(one["kind"], one["digest"]): one["until"] for one in exempt}
        # Whoever has a later last day is told that day, and passed over by tombstones too.
        self.beyond = {(one["kind"], one["digest"]): one["until"] for one in exempt if one.get("beyond")}
        self.asks_who = bool(self.tombstone or self.outages or self.beyond)

    def filled(self, values: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the links that the request's path fills, as headers."""
        return [
            ("Link", form % tuple([_encoded(values[place]) for place in places]))
            for form, places in self.templates
        ]

    def last(self, caller: "_Caller | None", now: float) -> int | None:
        """Return the last second of the operation for a caller, which may have been given longer."""
        if caller is None or self.sunset is None:
            return self.sunset
        return max(self.sunset, int(caller.until(self.beyond, now)) - 1)

    def answer(self, caller: "_Caller", now: float, is_fresh: bool) -> "_Answer | None":
        """Return what is answered in the service's place: a tombstone, an open brownout, or nothing.

        No brownout on the word of rules that aren't fresh: it may have been aborted since.
        """
        if self.tombstone is not None:
            return None if caller.is_among(self.beyond, now) else self.tombstone
        for one in self.outages if is_fresh else ():
            if one.starts <= now < one.ends and not caller.is_among(self.exempt, now):
                return one.answer(now) if caller.share(self.id) < one.percent else None
        return None


class _Outage:
    """A window of a brownout."""

    def __init__(self, window: Mapping[str, Any]) -> None:
        self.starts, self.ends = float(window["starts"]), float(window["ends"])
        self.percent, self._problem = float(window["percent"]), window["problem"]
        _Answer(self._problem, 0)

    def answer(self, now: float) -> "_Answer":
        return _Answer(self._problem, math.ceil(self.ends - now))


class _Answer:
    """A problem document (RFC 9457) that is never cached; `wait` seconds are worth a Retry-After with 503."""

    def __init__(self, problem: Mapping[str, Any], wait: int) -> None:
        self.status = int(problem["status"])
        self.line = f"{self.status} {HTTPStatus(self.status).phrase}"
        self.body = json.dumps(problem, ensure_ascii=False).encode()
        self.headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
        ]
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE and wait > 0:
            self.headers.append(("Retry-After", str(wait)))


class _Caller:
    """Who calls, by the names that the request gives: kinds and values, surest first."""

    def __init__(self, names: "Names", secret: str, key: bytes, sees_all: bool) -> None:
        self._names, self._secret, self._key, self._sees_all = names, secret, key, sees_all

    def is_among(self, exempt: "dict[tuple[str, str], float | None]", now: float) -> bool:
        """Tell whether a caller is exempt; who can't be told apart is."""
        if not exempt:
            return False
        if not self._key or not (self._sees_all or all(kind in _SEEN for kind, _digest in exempt)):
            return True
        return self.until(exempt, now) > now

    def until(self, exempt: "dict[tuple[str, str], float | None]", now: float) -> float:
        """Return until when a caller is exempt: infinity for good, 0 where it isn't or can't be told."""
        if exempt and self._key:
            for kind, value in self._names:
                text = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
                until = exempt.get((kind, hmac.digest(self._key, text, "sha256").hex()), 0)
                if until is None or until > now:
                    return math.inf if until is None else until
        return 0

    def share(self, salt: str) -> float:
        """Return a number from 0 to 100, the same one each time for a credential; by chance for nobody."""
        name = self._secret or next((value for _kind, value in self._names), "")
        if not name:
            return random.random() * 100  # noqa: S311 - who is hit is no secret
        text = f"{salt}\0{name}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**64 * 100


def _headers(found: "Found", caller: "_Caller | None" = None, now: float = 0) -> Headers:
    """Return the headers for a caller; for anybody without one."""
    if len(found) == 1 and caller is None:
        rule, values = found[0]
        return rule.ready + rule.filled(values) if rule.templates else rule.ready
    if not found:
        return []
    lasts = [last for rule, _ in found if (last := rule.last(caller, now)) is not None]
    everybodys = [rule.sunset for rule, _ in found if rule.sunset is not None]
    links = (link for rule, values in found for link in (*rule.links, *rule.filled(values)))
    return [
        # Where several apply, the earliest date is the one that a caller must heed.
        ("Deprecation", f"@{min(rule.deprecation for rule, _ in found)}"),
        *([("Sunset", _http_date(min(lasts)))] if lasts else ()),
        *dict.fromkeys(links),
        # No cache may give one caller's date to another.
        *([("Vary", "*")] if lasts and min(lasts) != min(everybodys) else ()),
    ]


def _answer(found: "Found", caller: _Caller, now: float, *, is_fresh: bool) -> "_Answer | None":
    """Return what is answered in the service's place; all APIs that the request belongs to must want it."""
    wanted = {
        rule.api: answer for rule, _ in found if (answer := rule.answer(caller, now, is_fresh)) is not None
    }
    return next(iter(wanted.values())) if wanted.keys() == {rule.api for rule, _ in found} else None


def _pattern(segment: str) -> re.Pattern[str]:
    literals = _PARAMETER.split(segment)[::2]
    return re.compile("(.+)".join(map(re.escape, literals)), re.DOTALL)


def _link(link: Mapping[str, str], names: list[str]) -> tuple[str, list[int]]:
    """Return a Link's value and no places; or its form with %s for each parameter, and their places.

    One whose parameters the path lacks has no value.
    """
    rel, href, template = link["rel"], link.get("href", ""), link.get("template", "")
    if not (rel + href + template).isprintable() or set(rel + href + template) & set(' <>"'):
        raise ValueError(f"{link!r} can't stand in a Link header")
    asked = _PARAMETER.findall(template)
    if href or not asked:
        return (f'<{href or template}>; rel="{rel}"' if href or template else ""), []
    if not set(asked) <= set(names):
        return "", []
    form = "%s".join(_PARAMETER.split(template.replace("%", "%%"))[::2])
    return f'<{form}>; rel="{rel}"', [names.index(name) for name in asked]


def _encoded(value: str) -> str:
    is_plain = (value.isalnum() and value.isascii()) or _UNRESERVED.fullmatch(value)
    return value if is_plain else quote(value.replace(_SLASH, "/"), safe="")


def _sent(scope: Mapping[str, Any]) -> dict[bytes, bytes]:
    return {bytes(name).lower(): bytes(value) for name, value in scope.get("headers", ())}


def _names(scope: Mapping[str, Any]) -> "Names":
    """Return the names that a request gives for its caller, surest first."""
    sent = _sent(scope)
    names = (b"x-api-key", b"x-client-id", b"authorization", b"user-agent")
    return _named(*(sent.get(name, b"").decode("latin-1") for name in names))


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


def _named(api_key: str, client_id: str, authorization: str, user_agent: str) -> "Names":
    scheme, _, given = authorization.partition(" ")
    user = ""
    if scheme.lower() == "basic":
        try:
            user = b64decode(given.strip(), validate=True).decode().partition(":")[0]
        except ValueError:
            user = ""
    product = _PRODUCT.match(user_agent)
    found = (
        ("client-id", client_id.strip()),
        ("api-key", api_key.strip()),
        ("user", user),
        ("user-agent", product[0] if product else ""),
    )
    return [one for one in found if one[1]]


def _segments(path: str) -> str:
    """Return a path with each segment decoded, but for the slashes within them."""
    return "/".join(unquote(segment).replace("/", _SLASH) for segment in path.split("/"))


def _http_date(epoch: int) -> str:
    return format_datetime(datetime.fromtimestamp(epoch, UTC), usegmt=True)
