"""What providers of mail report by webhook: verified, met with the mails, taken to the suppression list."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from deprecations.unreachable import suppress_address
from interfaces.runtime import Runtime
from notifications.errors import EventUnreadable, EventUnsigned
from notifications.mail_events import PROVIDERS
from notifications.mail_events.event import MailEvent, Outside, Posted, What
from notifications.mail_events.noting import note_event
from notifications.models import SuppressionReason
from notifications.suppressions import Entry

_REASONS: Final = {
    What.HARD: SuppressionReason.BOUNCE,
    What.COMPLAINT: SuppressionReason.COMPLAINT,
    What.UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBE,
}
_LARGEST: Final = 64 * 1024
_SECONDS: Final = 10


def take_in(runtime: Runtime, provider: str, headers: Mapping[str, str], body: bytes) -> dict[str, int]:
    """Verify and take in a report; raises EventUnsigned and EventUnreadable.

    Of an address that was never sent a mail from here nothing is kept: others may use the same account.
    """
    posted = Posted({name.lower(): value for name, value in headers.items()}, body)
    outside = Outside(runtime.clock(), _fetch)
    events = PROVIDERS[provider](posted, secrets_of(runtime)[provider], outside)
    noted = sum(_note(runtime, provider, event) for event in events)
    return {"events": len(events), "noted": noted}


def secrets_of(runtime: Runtime) -> dict[str, str]:
    """Return what verifies each provider's reports, "" for one that isn't set up."""
    settings = runtime.settings
    return {
        "amazon-ses": settings.mail_events_ses_topic,
        "mailgun": settings.mail_events_mailgun_key,
        "postmark": settings.mail_events_postmark_login,
        "sendgrid": settings.mail_events_sendgrid_key,
    }


def _note(runtime: Runtime, provider: str, event: MailEvent) -> bool:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        envelope, is_new = note_event(session, event, now)
        if envelope is not None and is_new and event.what in _REASONS:
            entry = Entry(envelope.recipient, _REASONS[event.what], event.detail)
            suppress_address(session, entry, by=provider, now=now)
    return envelope is not None


@lru_cache(maxsize=8)
def _fetch(address: str) -> bytes:
    """Fetch an address that its reader has checked: a certificate, or the confirmation of a subscription."""
    import requests

    try:
        with requests.get(address, timeout=_SECONDS, allow_redirects=False, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise EventUnsigned(f"{address} answered {answer.status_code}")
            content = answer.raw.read(_LARGEST + 1, decode_content=True)
    except requests.RequestException as error:
        raise EventUnreadable(f"{address} can't be fetched: {error}") from error
    if len(content) > _LARGEST:
        raise EventUnsigned(f"{address} answered more than {_LARGEST} bytes")
    return bytes(content)
