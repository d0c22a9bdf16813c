"""The story that is told by page, by API and by command alike: an API of three operations loses one.

Its documents, its traffic, its plan, and what must come of them. How it is told is the hands' business.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.hands import Consumer, Plan

NOTICE_DAYS = 100
ENDING = "GET /orders/{id}"
KEY = "acme-secret-key-4711-2f7c"
ACME = Consumer(
    slug="acme",
    name="Acme Logistics",
    team="Integration",
    credentials=(("api-key", KEY), ("user", "acme-batch")),
    contact="ops@acme.example",
    person="Olu Adeyemi",
)
_ZONES = ("Europe/Berlin", "America/Los_Angeles")  # hours apart: it is never near midnight in both
_NEAR_MIDNIGHT = (0, 23)
_OLD = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Story:
    """The story as of an hour; `folder` holds its documents and logs."""

    now: datetime
    folder: Path

    @property
    def zone(self) -> str:
        """The zone that dates are chosen in: one in which this day does not end meanwhile."""
        hours = {zone: self.now.astimezone(ZoneInfo(zone)).hour for zone in _ZONES}
        return next(zone for zone, hour in hours.items() if hour not in _NEAR_MIDNIGHT)

    @property
    def today(self) -> date:
        """The day that calendars in that zone show."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def versions(self) -> tuple[Path, ...]:
        """The documents, in the order of their publication: JSON and YAML, OpenAPI 3.0 and 3.1."""
        return tuple(self.folder / name for name in ("orders-1.json", "orders-2.yaml", "orders-3.json"))

    @property
    def edge_log(self) -> Path:
        """An access log of nginx's."""
        return self.folder / "edge.log"

    @property
    def gateway_log(self) -> Path:
        """NDJSON of a gateway's."""
        return self.folder / "gateway.ndjson"

    @property
    def dock_log(self) -> Path:
        """NDJSON of a source that reports on the parcels alone, and that went silent three days ago."""
        return self.folder / "dock.ndjson"

    @property
    def called_at(self) -> datetime:
        """The last call to the operation that ends."""
        return self.now - timedelta(hours=1)

    def plan(self, days: int = 120) -> Plan:
        """The end of the operation that version 2.0.0 lacks, so many days from today."""
        return Plan(
            api="orders",
            operation=ENDING,
            rule="api-removed-without-deprecation",
            compared=("1.0.0", "2.0.0"),
            deprecated_on=self.today,
            sunset_on=self.today + timedelta(days=days),
            zone=self.zone,
            reason="Orders move to the second generation.",
            replacement="GET /v2/orders/{id}",
            documentation="https://docs.example.com/orders",
        )

    @property
    def earliest(self) -> date:
        """The earliest last day that the promise of 100 days allows."""
        return self.today + timedelta(days=NOTICE_DAYS)

    @property
    def headers(self) -> set[tuple[str, str]]:
        """What replies to `GET /orders/17` carry: RFC 9745, RFC 8594 and RFC 8288, to the letter."""
        plan = self.plan()
        begins = self._midnight(plan.deprecated_on)
        ends = self._midnight(plan.sunset_on + timedelta(days=1)) - timedelta(seconds=1)
        return {
            ("Deprecation", f"@{int(begins.timestamp())}"),
            ("Sunset", format_datetime(ends, usegmt=True)),
            ("Link", '<https://docs.example.com/orders>; rel="deprecation"'),
            ("Link", '</v2/orders/17>; rel="successor-version"'),
        }

    def rows(self, origin: str) -> dict[str, list[tuple[Any, ...]]]:
        """Return what the tables must hold in the end, sorted; `origin` is how the documents came."""
        expected = {
            "versions": self._versions(origin),
            "comparisons": _COMPARISONS,
            "findings": _FINDINGS,
            "credentials": [("acme", "api-key", "…2f7c"), ("acme", "user", "acme-batch")],
            "usage": self._usage(),
            "sources": [
                ("dock", "parcels", self.now - timedelta(days=3)),
                ("edge", None, self.now - timedelta(hours=2)),
                ("gateway", None, self.called_at),
            ],
            "plans": self._plans(),
            "events": [(1, "plan", "draft"), (2, "announce", "announced"), (3, "deprecate", "deprecated")],
            "notices": self._notices(),
            "envelopes": [(ACME.contact, "smtp", "sent", 1)],
            "deliveries": _DELIVERIES,
            "audit": _AUDIT,
        }
        return {name: sorted(rows, key=str) for name, rows in expected.items()}

    def _versions(self, origin: str) -> list[tuple[Any, ...]]:
        return [
            ("letters", 1, "7.0.0", "openapi-3.0", "webhook"),
            ("orders", 1, "1.0.0", "openapi-3.0", origin),
            ("orders", 2, "2.0.0", "openapi-3.1", origin),
            ("orders", 3, "2.1.0", "openapi-3.1", origin),
            ("parcels", 1, "4.0.0", "openapi-2.0", "webhook"),
        ]

    def _usage(self) -> list[tuple[Any, ...]]:
        """Consumer, operation, calls, errors of clients and servers, first and last call."""
        old, now = self.now - _OLD, self.now
        return [
            ("acme", ENDING, 7, 1, 0, now - timedelta(days=3), self.called_at),
            ("acme", "POST /orders", 2, 0, 0, old, old),
            ("unattributed", "POST /parcels", 2, 0, 0, old, now - timedelta(days=3)),
            ("unattributed", "POST /orders", 1, 0, 1, now - timedelta(hours=2), now - timedelta(hours=2)),
        ]

    def _plans(self) -> list[tuple[Any, ...]]:
        plan = self.plan()
        dates = (plan.deprecated_on, plan.sunset_on, plan.zone)
        words = (plan.reason, plan.replacement, plan.documentation)
        return [(plan.operation, "deprecated", *dates, *words, plan.rule)]

    def _notices(self) -> list[tuple[Any, ...]]:
        """Consumer, contact, milestone, when it is due (None: at once), what the mail told."""
        who = (ACME.slug, ACME.contact)
        told = {"calls": 7, "last_call_at": self.called_at.isoformat(), "hints": ["acme-batch", "…2f7c"]}
        last = self.plan().sunset_on
        ahead = [
            (*who, milestone, self._midnight(last - timedelta(days=days)), None)
            for milestone, days in _COUNTDOWN.items()
        ]
        return [(*who, "announced", None, told), *ahead]

    def _midnight(self, on: date) -> datetime:
        return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


