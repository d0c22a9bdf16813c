"""OpenTelemetry's requests to export traces and logs, as OTLP sends them: protobuf, or JSON.

Of spans, those of servers count (in protobuf, most of them by `otlp_spans`); of log records, those that have
HTTP's attributes, or whose body is a line of an access log that another reader makes out. All else is passed
over. Attributes have the names of the stable HTTP conventions, or their earlier ones. https://opentelemetry.io/docs/specs/otlp/#otlphttp,
https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import orjson

from consumers.errors import MalformedUsage
from consumers.hit import Broken, Hit, broken
from consumers.readers.record import Fields, hit_of

Item = Hit | Broken | None
ReadLines = Callable[[list[bytes]], Iterator[Item]]
_Record = dict[str, Any]
SERVER = 2  # SpanKind
_AT, _RATE = "timeUnixNano", "sampling rate"
_PROBABILITY = 1 << 56  # what a threshold of OpenTelemetry's probability sampling is a part of
FIELDS = Fields(
    at=(_AT,),
    method=("http.request.method", "http.method"),
    target=("url.path", "http.target", "url.full", "http.url"),
    status=("http.response.status_code", "http.status_code"),
    route=("http.route",),
    host=("server.address", "http.host", "net.host.name"),
    agent=("user_agent.original", "http.user_agent"),
    query=("url.query",),
    content_type=("http.request.header.content-type",),
    sampling_rate=(_RATE,),
    version=(
        "http.request.header.x-api-version",
        "http.request.header.api-version",
        "http.request.header.accept-version",
    ),
    callers=(
        ("client-id", "client.id"),
        ("client-id", "app.client_id"),
        ("client-id", "http.request.header.x-client-id"),
        ("api-key", "http.request.header.x-api-key"),
        ("user", "enduser.id"),
        ("user", "enduser.pseudo.id"),
    ),
)
_NAMES = (*FIELDS.target, *FIELDS.status, *FIELDS.route, *FIELDS.host, *FIELDS.agent, *FIELDS.query)
_FURTHER = (*FIELDS.content_type, *FIELDS.version)
_WANTED = frozenset({*_NAMES, *FIELDS.method, *_FURTHER, *(name for _, name in FIELDS.callers)})
_METHODS = frozenset(FIELDS.method)


def message(signal: str, body: bytes) -> Any:
    """Return the request for `traces` or `logs` that a body of protobuf is. Raises MalformedUsage."""
    from google.protobuf.message import DecodeError  # what reads no protobuf starts without it
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    kinds: dict[str, Any] = {"traces": ExportTraceServiceRequest, "logs": ExportLogsServiceRequest}
    kind = kinds[signal]
    try:
        return kind.FromString(body)
    except DecodeError:
        raise MalformedUsage(f"the body is no {kind.DESCRIPTOR.name} in protobuf") from None


def json_request(body: bytes) -> _Record:
    """Return the request that a body of JSON is. Raises MalformedUsage."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedUsage(f"the body is no JSON at column {error.colno}") from None
    if not isinstance(value, dict) or not ({"resourceSpans", "resourceLogs"} & value.keys() or not value):
        raise MalformedUsage("the body is no request to export traces or logs in JSON")
    return value


def items(request: Any, read_lines: ReadLines) -> Iterator[Item]:
    """Yield an item for each log record of a request, or span in JSON; None for one that tells of no call.

    `read_lines` reads the bodies of log records that have no attributes of HTTP.
    """
    if isinstance(request, dict):
        yield from _numbered(map(_json_span, _json_parts(request, "resourceSpans", "scopeSpans", "spans")))
        logs = _json_parts(request, "resourceLogs", "scopeLogs", "logRecords")
        yield from _logs(map(_json_log, logs), read_lines)
    else:
        parts = (scope for group in request.resource_logs for scope in group.scope_logs)
        yield from _logs((_log(record) for scope in parts for record in scope.log_records), read_lines)


def spans(request: Any) -> Iterator[Any]:
    """Yield the spans of a request in protobuf."""
    return (span for group in request.resource_spans for scope in group.scope_spans for span in scope.spans)


def span_item(number: int, span: Any) -> Item:
    """Return what a span tells of; None where it tells of no call."""
    record = _record(span)
    return None if record is None else _item(number, record)


