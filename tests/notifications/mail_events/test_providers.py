"""What each provider reports: verified as its documentation says, and read for what it means."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509.oid import NameOID

from notifications.errors import EventUnreadable, EventUnsigned
from notifications.mail_events import PROVIDERS
from notifications.mail_events.event import MailEvent, Outside, Posted, What

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:bounces"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-7ff5318490ec183fb.pem"
DER = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
SECONDS = str(int(NOW.timestamp()))
LOGIN, MAILGUN_KEY = "sundial:s3cret", "key-1"


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(starts: datetime = NOW - timedelta(days=1)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder(name, name, rsa_key().public_key(), x509.random_serial_number())
    made = made.not_valid_before(starts).not_valid_after(starts + timedelta(days=30))
    return made.sign(rsa_key(), SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass
class World:
    """The hour, and what can be fetched: SNS's certificate."""

    pem: bytes = b""
    fetched: tuple[str, ...] = ()

    def outside(self) -> Outside:
        def fetch(address: str) -> bytes:
            self.fetched += (address,)
            return self.pem or certificate()

        return Outside(NOW, fetch)


def ask(provider: str, posted: Posted, world: World | None = None) -> tuple[MailEvent, ...]:
    secret = {
        "sendgrid": base64.b64encode(EC_KEY.public_key().public_bytes(*DER)).decode(),
        "mailgun": MAILGUN_KEY,
        "postmark": LOGIN,
        "amazon-ses": TOPIC,
    }[provider]
    return PROVIDERS[provider](posted, secret, (world or World()).outside())


def sendgrid(events: Any, *, key: ec.EllipticCurvePrivateKey = EC_KEY, at: str = SECONDS) -> Posted:
    body = json.dumps(events).encode()
    signature = base64.b64encode(key.sign(at.encode() + body, ec.ECDSA(SHA256()))).decode()
    return Posted({SIGNATURE: signature, TIMESTAMP: at}, body)


def mailgun(event: Any, *, key: str = MAILGUN_KEY, at: datetime = NOW, field: str = "signature") -> Posted:
    seconds, token = str(int(at.timestamp())), "e0b5477167110d68991efc6b9f89f0a11066af27834600e123"
    made = hmac.new(key.encode(), f"{seconds}{token}".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": seconds, "token": token, "signature": "0", field: made}
    return Posted({}, json.dumps({"signature": signature, "event-data": event}).encode())


def postmark(event: Any, *, login: str = LOGIN) -> Posted:
    secret = base64.b64encode(login.encode()).decode()
    return Posted({"authorization": f"Basic {secret}"}, json.dumps(event).encode())


def ses(told: Any, *, version: str = "2", changed: dict[str, Any] | None = None, **fields: Any) -> Posted:
    message = {
        "Type": "Notification",
        "MessageId": "4d4dc071-ddbf-465d-bba8-08f81c89da64",
        "TopicArn": TOPIC,
        "Message": json.dumps(told),
        "Timestamp": "2026-11-22T09:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        **fields,
    }
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    signed = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    digest = SHA256() if version == "2" else SHA1()
    message["Signature"] = base64.b64encode(rsa_key().sign(signed.encode(), PKCS1v15(), digest)).decode()
    return Posted({}, json.dumps(message | (changed or {})).encode())


def bounced(kind: str) -> dict[str, Any]:
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": "dana@example.com", "diagnosticCode": "smtp; 550 5.1.1"}],
        },
        "mail": {"commonHeaders": {"messageId": "<1@example.com>"}},
    }


def complained(feedback: str) -> dict[str, Any]:
    about = {
        "complainedRecipients": [{"emailAddress": "dana@example.com"}],
        "complaintFeedbackType": feedback,
    }
    return {"eventType": "Complaint", "complaint": about, "mail": {}}


def failed(severity: str) -> dict[str, Any]:
    return {
        "event": "failed",
        "severity": severity,
        "recipient": "dana@example.com",
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        "message": {"headers": {"message-id": "1@example.com"}},
    }


SENDGRID = {"email": "dana@example.com", "smtp-id": "<1@example.com>", "reason": "550 5.1.1 no such user"}
POSTMARK = {"RecordType": "Bounce", "Email": "dana@example.com", "Details": "smtp;550 5.1.1"}
CHANGE = {"RecordType": "SubscriptionChange", "Recipient": "dana@example.com", "SuppressSending": True}


