"""OpenTelemetry's way in: a collector's otlphttp exporter points at `/otlp`, with a token in a header.

Answers and refusals are what OTLP/HTTP lays down, in the request's own encoding: a collector sends again
after 429, 502, 503 and 504, and drops what any other refusal names.
https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from access.audit import record
from access.tokens import Scope
from consumers.errors import MalformedUsage
from consumers.ingest import BatchReport, Told, ingest
from consumers.readers import otlp as reader
from consumers.readers import read_lines
from consumers.readers.otlp_spans import SPANS
from consumers.sources import find_source
from interfaces.api.batch import unpacked
from interfaces.body import whole_body
from interfaces.gate import actor, needs, runtime
from interfaces.refusals import REFUSALS, status_of
from interfaces.route_tables import route_table

otlp = Blueprint("otlp", __name__, url_prefix="/otlp")
_PROTOBUF, _JSON = "application/x-protobuf", "application/json"
_MOST_SAMPLES = 3
_RESPONSES: dict[str, type[Message]] = {
    "traces": ExportTraceServiceResponse,
    "logs": ExportLogsServiceResponse,
}
_REJECTED = {"traces": "rejected_spans", "logs": "rejected_log_records"}


@otlp.post("/v1/traces")
@needs(Scope.USAGE)
def export_traces() -> Response:
    """Count the calls that servers' spans tell of."""
    return _export("traces")


@otlp.post("/v1/logs")
@needs(Scope.USAGE)
def export_logs() -> Response:
    """Count the calls that log records tell of."""
    return _export("logs")


def _export(signal: str) -> Response:
    """Count a request's calls once, however often it is sent; `?source=` and `?api=` say whose they are."""
    around = runtime()
    if request.mimetype not in (_PROTOBUF, _JSON):
        raise UnsupportedMediaType(f"Send {_PROTOBUF} or {_JSON}.")
    packed, encoding = whole_body(), request.headers.get("Content-Encoding", "").strip().lower()
    body, digest = unpacked(packed, encoding, around.settings.max_unpacked_mb)
    told = reader.json_request(body) if request.mimetype == _JSON else reader.message(signal, body)
    source = request.args.get("source", f"otlp-{signal}")
    with around.database.transaction() as session:
        now, is_new = around.clock(), find_source(session, source) is None
        report = ingest(
            session,
            source=source,
            key=f"sha256 {digest}",
            log_format=f"otlp-{signal}",
            told=_counting(told),
            pepper=around.pepper,
            api_slug=request.args.get("api") or None,
            table=route_table(),
            now=now,
        )
        if is_new:
            record(session, actor=actor(), action="source begun", subject=source, now=now)
    return _answer(_accepted(signal, report), HTTPStatus.OK)


def _counting(told: Any) -> Told:
    """Return what counts the calls of a request; spans in protobuf are the many."""
    if hasattr(told, "resource_spans"):
        return lambda tally: tally.add_calls(SPANS.calls(reader.spans(told)), SPANS)
    return lambda tally: tally.add_all(reader.items(told, read_lines))


def _accepted(signal: str, report: BatchReport) -> Message:
    """Return the response: a partial success where spans or records told of calls in vain."""
    response: Any = _RESPONSES[signal]()
    if report.broken:
        setattr(response.partial_success, _REJECTED[signal], report.broken)
        wrong = [sample for sample in report.samples if sample.startswith("line ")]
        response.partial_success.error_message = "; ".join(wrong[:_MOST_SAMPLES])
    return response


@otlp.errorhandler(HTTPException)
def _refuse_http(error: HTTPException) -> Response:
    answer = _answer(Status(message=error.description or error.name), error.code or 500)
    if error.code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="sundial"'
    return answer


def _refuse(error: Exception) -> Response:
    status = HTTPStatus.BAD_REQUEST if isinstance(error, MalformedUsage) else status_of(error)
    return _answer(Status(message=str(error)), status)


for _kind in REFUSALS:
    otlp.register_error_handler(_kind, _refuse)


def _answer(message: Message, status: int) -> Response:
    """Answer in the encoding of the request."""
    if request.mimetype == _JSON:
        return Response(MessageToJson(message, indent=None), status, content_type=_JSON)
    return Response(message.SerializeToString(), status, content_type=_PROTOBUF)
