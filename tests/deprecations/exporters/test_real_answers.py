"""Brownouts and tombstones in the real gateways that this machine has, asked over loopback."""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from consumers.identify import digest
from deprecations.brownouts.exemptions import Exempt
from deprecations.exporters.edges import EDGES as EXPORTERS
from deprecations.rule_answers import Answers, Outage
from deprecations.rules import Rule, RuleSet
from tests.deprecations.exporters.conftest import RULES, make_rule
from tests.deprecations.exporters.test_real_edges import EDGES
from tests.support.edges import CREDENTIAL_KEY, OWN_LINK, Reply, ask, installed, running
from tests.support.patience import eventually

pytestmark = pytest.mark.slow
HOUR = 3600
DETAIL = """It's "off" for $5 until; then #{gone} \\ é 🕰 %d %[x]."""
STICKY = {"apache", "envoy", "haproxy", "nginx"}
HASHING = {"haproxy"}


_numbers = itertools.count(1)


def problem(status: int, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": "Off", "status": status, "detail": DETAIL} | more


def outage(starts: float, ends: float, *, percent: int = 100, status: int = 503) -> Outage:
    told = problem(status, reason="brownout")
    return Outage(f"orders-1-{next(_numbers)}", int(starts), int(ends), percent, status, told)


def answering(number: int, template: str, **answers: Any) -> Rule:
    return replace(make_rule(number, "GET HEAD", template), answers=Answers(**answers))


def exempt(kind: str, value: str, hint: str) -> Exempt:
    return Exempt(kind, digest(kind, value, CREDENTIAL_KEY), hint, "acme")


def made(now: float) -> RuleSet:
    """Rules with windows around now."""
    is_open = (outage(now - HOUR, now + HOUR),)
    return RuleSet(
        7,
        datetime.fromtimestamp(now, UTC),
        (
            answering(1, "/v1/open/{id}", outages=is_open),
            answering(2, "/v1/ended/{id}", tombstone=problem(410, reason="retired")),
            answering(
                3,
                "/v1/shut/{id}",
                outages=(outage(now - 9 * HOUR, now - HOUR), outage(now + HOUR, now + 9 * HOUR)),
            ),
            answering(4, "/v1/part/{id}", outages=(outage(now - HOUR, now + HOUR, percent=50, status=410),)),
            answering(
                5,
                "/v1/passed/{id}",
                outages=is_open,
                exempt=(exempt("user-agent", "acme-sync", "acme-sync"),),
            ),
            answering(
                6, "/v1/keyed/{id}", outages=is_open, exempt=(exempt("api-key", "key-1-of-acme", "…acme"),)
            ),
            answering(7, "/v1/inner/{id}", outages=is_open),
            replace(answering(9, "/v1/someday/{id}"), sunset=None),
            answering(
                10,
                "/v1/late/{id}",
                tombstone=problem(410, reason="retired"),
                exempt=(replace(exempt("api-key", "key-1-of-acme", "…acme"), beyond=True),),
            ),
            answering(8, "/v1/few/{id}", outages=(outage(now - HOUR, now + HOUR, percent=10),)),
        ),
    )


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest) -> str:
    if request.param == "envoy" and not installed("envoy"):
        pytest.skip("Debian carries no Envoy; with one on the PATH it is asked too")
    return str(request.param)


@pytest.fixture(scope="module")
def port(edge: str) -> Iterator[int]:
    with running(edge, made(time.time())) as port:
        yield port


def is_answered(reply: Reply, status: int, number: int, reason: str) -> None:
    """Hold that a reply is the edge's own, with the rule's headers once, and nothing of the service's."""
    assert reply.status == status
    assert reply.headers["content-type"] == ["application/problem+json"]
    assert reply.headers["cache-control"] == ["no-store"]
    assert json.loads(reply.body) == problem(status, reason=reason)
    assert reply.headers["deprecation"] == [f"@{1688169599 + number}"]
    assert len(reply.headers["sunset"]) == 1
    assert OWN_LINK not in reply.values("link")
    assert reply.values("access-control-expose-headers") == ["Deprecation", "Sunset", "Link"]


@pytest.mark.parametrize("path", ["/v1/open/7", "/v1/open/7/?x=1", "/v1/op%65n/7", "/v1/open/a%2Fb"])
def test_an_open_window_answers_for_the_service(port: int, path: str) -> None:
    reply = ask(port, "GET", path)
    is_answered(reply, 503, 1, "brownout")
    (until,) = reply.headers["retry-after"]
    assert until.isdigit() or until.endswith(" GMT")


