"""Rules fetched from Sundial by a thread of their own: the last good copy stays in force while it is away."""

import hashlib
import hmac
import json
import logging
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from .rule_table import RuleTable

log = logging.getLogger("sundial.middleware")
_LARGEST = 32 * 1024 * 1024


class Feed:
    """The rules in force: fixed ones, or those of a URL, asked for every `interval` seconds."""

    def __init__(
        self,
        rules: Mapping[str, Any] | None,
        *,
        url: str,
        token: str,
        secret: str,
        interval: float,
        timeout: float,
        clock: Callable[[], float],
        knows_callers: bool,
    ) -> None:
        """See `Middleware`. Raises ValueError for rules that are none, and for an address off the web."""
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no http or https address")
        self._table = RuleTable(rules or {"rules": []})
        self.loaded = threading.Event()
        self._url, self._token, self._secret = url, token, secret.encode()
        self._interval, self._timeout = interval, timeout
        self._clock, self._knows_callers = clock, knows_callers
        self._etag = ""
        self._patience, self._heard_at = max(600.0, 5 * interval), float("-inf") if url else float("inf")
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._poller_of = 0  # the process whose thread fetches

    def table(self) -> RuleTable:
        """Return the rules in force. The first request of a process begins to have them fetched.

        Not before: a server that forks would leave the thread behind.
        """
        if self._url and self._poller_of != os.getpid():
            self._start()
        return self._table

    def is_fresh(self, now: float) -> bool:
        """Tell whether Sundial was heard lately enough for an outage to be made on its word."""
        return now - self._heard_at < self._patience

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
        if table.names_exempt and not self._knows_callers:
            log.warning("brownouts that exempt anybody hit nobody here: no credential_key was given")
        self._table, self._etag, self._heard_at = table, etag, self._clock()
        self.loaded.set()
        return True

    def close(self) -> None:
        """Stop fetching; the rules in force stay."""
        self._closed.set()

    def _start(self) -> None:
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
        log.warning("deprecation rules from %s: %s; those in force stay", self._url, error)