Case = tuple[str, Callable[[], Posted], What | None]
MEANT: list[Case] = [
    ("sendgrid", lambda: sendgrid([SENDGRID | {"event": "bounce", "type": "bounce"}]), What.HARD),
    ("sendgrid", lambda: sendgrid([SENDGRID | {"event": "bounce", "type": "blocked"}]), What.SOFT),
    (
        "sendgrid",
        lambda: sendgrid([SENDGRID | {"event": "dropped", "reason": "Bounced Address"}]),
        What.HARD,
    ),
    ("sendgrid", lambda: sendgrid([SENDGRID | {"event": "dropped", "reason": "Other"}]), What.SOFT),
    ("sendgrid", lambda: sendgrid([SENDGRID | {"event": "spamreport"}]), What.COMPLAINT),
    ("sendgrid", lambda: sendgrid([SENDGRID | {"event": "group_unsubscribe"}]), What.UNSUBSCRIBE),
    ("sendgrid", lambda: sendgrid([SENDGRID | {"event": "delivered"}]), None),
    ("sendgrid", lambda: sendgrid([7]), None),
    ("mailgun", lambda: mailgun(failed("permanent")), What.HARD),
    ("mailgun", lambda: mailgun(failed("temporary")), What.SOFT),
    ("mailgun", lambda: mailgun(failed("permanent") | {"event": "complained"}), What.COMPLAINT),
    ("mailgun", lambda: mailgun(failed("permanent") | {"event": "unsubscribed"}), What.UNSUBSCRIBE),
    ("mailgun", lambda: mailgun(failed("permanent") | {"event": "opened"}), None),
    ("mailgun", lambda: mailgun(failed("permanent"), field="parent-signature"), What.HARD),
    ("postmark", lambda: postmark(POSTMARK | {"Type": "HardBounce"}), What.HARD),
    ("postmark", lambda: postmark(POSTMARK | {"Type": "Transient"}), What.SOFT),
    ("postmark", lambda: postmark(POSTMARK | {"Type": "AutoResponder"}), None),
    ("postmark", lambda: postmark(POSTMARK | {"RecordType": "SpamComplaint"}), What.COMPLAINT),
    ("postmark", lambda: postmark(POSTMARK | {"RecordType": "Open"}), None),
    ("postmark", lambda: postmark(CHANGE | {"Origin": "Recipient"}), What.UNSUBSCRIBE),
    ("postmark", lambda: postmark(CHANGE | {"SuppressionReason": "HardBounce"}), What.HARD),
    ("postmark", lambda: postmark(CHANGE | {"Origin": "Customer"}), None),
    ("postmark", lambda: postmark(CHANGE | {"Origin": "Recipient", "SuppressSending": False}), None),
    ("amazon-ses", lambda: ses(bounced("Permanent")), What.HARD),
    ("amazon-ses", lambda: ses(bounced("Permanent"), version="1"), What.HARD),
    ("amazon-ses", lambda: ses(bounced("Permanent"), Subject="A subject\nof two lines"), What.HARD),
    ("amazon-ses", lambda: ses(bounced("Transient")), What.SOFT),
    ("amazon-ses", lambda: ses(complained("abuse")), What.COMPLAINT),
    ("amazon-ses", lambda: ses(complained("not-spam")), None),
    ("amazon-ses", lambda: ses({"notificationType": "Delivery"}), None),
]


def test_what_a_provider_reports_is_read_for_what_it_means() -> None:
    for provider, posted, what in MEANT:
        found = ask(provider, posted())
        assert [one.what for one in found] == ([what] if what else []), posted().body
        for one in found:
            assert one.recipient == "dana@example.com"
            assert one.detail
            assert one.message_id in ("<1@example.com>", "")


def test_sendgrids_own_example_is_verified() -> None:
    # The key, signature and timestamp that SendGrid's own libraries are tested with.
    key = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcw"
        "HBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA=="
    )
    signature = (
        "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0="
    )
    headers = {SIGNATURE: signature, TIMESTAMP: "1588788367"}
    body = b'{"category":"example_payload","event":"test_event","message_id":"message_id"}'
    then = replace(World().outside(), now=datetime.fromtimestamp(1588788367, UTC))
    with pytest.raises(EventUnreadable, match="no list"):
        PROVIDERS["sendgrid"](Posted(headers, body), key, then)
    with pytest.raises(EventUnsigned, match="missing or wrong"):
        PROVIDERS["sendgrid"](Posted(headers, body + b" "), key, then)
    with pytest.raises(EventUnsigned, match="48 hours old"):
        PROVIDERS["sendgrid"](Posted(headers, body), key, World().outside())


OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
LATER = NOW + timedelta(days=2, seconds=1)
BEFORE = NOW - timedelta(days=2, seconds=1)


