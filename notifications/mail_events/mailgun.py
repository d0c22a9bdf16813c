"""Mailgun's webhooks: HMAC-SHA256 of timestamp and token by the webhook signing key, within the body.

The signature doesn't cover the event itself: whoever has one could sign another event with it, so old ones
are refused.
https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from notifications.errors import EventUnsigned
from notifications.mail_events.event import (
    MailEvent,
    Outside,
    Posted,
    What,
    as_object,
    check_age,
    decoded,
    seconds_since_1970,
    text_of,
)

_OLDEST: Final = timedelta(days=1)  # Mailgun tries for eight hours
_EVENTS: Final = {"complained": What.COMPLAINT, "unsubscribed": What.UNSUBSCRIBE}


def read(posted: Posted, secret: str, outside: Outside) -> tuple[MailEvent, ...]:
    """Read the one event of a request; `secret` is the webhook signing key."""
    body = as_object(decoded(posted.body))
    _verify(as_object(body.get("signature")), secret, outside)
    event = _event(as_object(body.get("event-data")))
    return (event,) if event else ()


def _verify(signature: Mapping[str, Any], secret: str, outside: Outside) -> None:
    at, token = text_of(str(signature.get("timestamp", ""))), text_of(signature.get("token"))
    made = hmac.new(secret.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    # A subaccount's event is signed for the account above it too.
    given = [text_of(signature.get(name)) for name in ("signature", "parent-signature")]
    if not token or not any(hmac.compare_digest(made.encode(), one.encode()) for one in given):
        raise EventUnsigned("the signature in the body is missing or wrong")
    check_age(seconds_since_1970(at), outside.now, _OLDEST)


def _event(one: Mapping[str, Any]) -> MailEvent | None:
    what = _EVENTS.get(text_of(one.get("event")))
    if one.get("event") == "failed":
        what = What.HARD if one.get("severity") == "permanent" else What.SOFT
    if what is None:
        return None
    status = as_object(one.get("delivery-status"))
    words = (status.get("message"), status.get("description"), one.get("reason"))
    detail = next((text for text in map(text_of, words) if text), "")
    headers = as_object(as_object(one.get("message")).get("headers"))
    message_id = text_of(headers.get("message-id"))
    return MailEvent(
        text_of(one.get("recipient")), what, detail, f"<{message_id.strip('<>')}>" if message_id else ""
    )
