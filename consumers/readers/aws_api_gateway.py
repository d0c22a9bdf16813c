"""AWS API Gateway's access log as JSON, for REST and HTTP APIs, with the names of its context variables.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from consumers.readers.json_lines import json_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("requestTimeEpoch", "requestTime", "t"),
    method=("httpMethod", "m"),
    target=("path",),
    status=("status", "s"),
    route=("resourcePath", "routeKey", "r"),
    host=("domainName",),
    agent=("userAgent", "identity.userAgent", "ua"),
    callers=(
        ("app-id", "apiKeyId"),
        ("app-id", "identity.apiKeyId"),
        ("app-id", "k"),
        ("client-id", "clientId"),
        ("client-id", "client_id"),
        ("client-id", "authorizer.claims.client_id"),
        ("client-id", "c"),
        ("certificate", "clientCertSubjectDN"),
        ("certificate", "dn"),
        ("user", "principalId"),
        ("user", "p"),
        ("user", "user"),
    ),
)
read = json_reader(FIELDS)
