"""Amazon SES by way of SNS: RSA over some fields of the message, by a certificate that AWS serves.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

import base64
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

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
    text_of,
)

_TOPIC: Final = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):[0-9]+:[A-Za-z0-9_.-]+")
_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem")
_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_OLDEST: Final = timedelta(days=2)  # SNS tries for an hour, or as its topic's owner chose
_CONFIRMED: Final = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
_BOUNCES: Final = {"Permanent": What.HARD, "Transient": What.SOFT, "Undetermined": What.SOFT}


def read(posted: Posted, secret: str, outside: Outside) -> tuple[MailEvent, ...]:
    """Read a notification; `secret` is the ARN of the one topic that counts.

    A message that asks to confirm the subscription of that topic is confirmed.
    """
    message = as_object(decoded(posted.body))
    if not hmac.compare_digest(text_of(message.get("TopicArn")).encode(), secret.encode()):
        raise EventUnsigned("this topic isn't the one of the settings")
    kind = message.get("Type")
    _verify(message, _CONFIRMATION if kind in _CONFIRMED else _NOTIFICATION, secret, outside)
    check_age(_instant(text_of(message.get("Timestamp"))), outside.now, _OLDEST)
    if kind == "SubscriptionConfirmation":
        outside.fetch(_ours(text_of(message.get("SubscribeURL")), secret))
        return ()
    if kind != "Notification":
        return ()
    return tuple(_events(as_object(decoded(text_of(message.get("Message"))))))


def _verify(message: Mapping[str, Any], fields: Iterable[str], topic: str, outside: Outside) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.x509 import load_pem_x509_certificate

    digests = {"1": SHA1, "2": SHA256}
    digest = digests.get(text_of(message.get("SignatureVersion")))
    address = _ours(text_of(message.get("SigningCertURL")), topic)
    if digest is None or not _CERTIFICATE.fullmatch(urlsplit(address).path):
        raise EventUnsigned("the signature is of an unknown version, or its certificate isn't from SNS")
    try:
        certificate = load_pem_x509_certificate(outside.fetch(address))
        key = certificate.public_key()
        signature = base64.b64decode(text_of(message.get("Signature")), validate=True)
        if not isinstance(key, RSAPublicKey):
            raise EventUnsigned("the certificate holds no RSA key")
        if not certificate.not_valid_before_utc <= outside.now <= certificate.not_valid_after_utc:
            raise EventUnsigned("the certificate is not valid now")
        key.verify(signature, _signed(message, fields), PKCS1v15(), digest())
    except (InvalidSignature, ValueError) as error:
        raise EventUnsigned("the signature is missing or wrong") from error


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _signed(message: Mapping[str, Any], fields: Iterable[str]) -> bytes:
    present = (name for name in fields if isinstance(message.get(name), str))
    return "".join(f"{name}\n{message[name]}\n" for name in present).encode()


def _ours(address: str, topic: str) -> str:
    """Return an address that is SNS's own in the topic's region; raises EventUnsigned for any other."""
    named = _TOPIC.fullmatch(topic)
    if named is None:
        raise EventUnsigned("the settings name no topic: arn:aws:sns:REGION:ACCOUNT:NAME")
    host = f"sns.{named[2]}.amazonaws.com" + (".cn" if named[1] == "aws-cn" else "")
    try:
        parts = urlsplit(address)
        is_ours = parts.scheme == "https" and parts.port in (None, 443) and "@" not in parts.netloc
    except ValueError as error:
        raise EventUnsigned("an address in the message can't be read") from error
    if not is_ours or parts.hostname != host:
        raise EventUnsigned("an address in the message is none of Amazon SNS")
    return address


def _events(told: Mapping[str, Any]) -> Iterator[MailEvent]:
    mail, kind = as_object(told.get("mail")), told.get("notificationType") or told.get("eventType")
    message_id = text_of(as_object(mail.get("commonHeaders")).get("messageId"))
    if kind == "Bounce":
        bounce = as_object(told.get("bounce"))
        what = _BOUNCES.get(text_of(bounce.get("bounceType")), What.SOFT)
        for one in _list(bounce.get("bouncedRecipients")):
            detail = text_of(one.get("diagnosticCode")) or text_of(bounce.get("bounceSubType"))
            yield MailEvent(text_of(one.get("emailAddress")), what, detail, message_id)
    if kind == "Complaint":
        complaint = as_object(told.get("complaint"))
        feedback = text_of(complaint.get("complaintFeedbackType"))
        if feedback != "not-spam":  # a reader who took it out of the junk
            for one in _list(complaint.get("complainedRecipients")):
                yield MailEvent(text_of(one.get("emailAddress")), What.COMPLAINT, feedback, message_id)


def _list(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST:
        raise EventUnreadable("the notification names no recipients")
    return [as_object(one) for one in value]
