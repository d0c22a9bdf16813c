"""The generated configuration in the real gateways that this machine has, asked over loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deprecations.rules import RuleSet
from tests.support.edges import OWN_DEPRECATION, OWN_LINK, OWN_SUNSET, Reply, ask, installed, running

pytestmark = pytest.mark.slow
EDGES = ("apache", "caddy", "envoy", "haproxy", "nginx")
GUIDE = '<https://docs.example.com/orders>; rel="deprecation"'


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest) -> str:
    if request.param == "envoy" and not installed("envoy"):
        pytest.skip("Debian carries no Envoy; with one on the PATH it is asked too")
    if not installed(request.param):
        pytest.fail(f"{request.param} is not installed: tools/packages says how")
    return str(request.param)


@pytest.fixture(scope="module")
def port(edge: str, rules: RuleSet) -> Iterator[int]:
    with running(edge, rules) as port:
        yield port


def carries(reply: Reply, number: int, *links: str, service: bool = True) -> None:
    """Hold that a reply has the headers of one rule, once, and the service's links."""
    assert reply.headers.get("deprecation") == [f"@{1688169599 + number}"]
    day = datetime.fromtimestamp(1909094399 + number, UTC)
    assert reply.headers.get("sunset") == [f"{day:%a, %d %b %Y %H:%M:%S} GMT"]
    assert sorted(reply.values("link")) == sorted([OWN_LINK] * service + list(links))
    assert reply.values("access-control-expose-headers") == ["Deprecation", "Sunset", "Link"]


def is_left_alone(reply: Reply) -> None:
    """Hold that a reply is as the service sent it."""
    assert reply.headers.get("deprecation") == [OWN_DEPRECATION]
    assert reply.values("sunset") == OWN_SUNSET.split(", ")
    assert reply.values("link") == [OWN_LINK]
    assert "access-control-expose-headers" not in reply.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/v1/orders/7", "/v1/orders/7/", "/v1/orders/7?expand=/a%2Fb&x=/v1/orders"])
def test_a_reply_carries_the_rules_headers_and_the_services_links(port: int, method: str, path: str) -> None:
    reply = ask(port, method, path)
    assert reply.status == 200
    carries(reply, 1, GUIDE, '</v2/orders/7>; rel="successor-version"')


def test_a_literal_sibling_has_headers_of_its_own(port: int) -> None:
    carries(ask(port, "GET", "/v1/orders/search"), 2, '</v2/search>; rel="successor-version"')
    carries(
        ask(port, "GET", "/v1/orders/searches"), 1, GUIDE, '</v2/orders/searches>; rel="successor-version"'
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/orders/7"),
        ("POST", "/v1/orders/search"),
        ("GET", "/v2/orders/7"),
        ("GET", "/v1/orders"),
        ("GET", "/v1/orders/"),
        ("GET", "/v1/orders/7/items"),
        ("GET", "/v1/orders/7.json"),
        ("GET", "/x/v1/orders/7"),
        ("GET", "/V1/orders/7"),
        ("GET", "/v2?/v1/orders/7"),
    ],
)
def test_other_requests_are_left_alone(port: int, method: str, path: str) -> None:
    is_left_alone(ask(port, method, path))


def test_the_services_errors_carry_them_too(port: int) -> None:
    reply = ask(port, "GET", "/v1/orders/missing")
    assert reply.status == 404
    carries(reply, 1, GUIDE, '</v2/orders/missing>; rel="successor-version"')


def test_the_services_redirects_carry_them_too(port: int) -> None:
    reply = ask(port, "GET", "/v1/orders/moved")
    assert reply.status == 302
    carries(reply, 1, GUIDE, '</v2/orders/moved>; rel="successor-version"')


def test_the_edges_own_errors_carry_them_too(port: int) -> None:
    reply = ask(port, "GET", "/v1/dead/7")
    assert reply.status in (502, 503)
    carries(reply, 4, service=False)


def test_a_path_that_the_edge_rewrites_is_known_by_what_the_client_asked_for(port: int) -> None:
    carries(ask(port, "GET", "/v1/inner/7"), 5, '</v2/inner/7>; rel="successor-version"')
    is_left_alone(ask(port, "GET", "/elsewhere/7"))


def test_an_encoded_slash_stays_within_its_segment(port: int) -> None:
    reply = ask(port, "GET", "/v1/orders/a%2Fb%20c")
    carries(reply, 1, GUIDE, '</v2/orders/a%2Fb%20c>; rel="successor-version"')
    is_left_alone(ask(port, "GET", "/v1/orders/a/b"))


def test_escapes_in_fixed_parts_are_read(port: int) -> None:
    reply = ask(port, "GET", "/v1/%6Frders/7")
    assert reply.headers["deprecation"] == ["@1688169600"]
    assert GUIDE in reply.values("link")


def test_several_parameters_fill_a_link_by_their_names(port: int) -> None:
    reply = ask(port, "DELETE", "/v1/carts/9/parts/%C3%BC-1")
    carries(reply, 3, '</%C3%BC-1/carts>; rel="successor-version"')


def test_a_line_break_in_a_path_stays_out_of_the_headers(port: int) -> None:
    reply = ask(port, "GET", "/v1/orders/x%0D%0ASet-Cookie%3Aa")
    assert "set-cookie" not in reply.headers
    carries(reply, 1, GUIDE, '</v2/orders/x%0D%0ASet-Cookie%3Aa>; rel="successor-version"')


def test_a_path_full_of_configuration_is_only_a_path(port: int) -> None:
    path = "/v1/it's%20%22odd%22%20$uri%20;%7B%7D%23%25" + "7/%C3%A9%60%5C"
    guide = "<https://docs.example.com/?a=%24uri&b=%27%7Bc%7D%27%5C%25zz>"
    carries(ask(port, "GET", path), 6, f'{guide}; rel="deprecation"')


def test_the_root_is_a_path_too(port: int) -> None:
    carries(ask(port, "POST", "/"), 7)
    is_left_alone(ask(port, "POST", "/x"))


def test_without_rules_every_reply_is_left_alone(edge: str, rules: RuleSet) -> None:
    with running(edge, replace(rules, rules=())) as port:
        is_left_alone(ask(port, "GET", "/v1/orders/7"))


def test_thousands_of_rules_are_taken(edge: str, rules: RuleSet) -> None:
    first = rules.rules[0]
    many = (
        replace(
            first, id=f"an-api-with-a-long-name-in-its-every-rule-{number}", template=f"/v1/r{number}/{{id}}"
        )
        for number in range(3000)
    )
    with running(edge, replace(rules, rules=tuple(many))) as port:
        reply = ask(port, "GET", "/v1/r2999/7")
        carries(reply, 1, GUIDE, '</v2/orders/7>; rel="successor-version"')
