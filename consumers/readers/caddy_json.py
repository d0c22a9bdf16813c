"""Caddy's access log. It hides Authorization and writes X-Api-Key in clear.

https://caddyserver.com/docs/caddyfile/directives/log
"""

from consumers.readers.json_lines import json_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("ts",),
    method=("request.method",),
    target=("request.uri",),
    status=("status",),
    host=("request.host",),
    agent=("request.headers.User-Agent",),
    content_type=("request.headers.Content-Type",),
    version=(
        "request.headers.X-Api-Version",
        "request.headers.Api-Version",
        "request.headers.Accept-Version",
    ),
    callers=(
        ("client-id", "request.headers.X-Client-Id"),
        ("api-key", "request.headers.X-Api-Key"),
        ("certificate", "request.tls.client_common_name"),
        ("user", "user_id"),
    ),
)
read = json_reader(FIELDS)
