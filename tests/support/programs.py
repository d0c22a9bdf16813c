"""A program that calls the JSON API with a token, and holds every answer against the API's own document.

The document must tell of all that is in an answer: a member that it doesn't know is a fault.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask
from jsonschema_rs import Draft202012Validator
from werkzeug.test import TestResponse

from interfaces.api.document import document, operation, resolved, template
from tests.support.factories_consumers import event

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

ORDERS_1 = """\
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /v1/orders/{id}:
    get:
      operationId: getOrder
      summary: One order
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200": {description: It.}
  /v1/orders:
    post:
      operationId: createOrder
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                note: {type: string, maxLength: 500}
      responses:
        "201": {description: Made.}
"""
ORDERS_2 = ORDERS_1.replace("version: 1.0.0", "version: 2.0.0").replace("maxLength: 500", "maxLength: 200")


def calls(**members: object) -> bytes:
    """Return a line that tells of a call an hour ago."""
    return event(**({"at": NOW - timedelta(hours=1)} | members))  # type: ignore[arg-type]  # an event's members


class Program:
    """Something that calls the API with a token."""

    def __init__(self, web: Flask, secret: str | None) -> None:
        self.web, self.secret = web, secret

    def call(self, method: str, path: str, status: int = 200, **request: Any) -> TestResponse:
        """Send a request; the answer must have that status, and be as the document says."""
        headers = dict(request.pop("headers", {}))
        if self.secret is not None:
            headers["Authorization"] = f"Bearer {self.secret}"
        client = self.web.test_client()
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **request)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code}\n{answer.text}"
        rule, _values = self.web.url_map.bind("localhost").match(
            answer.request.path, method=method, return_rule=True
        )
        check_answer(template(rule.rule), method, answer)
        return answer

    def get(self, path: str, status: int = 200, /, **query: Any) -> Any:
        """Ask for something told in JSON."""
        return self.call("GET", path, status, query_string=query or None).get_json()

    def send(self, method: str, path: str, status: int, body: Any = None, **request: Any) -> Any:
        """Send JSON, or nothing."""
        given = {} if body is None else {"json": body}
        answer = self.call(method, path, status, **given, **request)
        return answer.get_json() if answer.data else None

    def publish(self, text: str, status: int = 201, label: str | None = None, api: str = "orders") -> Any:
        """Publish a YAML document."""
        method, path = (
            ("PUT", f"/apis/{api}/versions/{label}") if label else ("POST", f"/apis/{api}/versions")
        )
        data = text.encode()
        return self.call(method, path, status, data=data, content_type="application/yaml").get_json()


def check_answer(path: str, method: str, answer: TestResponse) -> None:
    """Hold an answer against what the document says of it."""
    told = operation(path, method)["responses"]
    assert str(answer.status_code) in told, f"{method} {path} doesn't tell of {answer.status_code}"
    content = resolved(told[str(answer.status_code)]).get("content", {})
    if not answer.data:
        assert not content
        return
    media_type = answer.mimetype or ""
    assert media_type in content, f"{method} {path} doesn't tell of {media_type}"
    if media_type.endswith("json"):
        key = (path, method.lower(), str(answer.status_code), media_type)
        faults = [
            f"{e.instance_path}: {e.message}" for e in _answer_validator(*key).iter_errors(answer.get_json())
        ]
        assert not faults, f"{method} {path} answers what the document doesn't say:\n" + "\n".join(faults)


@cache
def _answer_validator(path: str, method: str, status: str, media_type: str) -> Draft202012Validator:
    found = resolved(operation(path, method)["responses"][status])["content"][media_type]["schema"]
    known = document()["components"]["schemas"]
    components = {"schemas": {name: _closed(one, is_value=False) for name, one in known.items()}}
    return Draft202012Validator({**_closed(found), "components": components}, validate_formats=True)


def _closed(schema: Any, *, is_value: bool = True) -> Any:
    """Return a schema that refuses members of which it doesn't tell."""
    closed = dict(schema)
    if "properties" in closed:
        closed["properties"] = {name: _closed(one) for name, one in closed["properties"].items()}
    if "items" in closed:
        closed["items"] = _closed(closed["items"])
    for word in {"allOf", "anyOf"} & closed.keys():
        closed[word] = [_closed(one, is_value=False) for one in closed[word]]
    tells = {"properties", "allOf", "anyOf", "$ref"} & closed.keys()
    if is_value and tells and "additionalProperties" not in closed:
        closed["unevaluatedProperties"] = False
    return closed