UNPROVEN: list[tuple[str, Callable[[], Posted]]] = [
    ("sendgrid", lambda: sendgrid([], key=OTHER_KEY)),
    ("sendgrid", lambda: Posted({}, b"[]")),
    ("sendgrid", lambda: Posted(sendgrid([]).headers, b"[1]")),
    (
        "sendgrid",
        lambda: Posted({**sendgrid([]).headers, TIMESTAMP: "1"}, b"[]"),
    ),
    ("sendgrid", lambda: Posted({SIGNATURE: "ü"}, b"[]")),
    ("mailgun", lambda: mailgun({}, key="another")),
    ("mailgun", lambda: mailgun({}, at=LATER)),
    ("mailgun", lambda: mailgun({}, at=BEFORE)),
    ("sendgrid", lambda: sendgrid([], at=str(int(BEFORE.timestamp())))),
    ("sendgrid", lambda: sendgrid([], at=str(int(LATER.timestamp())))),
    ("sendgrid", lambda: sendgrid([], at="now")),
    ("amazon-ses", lambda: ses({}, Timestamp=BEFORE.isoformat())),
    ("amazon-ses", lambda: ses({}, Timestamp="yesterday")),
    ("mailgun", lambda: Posted({}, b"{}")),
    ("mailgun", lambda: Posted({}, b'{"signature": {"token": "\\ud800", "timestamp": "\\ud800"}}')),
    ("amazon-ses", lambda: ses({}, changed={"Subject": "\ud800"})),
    ("amazon-ses", lambda: ses({}, changed={"TopicArn": "\ud800"})),
    ("mailgun", lambda: Posted({}, b'{"signature": {"signature": "\xc3\xbc", "token": "x"}}')),
    ("postmark", lambda: postmark({}, login="sundial:wrong")),
    ("postmark", lambda: Posted({}, b"{}")),
    ("amazon-ses", lambda: ses({}, TopicArn="arn:aws:sns:eu-central-1:1:other")),
    ("amazon-ses", lambda: ses({}, changed={"Message": "{}x"})),
    ("amazon-ses", lambda: ses({}, changed={"Signature": "AAAA"})),
    ("amazon-ses", lambda: ses({}, changed={"Signature": "ü"})),
    ("amazon-ses", lambda: ses({}, changed={"SignatureVersion": "3"})),
    ("amazon-ses", lambda: ses({}, changed={"SignatureVersion": "1"})),
    *(
        ("amazon-ses", lambda address=address: ses({}, SigningCertURL=address))
        for address in (
            CERTIFICATE.replace("https", "http"),
            CERTIFICATE.replace("eu-central-1", "us-east-1"),
            CERTIFICATE.replace("eu-central-1", "s3-eu-central-1"),
            CERTIFICATE.replace("amazonaws.com", "amazonaws.com.example.com"),
            CERTIFICATE.replace("sns.", "user@sns."),
            CERTIFICATE.replace(".com/", ".com:8443/"),
            CERTIFICATE.replace("SimpleNotificationService-", "mine/"),
            "https://[",
            "",
        )
    ),
]


def test_what_is_not_proven_is_refused() -> None:
    for provider, posted in UNPROVEN:
        with pytest.raises(EventUnsigned):
            ask(provider, posted())


def test_no_certificate_is_fetched_from_anywhere_else() -> None:
    world = World()
    for address in ("https://example.com/SimpleNotificationService-1.pem", "http://169.254.169.254/"):
        with pytest.raises(EventUnsigned):
            ask("amazon-ses", ses({}, SigningCertURL=address), world)
    assert world.fetched == ()


def test_a_certificate_that_is_none_or_over_proves_nothing() -> None:
    for pem in (b"nonsense", certificate(NOW - timedelta(days=90))):
        with pytest.raises(EventUnsigned):
            ask("amazon-ses", ses(bounced("Permanent")), World(pem))


def test_the_subscription_of_the_topic_is_confirmed_and_of_no_other() -> None:
    url = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    more = {"Type": "SubscriptionConfirmation", "Token": "2336", "Message": "Confirm."}
    world = World()
    assert ask("amazon-ses", ses({}, **more, SubscribeURL=url), world) == ()
    assert world.fetched == (CERTIFICATE, url)
    with pytest.raises(EventUnsigned):
        ask("amazon-ses", ses({}, **more, SubscribeURL="https://example.com/"), world)
    assert world.fetched == (CERTIFICATE, url, CERTIFICATE)


def test_the_end_of_a_subscription_is_signed_as_its_beginning_and_confirms_nothing() -> None:
    # https://docs.aws.amazon.com/sns/latest/dg/http-unsubscribe-confirmation-json.html
    url = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    more = {"Type": "UnsubscribeConfirmation", "Token": "2336", "Message": "It ended.", "SubscribeURL": url}
    world = World()
    assert ask("amazon-ses", ses({}, **more), world) == ()
    assert world.fetched == (CERTIFICATE,)


def test_a_body_that_is_nonsense_is_refused_in_words() -> None:
    for body in (b"", b"{", b"[" * 100_000, b'"x"', b"\xff"):
        for provider in ("mailgun", "amazon-ses"):
            with pytest.raises((EventUnreadable, EventUnsigned)):
                ask(provider, Posted({}, body))


def test_a_key_in_the_settings_that_is_none_proves_nothing() -> None:
    for key in ("", "AAAA", base64.b64encode(rsa_key().public_key().public_bytes(*DER)).decode()):
        with pytest.raises(EventUnsigned, match="in the settings"):
            PROVIDERS["sendgrid"](sendgrid([]), key, World().outside())


def test_what_no_database_holds_is_marked_in_what_is_read() -> None:
    (event,) = ask("sendgrid", sendgrid([{"event": "spamreport", "email": "a\0b\ud800"}]))
    assert event.recipient == "a\ufffdb\ufffd"
