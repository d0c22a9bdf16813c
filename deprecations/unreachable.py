"""Contacts whom nothing reaches any more: a mail server, or another system, refused their address for good.

What an endpoint doesn't take goes by mail. Contacts whom no mail reaches are told nothing from then on;
their consumer's endings show it, and a person can name another contact.
"""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from consumers.models import Contact
from deprecations.models import Notice
from deprecations.owner_models import ApiOwner
from notifications.mail_instead import mail_instead
from notifications.outbox import Claimed
from notifications.outcome import Failure, Outcome


def note_outcome(session: Session, envelope: Claimed, outcome: Outcome, now: datetime) -> int:
    """Stop the mail to an address that was refused for good; return how many contacts have it."""
    if not isinstance(outcome, Failure) or not (outcome.permanent and outcome.is_about_recipient):
        return 0
    return stop_mail_to(session, envelope.recipient, outcome.detail, now)


def go_by_mail(session: Session, envelope: Claimed, *, channel: str, now: datetime) -> bool:
    """Let a message that an endpoint refused for good go by mail; tell whether it does."""
    mail = mail_instead(session, envelope, channel=channel, now=now)
    if mail is None:
        return False
    told = update(Notice).where(Notice.envelope_key == mail.key).values(recipient=mail.recipient)
    session.execute(told, execution_options={"synchronize_session": False})
    return True


def stop_mail_to(session: Session, address: str, reason: str, now: datetime) -> int:
    """Tell an address nothing more, whosever it is; return how many contacts and owners have it."""
    return sum(_stop(session, model, address, reason, now) for model in (Contact, ApiOwner))


def _stop(session: Session, model: type[Contact | ApiOwner], address: str, reason: str, now: datetime) -> int:
    stop = (
        update(model)
        .where(func.lower(model.email) == address.lower(), model.disabled_at.is_(None))
        .values(disabled_at=now, disabled_reason=reason)
    )
    result = session.execute(stop, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
