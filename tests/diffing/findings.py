"""Findings made by hand, for tests of what is done with findings once they are judged."""

from datetime import date
from typing import Any

from diffing.document import Dialect
from diffing.finding import (
    Bump,
    Comparison,
    Direction,
    Effect,
    Finding,
    Level,
    Lifecycle,
    Place,
    Reach,
    Side,
    Waived,
    Witness,
    WitnessStatus,
)

TODAY = date(2026, 11, 22)
CREATE_ORDER = Reach("POST", "/orders", "createOrder", "request body application/json")
READ_ORDER = Reach("GET", "/orders/{id}", None, "response 200 application/json")
WAIVED = Waived("Nobody sends more than 200 characters.", "orders team", date(2027, 1, 31))

SHORTER_NOTE = Finding(
    rule="request-property-max-length-decreased",
    level=Level.BREAKING,
    kind="constraints",
    direction=Direction.REQUEST,
    element="property",
    aspect="max-length",
    action="decreased",
    effect=Effect.NARROWS,
    text="The longest note of an item went from 500 to 200 characters.",
    why="A request that was legal is refused.",
    property="items/*/note",
    old=Place("/components/schemas/Item/properties/note/maxLength", 500, "a.yaml", 120, 9),
    new=Place("/components/schemas/Item/properties/note/maxLength", 200, "b.yaml", 118, 9),
    operations=(CREATE_ORDER,),
    witness_status=WitnessStatus.FOUND,
    witness=Witness({"note": "x" * 201}, "old", "new"),
    by="rule",
    waived=None,
    lifecycle=None,
    fingerprint="3f2a9c41d0be",
)
GONE = SHORTER_NOTE._replace(
    rule="api-removed-without-deprecation",
    kind="existence",
    direction=Direction.NONE,
    element="operation",
    aspect="existence",
    action="removed",
    text="GET /orders/{id} was removed.",
    why="Its callers get an error.",
    property=None,
    old=Place("/paths/~1orders~1{id}/get", {"responses": {}}, "a.yaml", 30, 5),
    new=None,
    operations=(READ_ORDER,),
    witness_status=WitnessStatus.NOT_APPLICABLE,
    witness=None,
    lifecycle=Lifecycle(deprecated=True, sunset="2027-06-30"),
    fingerprint="aaaaaaaaaaaa",
)
NEW_STATE = SHORTER_NOTE._replace(
    rule="response-property-enum-value-added",
    level=Level.DANGEROUS,
    kind="values",
    direction=Direction.RESPONSE,
    aspect="enum",
    action="added",
    effect=Effect.WIDENS,
    text="The state of an order may now be returned.",
    why="A reader that lists all states meets one it does not know.",
    property="state",
    old=None,
    new=Place("/components/schemas/Order/properties/state/enum/3", "returned", "b.yaml", 90, 13),
    operations=(CREATE_ORDER, READ_ORDER),
    witness_status=WitnessStatus.GAVE_UP,
    witness=None,
    fingerprint="bbbbbbbbbbbb",
)
NEW_HEADER = NEW_STATE._replace(
    rule="request-header-optional-added",
    level=Level.COMPATIBLE,
    direction=Direction.REQUEST,
    effect=Effect.NONE,
    text="The header X-Trace may be sent.",
    operations=(CREATE_ORDER,),
    fingerprint="cccccccccccc",
)
NEW_WORDS = NEW_HEADER._replace(
    rule="info-description-changed",
    level=Level.EDITORIAL,
    direction=Direction.NONE,
    text="The description of the API changed.",
    old=Place("/info/description", "Orders", "a.yaml", 4, 3),
    new=Place("/info/description", "Orders and returns", "b.yaml", 4, 3),
    operations=(),
    fingerprint="dddddddddddd",
)
ONE_OF_EACH = (SHORTER_NOTE, NEW_STATE, NEW_HEADER, NEW_WORDS)


def finding(like: Finding = SHORTER_NOTE, **fields: Any) -> Finding:
    """Make a finding like another, with some fields of its own."""
    return like._replace(**fields)


def comparison(*findings: Finding, **fields: Any) -> Comparison:
    """Make a comparison that found these, in this order."""
    made = Comparison(
        old=Side("a.yaml", Dialect.OPENAPI_3_0, "1.2.0", "0" * 64),
        new=Side("b.yaml", Dialect.OPENAPI_3_1, "1.3.0", "f" * 64),
        today=TODAY,
        bump=Bump("major", "minor"),
        hints=(),
        findings=findings,
    )
    return made._replace(**fields)
