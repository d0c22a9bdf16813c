"""nginx's access log as JSON: a `log_format … escape=json` with nginx's names of variables, or short ones.

http://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
"""

from consumers.readers.json_lines import json_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("time_iso8601", "time", "msec", "timestamp", "@timestamp", "ts", "time_local"),
    method=("request_method", "method"),
    target=("request_uri", "uri", "path"),
    request=("request",),
    status=("status",),
    route=("http_route", "http.route", "route"),
    host=("host", "http_host", "server_name"),
    agent=("http_user_agent", "user_agent"),
    version=("api_version", "http_x_api_version", "http_api_version", "http_accept_version"),
    content_type=("content_type", "http_content_type"),
    callers=(
        ("app-id", "consumer"),
        ("client-id", "jwt_azp"),
        ("client-id", "client_id"),
        ("client-id", "http_x_client_id"),
        ("api-key", "http_x_api_key"),
        ("api-key", "http_apikey"),
        ("api-key", "api_key"),
        ("api-key", "apikey"),
        ("certificate", "ssl_client_s_dn"),
        ("user", "remote_user"),
        ("user", "user"),
    ),
)
read = json_reader(FIELDS)
