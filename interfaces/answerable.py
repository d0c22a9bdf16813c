"""Who may be named as answering for something: whoever asks, or somebody who can sign in here."""

from sqlalchemy.orm import Session

from access.errors import UserNotFound
from access.people import find_by_email
from deprecations.errors import PlanRefused
from deprecations.plans import Exemption


def answerable(session: Session, named: str, by: str) -> str:
    """Return who answers for it, `by` where nobody is named; raises PlanRefused for who isn't here."""
    asked = named.strip()
    if asked in ("", by):
        return by
    try:
        return find_by_email(session, asked).email
    except UserNotFound as error:
        raise PlanRefused(
            f"“{asked}” is nobody who signs in here: name a colleague by the address that they sign in with."
        ) from error


def exemption(session: Session, *, rule: str, reason: str, approved_by: str, by: str) -> Exemption:
    """Return a rule that a plan need not keep, with the colleague who answers for that."""
    return Exemption(rule, reason, answerable(session, approved_by, by))
