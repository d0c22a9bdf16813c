"""One translation of every room's errors into an HTTP status, as a page or as problem JSON (RFC 9457)."""

from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, Unauthorized

from interfaces.logs import loggable
from interfaces.problem import problem
from interfaces.refusals import REFUSALS, status_of

_log = structlog.get_logger("sundial.web")


def answer_errors(app: Flask) -> None:
    """Answer every error in the asker's language."""
    app.register_error_handler(HTTPException, _answer_http)
    for kind in REFUSALS:
        app.register_error_handler(kind, _answer_refusal)
    app.register_error_handler(Exception, _answer_fault)


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None and error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]  # a redirect that routing raised
    detail = error.description or error.name
    if isinstance(error, RequestEntityTooLarge):
        largest = (request.max_content_length or 0) // (1024 * 1024)
        detail = f"The body is larger than the {largest} MB that this server takes (SUNDIAL_MAX_BODY_MB)."
    answer = _answer(error.code or 500, error.name, detail)
    if isinstance(error, Unauthorized):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="sundial"'
    if getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return answer


def _answer_refusal(error: Exception) -> Response:
    status = status_of(error)
    return _answer(status, status.phrase, str(error))


def _answer_fault(error: Exception) -> Response:
    _log.error("fault", id=g.get("request_id"), path=loggable(request.path), exc_info=error)
    name = InternalServerError().name
    return _answer(500, name, f"Something went wrong here. The log has it under {g.get('request_id')}.")


def _answer(status: int, title: str, detail: str) -> Response:
    if request.path.startswith(("/api/", "/otlp/", "/webhooks/", "/healthz", "/readyz", "/metrics")):
        return problem(status, title, detail)
    from interfaces.pages.error import error_page

    return error_page(status, title, detail)
