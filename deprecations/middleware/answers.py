"""What is answered in the service's place while a brownout lasts, and after the end."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class Answer:
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


class Outage:
    """A window of a brownout."""

    def __init__(self, window: Mapping[str, Any]) -> None:
        self.starts, self.ends = float(window["starts"]), float(window["ends"])
        self.percent, self._problem = float(window["percent"]), window["problem"]
        Answer(self._problem, 0)

    def answer(self, now: float) -> Answer:
        """Return what is answered now: when to come again counts from here."""
        return Answer(self._problem, math.ceil(self.ends - now))
