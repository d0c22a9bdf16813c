"""Postmark's webhooks. They carry no signature: user and password of their address protect them.

https://postmarkapp.com/developer/webhooks/webhooks-overview
"""

import base64
import hmac
from collections.abc import Mapping
from typing import Any, Final

from notifications.errors import EventUnsigned
from notifications.mail_events.event import MailEvent, Outside, Posted, What, as_object, decoded, text_of

_BOUNCES: Final = {
    "HardBounce": What.HARD,
    "BadEmailAddress": What.HARD,
    "SpamComplaint": What.COMPLAINT,
    "SpamNotification": What.COMPLAINT,
    "Unsubscribe": What.UNSUBSCRIBE,
    "Transient": What.SOFT,
    "SoftBounce": What.SOFT,
    "DnsError": What.SOFT,
    "Blocked": What.SOFT,
    "DMARCPolicy": What.SOFT,
    "Unknown": What.SOFT,
}
"""By `Type`; others, as an automatic reply, say nothing about the address."""
_CHANGES: Final = {"HardBounce": What.HARD, "SpamComplaint": What.COMPLAINT}


def read(posted: Posted, secret: str, _outside: Outside) -> tuple[MailEvent, ...]:
    """Read the one event of a request; `secret` is `user:password`."""
    expected = b"Basic " + base64.b64encode(secret.encode())
    if not hmac.compare_digest(posted.headers.get("authorization", "").encode(), expected):
        raise EventUnsigned("user and password of the address are missing or wrong")
    event = _event(as_object(decoded(posted.body)))
    return (event,) if event else ()


def _event(one: Mapping[str, Any]) -> MailEvent | None:
    what = _what(one)
    if what is None:
        return None
    recipient = text_of(one.get("Email")) or text_of(one.get("Recipient"))
    detail = text_of(one.get("Details")) or text_of(one.get("Description")) or text_of(one.get("RecordType"))
    return MailEvent(recipient, what, detail)


def _what(one: Mapping[str, Any]) -> What | None:
    kind = one.get("RecordType")
    if kind == "SpamComplaint":
        return What.COMPLAINT
    if kind == "Bounce":
        return _BOUNCES.get(text_of(one.get("Type")))
    if kind == "SubscriptionChange" and one.get("SuppressSending") is True:
        by_reader = What.UNSUBSCRIBE if one.get("Origin") == "Recipient" else None
        return _CHANGES.get(text_of(one.get("SuppressionReason")), by_reader)
    return None