_COUNTDOWN = {"t-90": 90, "t-30": 30, "t-14": 14, "t-7": 7, "t-1": 1, "sunset": 0, "after": -2}
_COMPARISONS = [
    # api, old, new, state, then how many are breaking, dangerous, compatible, editorial
    ("orders", "1.0.0", "2.0.0", "done", 2, 0, 0, 2),
    ("orders", "1.0.0", "2.1.0", "done", 2, 0, 1, 2),
    ("orders", "2.0.0", "2.1.0", "done", 0, 0, 1, 1),
]
_REMOVED = ("breaking", "api-removed-without-deprecation", ENDING)
_SHORTER = ("breaking", "request-property-max-length-decreased", "POST /orders")
_ADDED = ("compatible", "endpoint-added", "GET /v2/orders/{id}")
_RENUMBERED = ("editorial", "info-version-changed", "")
_SPELT_ANEW = ("editorial", "document-dialect-changed", "")
_FINDINGS = [
    *(("1.0.0", "2.0.0", *finding) for finding in (_REMOVED, _SHORTER, _RENUMBERED, _SPELT_ANEW)),
    *(("1.0.0", "2.1.0", *finding) for finding in (_REMOVED, _SHORTER, _ADDED, _RENUMBERED, _SPELT_ANEW)),
    *(("2.0.0", "2.1.0", *finding) for finding in (_ADDED, _RENUMBERED)),
]
_DELIVERIES = [
    ("git", "done", "published as 4.0.0"),
    ("github", "done", "already published as 7.0.0"),
    ("github", "done", "published as 7.0.0"),
]
_AUDIT = [
    *(("api registered", slug) for slug in ("letters", "orders", "parcels")),
    *(("version published", f"orders {label}") for label in ("1.0.0", "2.0.0", "2.1.0")),
    ("version published", "letters 7.0.0"),
    ("version published", "parcels 4.0.0"),
    ("comparison asked for", "orders 1.0.0 2.0.0"),
    ("comparison asked for", "orders 1.0.0 2.1.0"),
    ("repository connected", "letters"),
    ("repository connected", "parcels"),
    ("consumer registered", "acme"),
    ("credential added", "acme"),
    ("contact added", "acme"),
    ("policy changed", "orders"),
    ("deprecation announced", f"orders {ENDING}"),
]


