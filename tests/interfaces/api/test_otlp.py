"""OpenTelemetry's way in: what a collector sends is counted once, and answered as OTLP/HTTP lays down."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from werkzeug.test import TestResponse

from tests.support.factories_consumers import combined_line
from tests.support.programs import NOW, Program

Collect = Callable[..., TestResponse]
PROTOBUF, JSON = "application/x-protobuf", "application/json"
STABLE = {
    "http.request.method": "GET",
    "http.route": "/v1/orders/{id}",
    "url.path": "/v1/orders/7",
    "url.query": "status=open",
    "http.response.status_code": 200,
    "user_agent.original": "acme-sync/2.1 (linux)",
    "http.request.header.x-client-id": ["acme"],
}
EARLIER = {
    "http.method": "GET",
    "http.target": "/v1/orders/7?status=open",
    "http.status_code": 200,
    "http.user_agent": "acme-sync/2.1",
    "client.id": "acme",
}
AT = int(NOW.timestamp()) * 1_000_000_000 - 3_600_000_000_000


def value(given: Any) -> AnyValue:
    if isinstance(given, list):
        return AnyValue(array_value=ArrayValue(values=[value(item) for item in given]))
    return AnyValue(int_value=given) if isinstance(given, int) else AnyValue(string_value=given)


def attributes(given: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=value(item)) for key, item in given.items()]


def span(given: dict[str, Any], kind: int = Span.SPAN_KIND_SERVER, at: int = AT, state: str = "") -> Span:
    return Span(
        trace_id=bytes(16),
        span_id=bytes(8),
        kind=kind,  # type: ignore[arg-type]  # an enum's number
        start_time_unix_nano=at,
        end_time_unix_nano=at + 1,
        attributes=attributes(given),
        trace_state=state,
    )


def traces(*spans: Span) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.extend(spans)
    return request


def logs(*records: tuple[dict[str, Any], str]) -> ExportLogsServiceRequest:
    request = ExportLogsServiceRequest()
    held = request.resource_logs.add().scope_logs.add().log_records
    for given, body in records:
        held.add(time_unix_nano=AT, attributes=attributes(given), body=AnyValue(string_value=body))
    return request


@pytest.fixture
def collect(known: Program) -> Collect:
    """Send as a collector's otlphttp exporter does, packed with gzip as it comes by default."""

    def send(signal: str, body: bytes, kind: str = PROTOBUF, query: str = "", **headers: str) -> TestResponse:
        told = {"Content-Encoding": "gzip", "Authorization": f"Bearer {known.secret}"} | headers
        data = gzip.compress(body)
        client = known.web.test_client()
        return client.post(f"/otlp/v1/{signal}{query}", data=data, content_type=kind, headers=told)

    return send


def calls(known: Program) -> int:
    [operation] = [one for one in known.get("/apis/orders/operations")["items"] if one["method"] == "GET"]
    return sum(caller["calls"] for caller in known.get(f"/operations/{operation['id']}")["callers"])


@pytest.mark.parametrize("given", [STABLE, EARLIER], ids=["stable names", "earlier names"])
def test_servers_spans_are_counted_once(collect: Collect, known: Program, given: dict[str, Any]) -> None:
    body = traces(span(given), span(given, at=AT + 5), span(given, kind=Span.SPAN_KIND_CLIENT))
    for _sending in range(2):
        answer = collect("traces", body.SerializeToString())
        assert (answer.status_code, answer.mimetype) == (200, PROTOBUF)
        assert ExportTraceServiceResponse.FromString(answer.data) == ExportTraceServiceResponse()
    assert calls(known) == 2
    [source] = known.get("/sources")["items"]
    assert (source["slug"], source["log_format"]) == ("otlp-traces", "otlp-traces")
    operation = next(one for one in known.get("/apis/orders/operations")["items"] if one["method"] == "GET")
    assert [one["name"] for one in known.get(f"/operations/{operation['id']}/names")["items"]] == ["status"]
    [caller] = known.get(f"/operations/{operation['id']}")["callers"]
    assert caller["user_agents"] == ["acme-sync/2.1"]


def test_json_is_taken_and_answered_in_json(collect: Collect, known: Program) -> None:
    body = MessageToJson(traces(span(STABLE)))  # its ids are in base64, which nobody looks at here
    answer = collect("traces", body.encode(), JSON)
    assert (answer.status_code, answer.get_json()) == (200, {})
    body = MessageToJson(logs((STABLE, "")))
    assert collect("logs", body.encode(), JSON).get_json() == {}
    assert calls(known) == 2


