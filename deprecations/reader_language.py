"""The language that each contact reads; one of which nothing is said reads English."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Contact
from deprecations.errors import PlanRefused
from deprecations.notice_models import ContactLanguage
from deprecations.phrases import LANGUAGES

DEFAULT = "en"


def language_of(session: Session, contact_id: int) -> str:
    """Return the language of a contact's mails."""
    chosen = session.get(ContactLanguage, contact_id)
    return chosen.language if chosen and chosen.language in LANGUAGES else DEFAULT


def set_language(session: Session, contact_id: int, language: str) -> str:
    """Choose the language of a contact's mails from the next one on."""
    if language not in LANGUAGES:
        raise PlanRefused(f"Mails aren't written in “{language}”: use {', '.join(LANGUAGES)}.")
    chosen = session.get(ContactLanguage, contact_id) or ContactLanguage(contact_id=contact_id)
    chosen.language = language
    session.add(chosen)
    session.flush()
    return language


def contacts_at(session: Session, email: str) -> tuple[Contact, ...]:
    """Return the contacts that have an address, of whichever consumers."""
    same = select(Contact).where(func.lower(Contact.email) == email.strip().lower())
    return tuple(session.scalars(same.order_by(Contact.id)))
