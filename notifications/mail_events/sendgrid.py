"""SendGrid's signed Event Webhook: ECDSA over timestamp and body, by the public key that its settings show.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from notifications.errors import EventUnreadable, EventUnsigned
from notifications.mail_events.event import (
    MOST,
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

_SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
_TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"
_OLDEST: Final = timedelta(days=2)  # SendGrid tries for one
_EVENTS: Final = {
    "spamreport": What.COMPLAINT,
    "unsubscribe": What.UNSUBSCRIBE,
    "group_unsubscribe": What.UNSUBSCRIBE,
}
_DROPPED: Final = {
    "bounced address": What.HARD,
    "invalid": What.HARD,
    "spam reporting address": What.COMPLAINT,
    "unsubscribed address": What.UNSUBSCRIBE,
}
"""Why SendGrid didn't even try; other reasons are about the mail or the account."""


def read(posted: Posted, secret: str, outside: Outside) -> tuple[MailEvent, ...]:
    """Read a batch of events; `secret` is the public key, base64 of its DER."""
    _verify(posted, secret)
    check_age(seconds_since_1970(posted.headers.get(_TIMESTAMP, "")), outside.now, _OLDEST)
    events = decoded(posted.body)
    if not isinstance(events, list) or len(events) > MOST:
        raise EventUnreadable(f"the body is no list of at most {MOST:,} events")
    found = (_event(as_object(one)) for one in events)
    return tuple(event for event in found if event)


def _verify(posted: Posted, secret: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(base64.b64decode(secret))
    except ValueError as error:
        raise EventUnsigned("the public key in the settings can't be read") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise EventUnsigned("the public key in the settings is none of ECDSA")
    signed = posted.headers.get(_TIMESTAMP, "").encode() + posted.body
    try:
        signature = base64.b64decode(posted.headers.get(_SIGNATURE, ""), validate=True)
        key.verify(signature, signed, ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise EventUnsigned(f"the signature in {_SIGNATURE} is missing or wrong") from error


def _event(one: Mapping[str, Any]) -> MailEvent | None:
    what = _what(one)
    if what is None:
        return None
    detail = text_of(one.get("reason")) or text_of(one.get("response")) or text_of(one.get("event"))
    return MailEvent(text_of(one.get("email")), what, detail, text_of(one.get("smtp-id")))


def _what(one: Mapping[str, Any]) -> What | None:
    if one.get("event") == "bounce":
        return What.SOFT if one.get("type") == "blocked" else What.HARD
    if one.get("event") == "dropped":
        return _DROPPED.get(text_of(one.get("reason")).lower(), What.SOFT)
    return _EVENTS.get(text_of(one.get("event")))
