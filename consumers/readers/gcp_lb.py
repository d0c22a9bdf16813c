"""The log of Google Cloud's HTTP load balancers, and whatever else logs an `httpRequest`.

A load balancer logs a sample of its requests where it is told to: then a caller's absence proves nothing.
https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#HttpRequest
"""

from consumers.readers.json_lines import json_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("timestamp", "receiveTimestamp"),
    method=("httpRequest.requestMethod",),
    target=("httpRequest.requestUrl",),
    status=("httpRequest.status",),
    agent=("httpRequest.userAgent",),
)
read = json_reader(FIELDS)
