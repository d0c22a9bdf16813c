"""Contacts whom nothing reaches any more: a mail server, or another system, refused their address for good.

What an endpoint doesn't take goes by mail. Contacts whom no mail reaches are told nothing from then on;
their consumer's endings show it, and a person can name another contact.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from consumers.models import Contact
from deprecations.notice_models import ContactEndpoint, Notice
from deprecations.owner_models import ApiOwner
from notifications.claimed import Claimed
from notifications.mail_instead import mail_instead
from notifications.models import Endpoint, Suppression, SuppressionReason
from notifications.outcome import Failure, Outcome
from notifications.suppressions import Entry, lift, suppress

NOT_THEIRS = "it isn't theirs: "
"""How the reason begins of a contact who was excused by a person."""
_SERVER = "the mail server"
_LIVE: Final = select(Endpoint.id).where(Endpoint.disabled_at.is_(None))
_TOLD_ELSEWHERE: Final = {
    Contact: select(ContactEndpoint.contact_id).where(ContactEndpoint.endpoint_id.in_(_LIVE)),
    ApiOwner: select(ApiOwner.id).where(ApiOwner.endpoint_id.in_(_LIVE)),
}


def note_outcome(session: Session, envelope: Claimed, outcome: Outcome, now: datetime) -> int:
    """Stop the mail to an address that was refused for good; return how many contacts have it."""
    if not isinstance(outcome, Failure) or not (outcome.permanent and outcome.is_about_recipient):
        return 0
    return suppress_address(
        session, Entry(envelope.recipient, SuppressionReason.BOUNCE, outcome.detail), by=_SERVER, now=now
    )


def suppress_address(session: Session, entry: Entry, *, by: str, now: datetime) -> int:
    """Put an address on the suppression list, and tell it nothing more; return how many contacts have it."""
    suppress(session, entry, by=by, now=now)
    return stop_mail_to(
        session, entry.address, entry.detail or f"on the suppression list: {entry.reason}", now
    )


def lift_suppression(session: Session, address: str) -> tuple[Suppression, int]:
    """Take an address off the list, and tell the contacts and owners again whose mail stopped with it.

    A contact whose mail stopped for another reason stays as it is. Return what stood on the list, and how
    many are told again.
    """
    gone = lift(session, address)
    return gone, sum(_start(session, model, gone.address) for model in (Contact, ApiOwner))


def go_by_mail(session: Session, envelope: Claimed, *, channel: str, now: datetime) -> bool:
    """Let a message that an endpoint refused for good go by mail; tell whether it does."""
    mail = mail_instead(session, envelope, channel=channel, now=now)
    if mail is None:
        return False
    told = update(Notice).where(Notice.envelope_key == mail.key).values(recipient=mail.recipient)
    session.execute(told, execution_options={"synchronize_session": False})
    return True


def stop_mail_to(session: Session, address: str, reason: str, now: datetime) -> int:
    """Tell an address nothing more, whosever it is; return how many contacts and owners have it.

    Who is told elsewhere, at an endpoint that takes it, goes on being told there.
    """
    return sum(_stop(session, model, address, reason, now) for model in (Contact, ApiOwner))


def _start(session: Session, model: type[Contact | ApiOwner], address: str) -> int:
    again = (
        update(model)
        .where(
            func.lower(model.email) == address,
            model.disabled_at.is_not(None),
            model.disabled_reason.not_like(f"{NOT_THEIRS}%"),
        )
        .values(disabled_at=None, disabled_reason=None)
    )
    result = session.execute(again, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0


def _stop(session: Session, model: type[Contact | ApiOwner], address: str, reason: str, now: datetime) -> int:
    stop = (
        update(model)
        .where(func.lower(model.email) == address.lower(), model.disabled_at.is_(None))
        .where(model.id.not_in(_TOLD_ELSEWHERE[model]))
        .values(disabled_at=now, disabled_reason=reason)
    )
    result = session.execute(stop, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
