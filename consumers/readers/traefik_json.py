"""Traefik's access log as JSON; headers are there only where `fields.headers` keeps them.

https://doc.traefik.io/traefik/observability/access-logs/
"""

from consumers.readers.json_lines import json_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("StartUTC", "StartLocal", "time"),
    method=("RequestMethod",),
    target=("RequestPath",),
    status=("DownstreamStatus", "OriginStatus"),
    host=("RequestHost", "RequestAddr"),
    agent=("request_User-Agent",),
    content_type=("request_Content-Type",),
    version=("request_X-Api-Version", "request_Api-Version", "request_Accept-Version"),
    callers=(
        ("client-id", "request_X-Client-Id"),
        ("api-key", "request_X-Api-Key"),
        ("user", "ClientUsername"),
    ),
)
read = json_reader(FIELDS)