def json_reader(read_lines: ReadLines) -> Callable[[Iterable[bytes]], Iterator[Item]]:
    """Return the reader of requests in JSON, one a line, as a collector's file exporter writes them."""

    def read(lines: Iterable[bytes]) -> Iterator[Item]:
        """Yield an item for each span or log record, or a broken line."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                yield None
                continue
            try:
                request = json_request(line)
            except MalformedUsage as error:
                yield broken(number, str(error), line)
                continue
            yield from items(request, read_lines)

    return read


def _numbered(records: Iterable[_Record | None]) -> Iterator[Item]:
    for number, record in enumerate(records, 1):
        yield None if record is None else _item(number, record)


def _item(number: int, record: _Record) -> Item:
    try:
        return hit_of(record, FIELDS)
    except MalformedUsage as error:
        return Broken(number, str(error), "")


def _logs(records: Iterable[tuple[_Record | None, str]], read_lines: ReadLines) -> Iterator[Item]:
    bodies = []
    for number, (record, body) in enumerate(records, 1):
        if record is not None:
            yield _item(number, record)
        elif body:
            bodies.append(body.encode())
        else:
            yield None
    if bodies:
        yield from read_lines(bodies)


def _record(span: Any) -> _Record | None:
    """Return what is wanted of a server's span, None where it is no server's or not about HTTP."""
    if span.kind != SERVER:
        return None
    found = _attributes(span.attributes)
    if _METHODS.isdisjoint(found):
        return None
    found[_AT] = span.start_time_unix_nano
    if span.trace_state:
        found[_RATE] = _sampling_rate(span.trace_state)
    return found


def _log(record: Any) -> tuple[_Record | None, str]:
    found = _attributes(record.attributes)
    if _METHODS.isdisjoint(found):
        return None, record.body.string_value
    found[_AT] = record.time_unix_nano or record.observed_time_unix_nano
    return found, ""


def _attributes(pairs: Iterable[Any]) -> _Record:
    found = {}
    for pair in pairs:
        key = pair.key
        if key in _WANTED:
            value = pair.value
            found[key] = value.string_value or value.int_value or _first(value)
    return found


def _first(value: Any) -> Any:
    """Return the first element of an array, as headers are: `["acme-sync"]`."""
    values = value.array_value.values
    return values[0].string_value if values else None


def _json_parts(request: _Record, *members: str) -> Iterator[Any]:
    parts: list[Any] = [request]
    for member in members:
        lists = [part.get(member) for part in parts if isinstance(part, dict)]
        parts = [item for held in lists if isinstance(held, list) for item in held]
    return (part for part in parts if isinstance(part, dict))


def _json_span(span: _Record) -> _Record | None:
    if span.get("kind") not in (SERVER, "SPAN_KIND_SERVER"):
        return None
    found = _json_attributes(span.get("attributes"))
    if _METHODS.isdisjoint(found):
        return None
    found[_AT] = span.get("startTimeUnixNano")
    if isinstance(span.get("traceState"), str):
        found[_RATE] = _sampling_rate(span["traceState"])
    return found


def _json_log(record: _Record) -> tuple[_Record | None, str]:
    found = _json_attributes(record.get("attributes"))
    if _METHODS.isdisjoint(found):
        body = _json_value(record.get("body"))
        return None, body if isinstance(body, str) else ""
    found[_AT] = record.get("timeUnixNano") or record.get("observedTimeUnixNano")
    return found, ""


def _json_attributes(pairs: Any) -> _Record:
    known = (pair for pair in pairs or () if isinstance(pair, dict)) if isinstance(pairs, list) else ()
    return {pair["key"]: _json_value(pair.get("value")) for pair in known if pair.get("key") in _WANTED}


def _json_value(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    array = value.get("arrayValue")
    if isinstance(array, dict):
        values = array.get("values")
        return _json_value(values[0]) if isinstance(values, list) and values else None
    return next(iter(value.values()), None)


@lru_cache(maxsize=256)
def _sampling_rate(trace_state: str) -> float:
    """Return the probability that a span was sampled with, 1 where its trace state says none.

    https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/#sampling-threshold-value-th
    """
    for vendor in trace_state.split(","):
        name, _equals, members = vendor.strip().partition("=")
        for member in members.split(";") if name == "ot" else ():
            key, _colon, digits = member.partition(":")
            if key == "th" and 0 < len(digits) <= 14:
                return _kept(digits)
    return 1.0


def _kept(digits: str) -> float:
    try:
        return 1 - int(digits.ljust(14, "0"), 16) / _PROBABILITY
    except ValueError:
        return 1.0
