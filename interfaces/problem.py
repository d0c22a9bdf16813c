"""The one shape in which programs are told what went wrong: problem JSON (RFC 9457)."""

import json
from typing import Any

from flask import Response, g, request


def problem(status: int, title: str, detail: str, **facts: Any) -> Response:
    """Return a problem document; `facts` are members of its own kind."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "request_id": g.get("request_id"),
        **facts,
    }
    return Response(json.dumps(body), status, content_type="application/problem+json")
