"""What the middleware for WSGI and for ASGI have in common: how it is set up, and what a request gets."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from .answers import Answer
from .callers import Caller, Names
from .feed import Feed, log
from .rule import Found, Headers, answer_for, headers_for

App = TypeVar("App")
Request = TypeVar("Request")

_EXPOSED = ("Access-Control-Expose-Headers", "Deprecation, Sunset, Link")


class Middleware(Generic[App, Request]):
    """The rules in force around a service. What a request is, and where its names stand, the heirs know."""

    def __init__(
        self,
        app: App,
        *,
        rules: Mapping[str, Any] | None = None,
        url: str = "",
        token: str = "",
        secret: str = "",
        credential_key: str = "",
        identify: Callable[[Request], Names] | None = None,
        interval: float = 60.0,
        timeout: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Wrap a service, with fixed `rules`, or with a `url` to fetch them from every `interval` seconds.

        `token` is sent as a bearer token; `timeout` bounds one fetch. With a `secret` (`sundial edge secret`
        tells it) only rules that are signed with it come into force. `rules` and `url` may both be given:
        the first hold until a fetch succeeds.

        `identify` names a request's caller from its environ or scope, as kinds (app-id, client-id, api-key,
        certificate, header, user, user-agent) and values, as your logs do; without it, X-Api-Key,
        X-Client-Id, the user of Basic and the User-Agent's product are looked at. With the `credential_key`
        (`sundial edge secret --credentials`) exempt callers are known by it. A brownout hits nobody where it
        can't tell who is exempt; nor while Sundial was not heard for ten minutes, or five intervals: it may
        have been aborted.
        """
        self._app, self._clock, self._key = app, clock, bytes.fromhex(credential_key)
        self._identify, self._sees_all = identify or self._names, identify is not None
        self._feed = Feed(
            rules,
            url=url,
            token=token,
            secret=secret,
            interval=interval,
            timeout=timeout,
            clock=clock,
            knows_callers=bool(self._key),
        )
        self.loaded, self.refresh, self.close = self._feed.loaded, self._feed.refresh, self._feed.close

    def _names(self, request: Request) -> Names:
        """Return the names that a request gives for its caller, surest first."""
        raise NotImplementedError

    def _authorization(self, request: Request) -> str:
        raise NotImplementedError

    def _due(self, found: Found, request: Request) -> tuple[Headers, Answer | None]:
        """Return the headers for whoever calls, and what is answered in the service's place."""
        headers, answer = headers_for(found), None
        if any(rule.asks_who for rule, _ in found):
            try:
                now = self._clock()
                names, secret = tuple(self._identify(request)), self._authorization(request)
                caller = Caller(names, secret, self._key, self._sees_all)
                headers = headers_for(found, caller, now)
                answer = answer_for(found, caller, now, is_fresh=self._feed.is_fresh(now))
            except Exception as error:  # noqa: BLE001 - whatever it is, the service answers
                log.warning("a brownout was passed over: %r", error)
        return [*headers, _EXPOSED], answer