def begin(folder: Path, now: datetime) -> Story:
    """Write the story's documents and logs into a folder."""
    story = Story(now.replace(microsecond=0), folder)
    folder.mkdir()
    first, second, third = story.versions
    first.write_text(json.dumps(_orders("3.0.3", "1.0.0", 500, "/orders/{id}")))
    second.write_text(_as_yaml(_orders("3.1.0", "2.0.0", 200, None)))
    third.write_text(json.dumps(_orders("3.1.0", "2.1.0", 200, "/v2/orders/{id}")))
    story.edge_log.write_text(_edge_log(story.now))
    story.gateway_log.write_text(_gateway_log(story))
    story.dock_log.write_text("".join(_event(story.now - ago, "POST", "/parcels") for ago in _DOCKED))
    return story


def parcels() -> str:
    """Return the document that lies in a plain git repository: OpenAPI 2.0, as YAML."""
    return (
        'swagger: "2.0"\ninfo: {title: Parcels, version: 4.0.0}\n'
        "paths:\n  /parcels:\n    get: {responses: {'200': {description: Parcels}}}\n"
        "    post: {responses: {'201': {description: Sent}}}\n"
    )


def letters() -> str:
    """Return the document that lies at GitHub."""
    paths = {"/letters": {"get": {"responses": {"200": {"description": "Letters"}}}}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Letters", "version": "7.0.0"}, "paths": paths})


_DOCKED = (_OLD, timedelta(days=3))
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _orders(openapi: str, version: str, longest_note: int, one_order: str | None) -> dict[str, Any]:
    note = {"type": "string", "maxLength": longest_note}
    schema = {
        "type": "object",
        "required": ["item"],
        "properties": {"item": {"type": "string"}, "note": note},
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    paths: dict[str, Any] = {
        "/orders": {
            "get": {"responses": {"200": {"description": "Orders"}}},
            "post": {"requestBody": body, "responses": {"201": {"description": "Ordered"}}},
        }
    }
    if one_order:
        paths[one_order] = {"get": {"parameters": [_ID], "responses": {"200": {"description": "An order"}}}}
    return {"openapi": openapi, "info": {"title": "Orders", "version": version}, "paths": paths}


def _as_yaml(document: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False)
    return text


def _edge_log(now: datetime) -> str:
    lines = (
        (_OLD, "acme-batch", "POST /orders", 201, "acme-sync/2.1"),
        (timedelta(days=3), "acme-batch", "GET /orders/17", 200, "acme-sync/2.1"),
        (timedelta(days=2), "acme-batch", "GET /orders/18?trace=hidden", 404, "acme-sync/2.1"),
        (timedelta(hours=2), "-", "POST /orders", 500, "curl/8.5.0"),
    )
    return "".join(
        f'203.0.113.7 - {user} [{now - ago:%d/%b/%Y:%H:%M:%S} +0000] "{request} HTTP/1.1" {status} 512 '
        f'"-" "{agent}"\n'
        for ago, user, request, status, agent in lines
    )


def _gateway_log(story: Story) -> str:
    named = {"identity": {"api-key": KEY}}
    return (
        _event(story.now - _OLD, "POST", "/orders", **named)
        + _event(story.called_at, "GET", "/orders/9", count=5, **named)
        + _event(story.called_at, "GET", "/nowhere", **named)
    )


def _event(at: datetime, method: str, path: str, **more: Any) -> str:
    return json.dumps({"at": at.isoformat(), "method": method, "path": path, "status": 200, **more}) + "\n"
