"""What an endpoint doesn't take goes by mail: the same envelope, under the same key and Message-ID."""

from datetime import datetime

from sqlalchemy.orm import Session

from notifications.claimed import Claimed
from notifications.models import Envelope, EnvelopeState


def mail_instead(session: Session, claimed: Claimed, *, channel: str, now: datetime) -> Envelope | None:
    """Queue an envelope as a mail where an endpoint refused it for good; return it, None for any other."""
    envelope = session.get(Envelope, claimed.id, populate_existing=True)
    if envelope is None or envelope.state != EnvelopeState.FAILED or not envelope.mail_to:
        return None
    envelope.channel, envelope.recipient, envelope.mail_to = channel, envelope.mail_to, ""
    envelope.endpoint_id, envelope.payload = None, None
    envelope.state, envelope.attempts, envelope.next_attempt_at = EnvelopeState.QUEUED, 0, now
    session.flush()
    return envelope
