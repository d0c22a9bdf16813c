"""Who may be named as answering for something: a person who can sign in here, who asks or another."""

from sqlalchemy.orm import Session

from access.errors import UserNotFound
from access.people import find_by_email
from deprecations.errors import PlanRefused
from deprecations.plans import Exemption


def answerable(session: Session, named: str, by: str) -> str:
    """Return who answers for it, `by` where nobody is named; raises PlanRefused for who isn't here.

    A token and a shell are nobody: whoever acts by them names a person.
    """
    asked = named.strip()
    try:
        return find_by_email(session, asked or by).email
    except UserNotFound as error:
        if not asked:
            raise PlanRefused(
                "Name who answers for it: a person who signs in here, by the address that they sign in with."
            ) from error
        raise PlanRefused(
            f"“{asked}” is nobody who signs in here: name a colleague by the address that they sign in with."
        ) from error


def exemption(session: Session, *, rule: str, reason: str, approved_by: str, by: str) -> Exemption:
    """Return a rule that a plan need not keep, with the colleague who answers for that."""
    return Exemption(rule, reason, answerable(session, approved_by, by))
