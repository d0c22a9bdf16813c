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
    callers=(
        ("client-id", "request_X-Client-Id"),
        ("api-key", "request_X-Api-Key"),
        ("user", "ClientUsername"),
    ),
)
read = json_reader(FIELDS)
