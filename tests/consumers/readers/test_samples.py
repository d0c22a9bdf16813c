"""Each format's sample: recognised, read, matched by the server's own template, and nothing private kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumers.hit import Broken, Hit
from consumers.identify import named_by
from consumers.readers import HEADS, READERS, recognise

SAMPLES = Path(__file__).parent / "samples"
SECRET = "hunter2"  # what each sample hides in queries, keys and broken lines
Expected = tuple[int, str, str, int, str, str, str, str]  # second, call, host, status, caller, agent, route


def seen(hit: Hit) -> tuple[object, ...]:
    caller = " ".join(named_by(hit)) if hit.identities else ""
    at = hit.at - datetime(2026, 11, 22, 5, 10, tzinfo=UTC)
    return at.seconds, f"{hit.method} {hit.path}", hit.host, hit.status, caller, hit.user_agent, hit.route


GET, POST, HOST = "GET /v1/orders/7", "POST /v1/orders", "api.example.com"
FIRST = (34, GET, HOST, 200, "client-id acme", "acme-sync/2.1", "")
BY_GATEWAY = (34, GET, HOST, 200, "app-id acme", "acme-sync/2.1", "")

EXPECTED: dict[str, tuple[tuple[object, ...], ...]] = {
    "ndjson": (FIRST, (35, POST, "", 503, "", "", "/v1/orders")),
    # https://httpd.apache.org/docs/2.4/logs.html#combined
    "combined": ((34, GET, "", 200, "user acme", "acme-sync/2.1", ""), (35, POST, "", 503, "", "", "")),
    # http://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
    "nginx-json": (BY_GATEWAY, (35, POST, HOST, 503, "api-key sk_hunter2", "beta/1.0", "")),
    # https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
    "envoy": ((34, GET, HOST, 200, "", "acme-sync/2.1", ""), (35, POST, HOST, 503, "", "", "")),
    # the same page, and https://gateway.envoyproxy.io/docs/tasks/observability/proxy-accesslog/
    "envoy-json": (
        BY_GATEWAY,
        (35, "DELETE /v1/orders/8", HOST, 0, "certificate CN=acme-sync,O=Acme", "", ""),
        (35, "GET /v1/orders", HOST, 200, "", "beta/1.0", ""),
    ),
    # https://docs.haproxy.org/2.6/configuration.html#8.2.3
    "haproxy": (
        (34, GET, "", 200, "client-id acme", "acme-sync/2.1", ""),
        (35, POST, HOST, 503, "", "beta/1.0", ""),
        (36, "GET /v1/orders", "", -1, "", "", ""),
        (37, 'GET /v1/orders/"', "", 200, "client-id ac{me", "acme|sync/2.1", ""),
    ),
    # https://docs.konghq.com/hub/kong-inc/http-log/#log-format
    "kong": (
        BY_GATEWAY,
        (35, POST, HOST, 429, "app-id cred2", "beta/1.0", ""),
        (36, "GET /v1/orders", "", 200, "api-key sk_hunter2", "", ""),
    ),
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-access-logging.html
    "aws-api-gateway": (
        (34, "GET /v1/orders/{id}", "", 200, "app-id k8f2mq7c1a", "", "/v1/orders/{id}"),
        (35, "POST /prod/v1/orders", HOST, 503, "client-id beta-web", "beta/1.0", "/v1/orders"),
        (36, "GET /v1/orders/{id}", "", 404, "client-id acme-web", "acme-sync/2.1", "/v1/orders/{id}"),
        (37, "GET /v1/else", "", 404, "", "", ""),
        (38, "GET /v1/orders/{id}", "", 200, "user acme", "", "/v1/orders/{id}"),
        (39, POST, "", 201, "", "", "/v1/orders"),
        (40, "GET /v1/orders", "", 200, "", "", "/v1/orders"),
    ),
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
    "aws-alb": ((34, GET, HOST, 200, "", "acme-sync/2.1", ""), (35, POST, HOST, 503, "", "", "")),
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
    "cloudfront": (
        (34, GET, HOST, 200, "", "acme-sync/2.1", ""),
        (34, GET, HOST, 200, "", "acme-sync/2.1", ""),
        (35, POST, HOST, 0, "", "", ""),
    ),
    # https://learn.microsoft.com/azure/azure-monitor/reference/tables/apimanagementgatewaylogs
    "azure-apim": (
        (34, GET, HOST, 200, "app-id acme-prod", "", ""),
        (35, POST, HOST, 503, "user u2", "", ""),
    ),
    # https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring#what_is_logged
    "gcp-lb": ((34, GET, HOST, 200, "", "acme-sync/2.1", ""), (35, "POST /", HOST, 502, "", "", "")),
    # https://doc.traefik.io/traefik/observability/access-logs/#limiting-the-fieldsincluding-headers
    "traefik-json": (
        (34, GET, HOST, 200, "user acme", "acme-sync/2.1", ""),
        (35, POST, HOST, 502, "api-key sk_hunter2", "", ""),
    ),
    # https://caddyserver.com/docs/caddyfile/directives/log
    "caddy-json": (
        (34, GET, HOST, 200, "api-key sk_hunter2", "acme-sync/2.1", ""),
        (35, POST, HOST, 500, "certificate acme-sync", "", ""),
    ),
    # https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, and the HTTP conventions' attributes
    "otlp-json": (
        (34, GET, HOST, 200, "client-id acme", "acme-sync/2.1", "/v1/orders/{id}"),
        (35, POST, HOST, 503, "", "beta/1.0", ""),
        (36, "GET /v1/orders", "", 404, "user dana", "", ""),
        (37, GET, "", 200, "user acme", "acme-sync/2.1", ""),
    ),
    # RFC 4180
    "csv": (
        (34, GET, "", 200, "api-key sk_hunter2", "acme-sync/2.1", "/v1/orders/:id"),
        (35, POST, HOST, 503, "client-id beta-web", "", ""),
    ),
}


def lines(name: str) -> list[bytes]:
    (path,) = SAMPLES.glob(f"{name}.*")
    return path.read_bytes().splitlines(keepends=True)


def test_every_format_has_a_sample() -> None:
    assert EXPECTED.keys() == READERS.keys()


@pytest.mark.parametrize("name", READERS)
def test_a_sample_is_recognised(name: str) -> None:
    assert recognise(lines(name)) == name
    assert recognise(lines(name)[: HEADS.get(name, 0) + 1]) == name


@pytest.mark.parametrize("name", READERS)
def test_a_sample_is_read(name: str) -> None:
    items = [item for item in READERS[name](lines(name)) if item is not None]
    assert tuple(seen(item) for item in items if isinstance(item, Hit)) == EXPECTED[name]
    assert [type(item) for item in items].count(Broken) == 1
    assert isinstance(items[-1], Broken)


@pytest.mark.parametrize("name", READERS)
def test_what_a_sample_hides_is_in_no_path_and_in_no_text_that_is_kept(name: str) -> None:
    for item in READERS[name](lines(name)):
        if isinstance(item, Hit):
            assert SECRET not in item.path + item.user_agent + item.route + item.host
        if isinstance(item, Broken):
            assert SECRET not in item.reason + item.sample
            assert "203.0.113" not in item.sample


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "line", [b"\xff\xfe\x00", b"{}", b"[]", b"[7]", b'{"records":[1]}', b"x" * 40_000, b"[" * 9_999]
)
def test_what_is_in_no_format_is_broken_or_nothing_and_never_an_error(name: str, line: bytes) -> None:
    head = lines(name)[: HEADS.get(name, 0)]
    assert not any(isinstance(item, Hit) for item in READERS[name]([*head, line]))


@pytest.mark.parametrize("name", READERS)
def test_a_hostile_line_costs_no_more_than_its_length(name: str) -> None:
    head = lines(name)[: HEADS.get(name, 0)]
    for piece in (b"a:1 ", b"[22/Nov/2026:05:10:34.971] ", b'"GET /', b"\\", b"h2 2026- ", b'{"', b";;"):
        list(READERS[name]([*head, piece * (32_000 // len(piece))]))


def test_a_count_in_a_table_is_so_many_calls() -> None:
    assert [item.calls for item in READERS["csv"](lines("csv")) if isinstance(item, Hit)] == [12, 1]


def test_cloudfront_tells_names_of_query_parameters_and_writes_json_too() -> None:
    line = (
        b'{"date":"2026-11-22","time":"05:10:34","cs-method":"GET","cs-uri-stem":"/v1/orders","sc-status":"200",'
        b'"cs(User-Agent)":"acme-sync/2.1%20(linux)","cs-uri-query":"status=open","x-host-header":"api.example.com"}'
    )
    assert recognise([line]) == "cloudfront"
    [hit] = READERS["cloudfront"]([line])
    assert isinstance(hit, Hit)
    assert (hit.query, hit.user_agent, hit.host) == ("status=open", "acme-sync/2.1", HOST)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nginx-json", '{"time":"%s","status":200,"request":"POST /a HTTP/2.0","content_type":"text/csv"}'),
        ("kong", '{"started_at":"%s","response":{"status":200},"request":{"method":"POST","uri":"/a",'
         '"headers":{"content-type":"text/csv"}}}'),
        ("traefik-json", '{"StartUTC":"%s","RequestMethod":"POST","RequestPath":"/a","DownstreamStatus":200,'
         '"request_Content-Type":"text/csv; charset=utf-8"}'),
        ("caddy-json", '{"ts":"%s","status":200,"request":{"method":"POST","uri":"/a",'
         '"headers":{"Content-Type":["text/csv"]}}}'),
    ],
)  # fmt: skip
def test_a_gateway_that_writes_headers_tells_the_media_type_of_requests(name: str, line: str) -> None:
    [hit] = READERS[name]([(line % "2026-11-22T05:10:34Z").encode()])
    assert isinstance(hit, Hit)
    assert hit.media_type == "text/csv"


def test_a_path_that_was_cut_off_is_no_path() -> None:
    line = lines("haproxy")[2].partition(b"/v1/orders")[0] + b"/v1/ord"
    [item] = READERS["haproxy"]([line])
    assert isinstance(item, Broken)
    assert "cut off" in item.reason
