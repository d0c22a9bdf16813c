"""The API's own document, served."""

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from interfaces.api.document import document, text
from interfaces.api.route import Route


def openapi_json() -> ResponseReturnValue:
    """Answer the document as JSON."""
    return jsonify(document())


def openapi_yaml() -> ResponseReturnValue:
    """Answer the document as it is written."""
    return Response(text(), content_type="application/yaml")


ROUTES = (
    Route("GET", "/openapi.json", Scope.READ, openapi_json),
    Route("GET", "/openapi.yaml", Scope.READ, openapi_yaml),
)