def test_the_published_example_of_a_request_is_taken(collect: Collect, known: Program) -> None:
    """Ids in hexadecimal, 64-bit numbers as texts, enums as numbers, as the specification's JSON has them."""
    request = {
        "resourceSpans": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "my.service"}}]},
                "scopeSpans": [
                    {
                        "scope": {"name": "my.library", "version": "1.0.0"},
                        "spans": [
                            {
                                "traceId": "5B8EFFF798038103D269B633813FC60C",
                                "spanId": "EEE19B7EC3C1B174",
                                "name": "GET /v1/orders/{id}",
                                "startTimeUnixNano": str(AT),
                                "endTimeUnixNano": str(AT + 1),
                                "kind": 2,
                                "attributes": [
                                    {"key": "http.request.method", "value": {"stringValue": "GET"}},
                                    {"key": "url.path", "value": {"stringValue": "/v1/orders/7"}},
                                    {"key": "http.response.status_code", "value": {"intValue": "200"}},
                                ],
                            }
                        ],
                    }
                ],
            }
        ]
    }
    assert collect("traces", json.dumps(request).encode(), JSON).status_code == 200
    assert calls(known) == 1


def test_spans_that_tell_of_calls_in_vain_are_rejected_alone(collect: Collect, known: Program) -> None:
    without_path = {"http.request.method": "GET", "http.response.status_code": 200}
    body = traces(span(STABLE), span(without_path), span({"rpc.system": "grpc"}))
    answer = ExportTraceServiceResponse.FromString(collect("traces", body.SerializeToString()).data)
    assert answer.partial_success.rejected_spans == 1
    assert "no path" in answer.partial_success.error_message
    assert calls(known) == 1


def test_log_records_count_by_their_attributes_or_by_a_body_that_is_a_log_s_line(
    collect: Collect, known: Program
) -> None:
    line = combined_line(at="22/Nov/2026:08:10:34 +0000").decode()
    body = logs((STABLE, "handled"), ({"log.file.name": "access.log"}, line), ({}, "started"), ({}, ""))
    answer = ExportLogsServiceResponse.FromString(collect("logs", body.SerializeToString()).data)
    assert answer.partial_success.rejected_log_records == 1  # "started" stands among the lines of the log
    assert calls(known) == 2
    answer = ExportLogsServiceResponse.FromString(
        collect("logs", logs(({}, "started"), ({}, "stopped")).SerializeToString()).data
    )
    assert answer == ExportLogsServiceResponse()


def test_a_threshold_of_sampling_is_told(collect: Collect, known: Program) -> None:
    body = traces(span(STABLE, state="vendor=x,ot=rv:1;th:c"), span(STABLE, state="ot=th:zz"))
    assert collect("traces", body.SerializeToString(), query="?source=mesh&api=orders").status_code == 200
    told = known.get("/sources/mesh")
    assert (told["api"], told["sampling_rate"]) == ("orders", 0.25)


@pytest.mark.parametrize(
    ("signal", "kind", "body", "status"),
    [
        ("traces", PROTOBUF, b"\xff\xff", 400),
        ("logs", JSON, b"{", 400),
        ("logs", JSON, b'{"a": 1}', 400),
        ("traces", "text/plain", b"", 415),
        ("traces", PROTOBUF, bytes(1 << 21), 413),
    ],
)
def test_what_is_no_request_is_refused_in_its_own_encoding(
    collect: Collect, signal: str, kind: str, body: bytes, status: int
) -> None:
    answer = collect(signal, body, kind)
    assert answer.status_code == status
    if kind == JSON:
        assert answer.get_json()["message"]
    else:
        assert Status.FromString(answer.data).message


def test_without_a_token_nothing_is_taken(collect: Collect, known: Program) -> None:
    answer = collect("traces", traces(span(STABLE)).SerializeToString(), Authorization="Bearer sundial_no")
    assert (answer.status_code, answer.mimetype) == (401, PROTOBUF)
    assert "token" in Status.FromString(answer.data).message
    assert calls(known) == 0


@pytest.mark.parametrize("as_array", [False, True], ids=["an object", "an array"])
def test_kong_points_straight_here(known: Program, as_array: bool) -> None:
    entry = {
        "started_at": AT // 1_000_000,
        "request": {"method": "GET", "uri": "/v1/orders/7?x=1", "headers": {"user-agent": "acme-sync/2.1"}},
        "response": {"status": 200},
        "consumer": {"id": "c1", "username": "acme"},
    }
    data = json.dumps([entry, entry] if as_array else entry)
    for _sending in range(2):
        sent = known.call("POST", "/usage?source=kong", 200, data=data, content_type=JSON).get_json()
        assert sent["log_format"] == "kong"
    assert calls(known) == (2 if as_array else 1)
