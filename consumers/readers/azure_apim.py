"""Azure API Management's gateway log: rows of `ApiManagementGatewayLogs`, or records of a diagnostic export.

https://learn.microsoft.com/azure/azure-monitor/reference/tables/apimanagementgatewaylogs
"""

from consumers.readers.json_lines import batch_reader
from consumers.readers.record import Fields

FIELDS = Fields(
    at=("TimeGenerated", "time"),
    method=("Method", "properties.method"),
    target=("Url", "properties.url"),
    status=("ResponseCode", "properties.responseCode"),
    callers=(
        ("app-id", "ApimSubscriptionId"),
        ("app-id", "properties.apimSubscriptionId"),
        ("user", "UserId"),
        ("user", "properties.userId"),
    ),
)
read = batch_reader(FIELDS, "records")
