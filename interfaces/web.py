"""The web application: its guards, its error answers, and every blueprint."""

import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from interfaces.api import api
from interfaces.errors import answer_errors
from interfaces.gate import csrf
from interfaces.health import health
from interfaces.logs import loggable, set_up_logs
from interfaces.otlp import otlp
from interfaces.pages import make_pages
from interfaces.runtime import Runtime
from interfaces.webhooks import webhooks

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_MB = 1024 * 1024
_log = structlog.get_logger("sundial.web")


def make_web(runtime: Runtime) -> Flask:
    """Return the application for a runtime."""
    settings = runtime.settings
    set_up_logs(settings.log_format)
    app = Flask("sundial", static_folder=None)
    app.config.update(
        SECRET_KEY=runtime.key_for("cookies"),
        SESSION_COOKIE_NAME="sundial_form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.max_body_mb * _MB,
        MAX_FORM_MEMORY_SIZE=settings.max_body_mb * _MB,
        TRUSTED_HOSTS=[host.strip() for host in settings.trusted_hosts.split(",") if host.strip()] or None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.extensions["sundial"] = runtime
    csrf.init_app(app)
    answer_errors(app)
    app.before_request(_begin)
    app.after_request(_finish)
    for blueprint in (health, webhooks, otlp, api, make_pages()):
        app.register_blueprint(blueprint)
    return app


def _begin() -> None:
    g.began = time.monotonic()
    g.request_id = uuid4().hex[:12]


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.request_id
    if request.endpoint != "pages.asset" and not request.path.startswith("/healthz"):
        _log.info(
            "request",
            id=g.request_id,
            method=request.method,
            path=_loggable_path(),
            status=response.status_code,
            milliseconds=round((time.monotonic() - g.began) * 1000, 1),
            actor=g.get("actor_name", "-"),
        )
    return response


def _loggable_path() -> str:
    """Return the path that was asked for; the route's own where a secret stands in it."""
    rule = request.url_rule
    return rule.rule if rule is not None and "<secret>" in rule.rule else loggable(request.path)
