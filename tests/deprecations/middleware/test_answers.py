"""Brownouts, tombstones and exemptions, by both middlewares, each around a service that answers 200."""

import asyncio
import base64
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from consumers.identify import digest
from deprecations.middleware import asgi, wsgi
from deprecations.middleware.rule_table import RuleTable

KEY = bytes(range(32))
STARTS, ENDS = 1796130000, 1796133600
DURING, BEFORE, AFTER = STARTS, STARTS - 1, ENDS
PROBLEM = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "reason": "brownout"}
GONE = {"type": "about:blank", "title": "Gone", "status": 410, "reason": "retired", "detail": "Über."}
RULE: dict[str, Any] = {
    "id": "orders-1",
    "api": "orders",
    "methods": ["GET", "HEAD"],
    "template": "/v1/orders/{id}",
    "unless": ["^/v1/orders/search/?$"],
    "deprecation": 1688169599,
    "sunset": 1909094399,
    "links": [{"rel": "successor-version", "template": "/v2/orders/{id}"}],
    "brownouts": [
        {"id": "1", "starts": STARTS, "ends": ENDS, "percent": 100, "status": 503, "problem": PROBLEM}
    ],
    "tombstone": None,
    "exempt": [],
}


@dataclass(frozen=True)
class Answer:
    """What came back: from the service, whose status is 200 and whose body is "it", or in its place."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Ask = Callable[..., Answer]


def by_wsgi(
    *rules: Any, path: str = "/v1/orders/7", method: str = "GET", sent: Any = (), **options: Any
) -> Answer:
    def service(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"it"]

    options.setdefault("rules", {"rules": list(rules)})
    app = wsgi.DeprecationHeaders(service, **options)
    got: list[Any] = []
    environ = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path}
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in dict(sent).items()}
    body = b"".join(app(environ, lambda status, headers, *_: got.extend((status, headers))))
    return Answer(int(got[0][:3]), {name.lower(): value for name, value in got[1]}, body)


def by_asgi(
    *rules: Any, path: str = "/v1/orders/7", method: str = "GET", sent: Any = (), **options: Any
) -> Answer:
    async def service(_scope: Any, _receive: Any, send: Any) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
        )
        await send({"type": "http.response.body", "body": b"it"})

    options.setdefault("rules", {"rules": list(rules)})
    app = asgi.DeprecationHeaders(service, **options)
    got: list[Any] = []

    async def send(message: Any) -> None:
        got.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in dict(sent).items()]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(app(scope, None, send))  # type: ignore[arg-type]  # nothing is received
    start, body = got
    return Answer(
        start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]
    )


@pytest.fixture(params=[by_wsgi, by_asgi], ids=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest) -> Ask:
    made: Ask = request.param
    return made


def at(instant: float) -> dict[str, Any]:
    return {"clock": lambda: instant}


def passing_over(kind: str, value: str, until: int | None = None) -> dict[str, Any]:
    return RULE | {"exempt": [{"kind": kind, "digest": digest(kind, value, KEY), "until": until}]}


@pytest.mark.parametrize("path", ["/v1/orders/7", "/v1/orders/7/", "/v1/orders/a%2Fb"])
def test_an_open_window_answers_for_the_service(ask: Ask, path: str) -> None:
    answer = ask(RULE, path=path, **at(DURING + 600.5))
    assert (answer.status, json.loads(answer.body)) == (503, PROBLEM)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"] == "3000"
    assert answer.headers["deprecation"] == "@1688169599"
    assert answer.headers["sunset"] == "Sun, 30 Jun 2030 23:59:59 GMT"


@pytest.mark.parametrize(("instant", "status"), [(BEFORE, 200), (DURING, 503), (ENDS - 1, 503), (AFTER, 200)])
def test_a_window_is_open_from_its_first_second_to_its_last(ask: Ask, instant: float, status: int) -> None:
    assert ask(RULE, **at(instant)).status == status


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/orders/7"), ("GET", "/v1/orders/search"), ("GET", "/v1/orders")]
)
def test_other_requests_reach_the_service(ask: Ask, method: str, path: str) -> None:
    assert ask(RULE, method=method, path=path, **at(DURING)).status == 200


def test_head_is_answered_without_a_body(ask: Ask) -> None:
    answer = ask(RULE, method="HEAD", **at(DURING))
    assert (answer.status, answer.body) == (503, b"")
    assert int(answer.headers["content-length"]) > 0


def test_a_window_may_answer_gone(ask: Ask) -> None:
    window = {**RULE["brownouts"][0], "status": 410, "problem": PROBLEM | {"status": 410}}
    answer = ask(RULE | {"brownouts": [window]}, **at(DURING))
    assert answer.status == 410
    assert "retry-after" not in answer.headers


def test_a_tombstone_stands_whatever_the_hour(ask: Ask) -> None:
    for instant in (BEFORE, DURING, AFTER):
        answer = ask(RULE | {"tombstone": GONE}, **at(instant))
        assert (answer.status, json.loads(answer.body)) == (410, GONE)
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("api-key", "key-1", {"X-Api-Key": "key-1", "User-Agent": "acme-sync/2.1"}),
        ("client-id", "acme", {"X-Client-Id": "acme"}),
        ("user", "acme", {"Authorization": "Basic " + base64.b64encode(b"acme:secret").decode()}),
        ("user-agent", "acme-sync", {"User-Agent": "acme-sync/2.1 (linux)"}),
    ],
)
def test_an_exempt_caller_is_passed_over(ask: Ask, kind: str, value: str, sent: dict[str, str]) -> None:
    rule = passing_over(kind, value)
    assert ask(rule, sent=sent, credential_key=KEY.hex(), **at(DURING)).status == 200
    assert ask(rule, sent={"X-Api-Key": "another"}, credential_key=KEY.hex(), **at(DURING)).status == 503
    assert ask(rule, credential_key=KEY.hex(), **at(DURING)).status == 503


def test_an_exemption_ends(ask: Ask) -> None:
    rule = passing_over("api-key", "key-1", until=DURING + 60)
    options = {"sent": {"X-Api-Key": "key-1"}, "credential_key": KEY.hex()}
    assert ask(rule, **options, **at(DURING + 59)).status == 200
    assert ask(rule, **options, **at(DURING + 60)).status == 503


def test_a_tombstone_passes_over_whoever_has_a_later_last_day(ask: Ask) -> None:
    (one,) = passing_over("api-key", "key-1", until=DURING + 60)["exempt"]
    options = {"sent": {"X-Api-Key": "key-1"}, "credential_key": KEY.hex()}
    later = RULE | {"tombstone": GONE, "exempt": [one | {"beyond": True}]}
    assert ask(later, **options, **at(DURING + 59)).status == 200
    assert ask(later, **options, **at(DURING + 60)).status == 410
    assert ask(later, credential_key=KEY.hex(), **at(DURING)).status == 410
    assert ask(later, **at(DURING)).status == 200  # nobody can tell without the key
    assert ask(later | {"exempt": [one]}, **options, **at(DURING)).status == 410


def test_whoever_has_a_later_last_day_is_told_that_day(ask: Ask) -> None:
    (one,) = passing_over("api-key", "key-1", until=1911772800)["exempt"]
    rule = RULE | {"brownouts": [], "exempt": [one | {"beyond": True}]}
    its = ask(rule, sent={"X-Api-Key": "key-1"}, credential_key=KEY.hex(), **at(BEFORE)).headers
    assert (its["sunset"], its["vary"]) == ("Wed, 31 Jul 2030 23:59:59 GMT", "*")
    assert its["link"] == '</v2/orders/7>; rel="successor-version"'
    for sent, options in (
        ({"X-Api-Key": "key-2"}, {"credential_key": KEY.hex()}),
        ({}, {"credential_key": KEY.hex()}),
        ({"X-Api-Key": "key-1"}, {}),  # nobody can tell without the key
    ):
        others = ask(rule, sent=sent, **options, **at(BEFORE)).headers
        assert others["sunset"] == "Sun, 30 Jun 2030 23:59:59 GMT"
        assert "vary" not in others


def test_a_later_last_day_of_one_plan_leaves_the_earlier_one_of_another(ask: Ask) -> None:
    (one,) = passing_over("api-key", "key-1", until=1911772800)["exempt"]
    later = RULE | {"brownouts": [], "exempt": [one | {"beyond": True}]}
    other = RULE | {"id": "orders-2", "brownouts": []}
    options = {"sent": {"X-Api-Key": "key-1"}, "credential_key": KEY.hex()}
    both = ask(later, other, **options, **at(BEFORE)).headers
    assert both["sunset"] == "Sun, 30 Jun 2030 23:59:59 GMT"
    assert "vary" not in both


def test_a_rule_without_a_sunset_sends_none(ask: Ask) -> None:
    answer = ask(RULE | {"sunset": None}, **at(BEFORE))
    assert answer.headers["deprecation"] == "@1688169599"
    assert "sunset" not in answer.headers


def test_without_the_key_nobody_is_hit_where_anybody_is_exempt(ask: Ask) -> None:
    assert ask(passing_over("api-key", "key-1"), **at(DURING)).status == 200


def test_nobody_is_hit_where_somebody_is_exempt_by_a_name_that_is_not_looked_at(ask: Ask) -> None:
    rule = passing_over("certificate", "CN=acme")
    assert ask(rule, credential_key=KEY.hex(), **at(DURING)).status == 200
    named = {"identify": lambda _request: [("certificate", "CN=other")], "credential_key": KEY.hex()}
    assert ask(rule, **named, **at(DURING)).status == 503


def test_any_of_a_callers_names_exempts_it(ask: Ask) -> None:
    sent = {"X-Api-Key": "another", "User-Agent": "acme-sync/2.1"}
    assert (
        ask(passing_over("user-agent", "acme-sync"), sent=sent, credential_key=KEY.hex(), **at(DURING)).status
        == 200
    )


def test_a_service_may_name_its_callers_itself(ask: Ask) -> None:
    options = {"credential_key": KEY.hex(), "identify": lambda _request: [("app-id", "from-the-token")]}
    assert ask(passing_over("app-id", "from-the-token"), **options, **at(DURING)).status == 200


def test_a_caller_that_cannot_be_named_reaches_the_service(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_request: Any) -> list[tuple[str, str]]:
        raise ZeroDivisionError

    with caplog.at_level(logging.WARNING, "sundial.middleware"):
        assert ask(RULE, identify=fail, **at(DURING)).status == 200
    assert "a brownout was passed over" in caplog.text


@pytest.mark.parametrize("name", ["X-Api-Key", "X-Client-Id", "Authorization", "User-Agent"])
def test_a_part_of_the_callers_is_hit_and_always_the_same(ask: Ask, name: str) -> None:
    def hit(percent: int) -> set[int]:
        rule = RULE | {"brownouts": [{**RULE["brownouts"][0], "percent": percent}]}
        callers = range(300)
        return {n for n in callers if ask(rule, sent={name: f"caller-{n}"}, **at(DURING)).status == 503}

    few, many = hit(10), hit(50)
    assert few == hit(10)
    assert few < many  # who is hit at ten percent is hit at fifty too
    assert 10 <= len(few) <= 55
    assert 110 <= len(many) <= 190


def test_calls_that_name_nobody_are_hit_by_chance(ask: Ask) -> None:
    rule = RULE | {"brownouts": [{**RULE["brownouts"][0], "percent": 50}]}
    assert {ask(rule, **at(DURING)).status for _ in range(100)} == {200, 503}


def test_an_operation_of_two_apis_is_answered_only_when_both_say_so(ask: Ask) -> None:
    live = RULE | {"id": "legacy-2", "api": "legacy", "brownouts": []}
    assert ask(RULE | {"tombstone": GONE}, live, **at(DURING)).status == 200
    assert ask(RULE | {"tombstone": GONE}, live | {"tombstone": GONE}, **at(DURING)).status == 410
    assert ask(RULE, live | {"api": "orders"}, **at(DURING)).status == 503


@pytest.mark.parametrize("module", [wsgi, asgi])
def test_no_brownout_on_the_word_of_rules_that_were_not_confirmed(module: Any) -> None:
    made = module.DeprecationHeaders(
        lambda *_: None, rules={"rules": [RULE]}, url="http://127.0.0.1:9/rules", **at(DURING)
    )
    found = RuleTable({"rules": [RULE]}).find("GET", "/v1/orders/7")
    assert made._due(found, {"headers": []})[1] is None
    made._feed._heard_at = DURING - 599
    assert made._due(found, {"headers": []})[1].status == 503
    made._feed._heard_at = DURING - 601
    assert made._due(found, {"headers": []})[1] is None


@pytest.mark.parametrize(
    "change",
    [
        {"brownouts": [{"starts": 1}]},
        {"brownouts": [{**RULE["brownouts"][0], "problem": {"status": 999}}]},
        {"tombstone": {"status": "gone"}},
        {"exempt": [{"kind": "api-key"}]},
        {"exempt": 7},
    ],
)
def test_answers_that_make_no_sense_are_refused_with_the_whole_set(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no rule set|999|gone"):
        RuleTable({"rules": [RULE | change]})
