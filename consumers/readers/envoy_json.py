"""Envoy's access log as JSON: a `json_format` with the names that Envoy's own examples use, Istio, or
Envoy Gateway.

https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
"""

from consumers.readers.json_lines import json_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("start_time",),
    method=("method",),
    target=("x_envoy_original_path", "original_path", "x-envoy-origin-path", "path"),
    status=("response_code",),
    route=("http_route", "http.route"),
    host=("authority", ":authority"),
    agent=("user_agent", "user-agent"),
    callers=(
        ("app-id", "api_client"),
        ("client-id", "jwt_azp"),
        ("client-id", "azp"),
        ("client-id", "client_id"),
        ("client-id", "x_client_id"),
        ("api-key", "x_api_key"),
        ("api-key", "api_key"),
        ("certificate", "peer_subject"),
        ("certificate", "downstream_peer_subject"),
        ("user", "jwt_sub"),
    ),
)
read = json_reader(FIELDS)
