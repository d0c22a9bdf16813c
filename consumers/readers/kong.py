"""What Kong's http-log plugin sends, and its file-log writes: an object, or, from a queue, an array of them.

Kong writes a caller's API key in clear, in headers and query; it names the caller only where Kong names no
consumer. https://docs.konghq.com/hub/kong-inc/http-log/
"""

from consumers.readers.json_lines import batch_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("started_at",),
    method=("request.method",),
    target=("request.url", "request.uri"),
    status=("response.status",),
    host=("request.headers.host",),
    agent=("request.headers.user-agent",),
    content_type=("request.headers.content-type",),
    version=(
        "request.headers.x-api-version",
        "request.headers.api-version",
        "request.headers.accept-version",
    ),
    callers=(
        ("app-id", "consumer.username"),
        ("app-id", "consumer.custom_id"),
        ("app-id", "consumer.id"),
        ("app-id", "authenticated_entity.id"),
        ("api-key", "request.headers.apikey"),
        ("api-key", "request.headers.x-api-key"),
        ("api-key", "request.querystring.apikey"),
    ),
)
read = batch_reader(FIELDS)
