"""Events for programs, by Standard Webhooks (https://www.standardwebhooks.com): JSON, with its HMAC-SHA256.

The id is the envelope's own, so a copy is known for what it is; the signature is made anew for each try, as
its time stamp is.
"""

import json
from datetime import UTC, datetime

from notifications.channels.channel import ChannelSettings
from notifications.channels.endpoint import EndpointChannel, Letter
from notifications.claimed import Claimed


def write(envelope: Claimed, secrets: tuple[str, ...], now: datetime) -> Letter:
    """Write the event that an envelope's payload holds as `type` and `data`, signed with each live secret."""
    from standardwebhooks import Webhook

    payload = envelope.payload or {}
    event = {
        "type": payload["type"],
        "timestamp": f"{envelope.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "data": payload["data"],
    }
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    identity, at = event_id(envelope), now.astimezone(UTC).replace(microsecond=0)
    return Letter(
        body.encode(),
        {
            "Content-Type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(Webhook(secret).sign(identity, at, body) for secret in secrets),
        },
    )


def event_id(envelope: Claimed) -> str:
    """Return the id of an event: the same on every try."""
    return f"msg_{envelope.message_id.strip('<>').partition('@')[0]}"


def open_channel(settings: ChannelSettings) -> EndpointChannel:
    """Open the channel for signed events."""
    return EndpointChannel(settings, write)