def test_head_is_answered_as_get_is(port: int) -> None:
    reply = ask(port, "HEAD", "/v1/open/7")
    assert (reply.status, reply.body) == (503, b"")
    assert reply.headers["cache-control"] == ["no-store"]


def test_a_path_that_the_edge_rewrites_is_known_by_what_the_client_asked_for(port: int) -> None:
    is_answered(ask(port, "GET", "/v1/inner/7"), 503, 7, "brownout")


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/v1/open/7"), ("GET", "/v1/shut/7"), ("GET", "/v2/open/7"), ("GET", "/")]
)
def test_other_requests_reach_the_service(port: int, method: str, path: str) -> None:
    reply = ask(port, method, path)
    assert reply.status == 200
    assert OWN_LINK in reply.values("link")


def test_a_tombstone_stands(port: int) -> None:
    reply = ask(port, "GET", "/v1/ended/7")
    is_answered(reply, 410, 2, "retired")
    assert "retry-after" not in reply.headers


def test_a_rule_without_a_last_day_sends_no_sunset_of_its_own(port: int) -> None:
    reply = ask(port, "GET", "/v1/someday/7")
    assert reply.headers["deprecation"] == [f"@{1688169599 + 9}"]
    assert not any("GMT" in value for value in reply.headers.get("sunset", []))


def test_a_tombstone_that_somebody_is_to_be_passed_over_by_is_left_out(edge: str, port: int) -> None:
    assert ask(port, "GET", "/v1/late/7").status == 200
    text = EXPORTERS[edge].export(made(1e9))[0].text
    assert "the tombstone of orders-10: acme may go on for a while" in " ".join(text.replace("#", "").split())


def test_a_part_of_the_callers_is_hit_and_always_the_same(edge: str, port: int) -> None:
    def hit(path: str) -> set[int]:
        callers = range(120)
        sent = ({"Authorization": f"Bearer token-of-{n}"} for n in callers)
        return {
            n
            for n, headers in zip(callers, sent, strict=True)
            if ask(port, "GET", path, headers).status >= 400
        }

    half, few = hit("/v1/part/7"), hit("/v1/few/7")
    assert 30 <= len(half) <= 90
    assert 1 <= len(few) <= 35
    if edge in STICKY:
        assert hit("/v1/part/7") == half
        assert few < half


def test_callers_that_name_nobody_are_hit_by_chance(port: int) -> None:
    assert {ask(port, "GET", "/v1/part/7").status for _ in range(60)} == {200, 410}


def test_an_exempt_user_agent_is_passed_over(port: int) -> None:
    assert ask(port, "GET", "/v1/passed/7", {"User-Agent": "acme-sync/2.1 (linux)"}).status == 200
    for other in ({}, {"User-Agent": "acme-syncer/1"}, {"User-Agent": "curl/8 acme-sync/2.1"}):
        assert ask(port, "GET", "/v1/passed/7", other).status == 503


def test_an_exempt_key_is_passed_over_or_nobody_is_hit(edge: str, port: int) -> None:
    exempt, other = {"X-Api-Key": "key-1-of-acme"}, {"X-Api-Key": "key-2"}
    assert ask(port, "GET", "/v1/keyed/7", exempt).status == 200
    assert ask(port, "GET", "/v1/keyed/7", other).status == (503 if edge in HASHING else 200)
    left_out = "the brownouts of orders-6: they pass over acme" in EXPORTERS[edge].export(made(1e9))[0].text
    assert left_out is (edge not in HASHING)


def test_a_window_opens_and_closes_by_itself(edge: str) -> None:
    now = time.time()
    # Each with its own length, since an edge takes a while to start and the machine may be busy.
    soon = answering(1, "/v1/soon/{id}", outages=(outage(now + 12, now + 4 * HOUR),))
    brief = answering(2, "/v1/brief/{id}", outages=(outage(now - HOUR, now + 12),))
    with running(edge, replace(RULES, rules=(soon, brief))) as port:
        if time.time() < now + 11:
            assert ask(port, "GET", "/v1/soon/7").status == 200
            assert ask(port, "GET", "/v1/brief/7").status == 503
        eventually(lambda: ask(port, "GET", "/v1/soon/7").status == 503, seconds=40)
        eventually(lambda: ask(port, "GET", "/v1/brief/7").status == 200, seconds=40)
