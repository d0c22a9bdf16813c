"""Acts on who may come in, with their entry in the audit trail, as pages, API and command all take them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from access import people
from access.audit import record
from access.models import User
from access.users import add_user, renew_link, sign_in_link


class Act(StrEnum):
    """What can be done to somebody who is here already."""

    PROMOTE = "promote"
    DEMOTE = "demote"
    DISABLE = "disable"
    ENABLE = "enable"


_ACTS: dict[Act, tuple[people.Verb, str]] = {
    Act.PROMOTE: (people.promote, "administrator made"),
    Act.DEMOTE: (people.demote, "administrator unmade"),
    Act.DISABLE: (people.disable, "user disabled"),
    Act.ENABLE: (people.enable, "user enabled"),
}


def added(
    session: Session, *, email: str, name: str, is_administrator: bool, by: str, now: datetime
) -> tuple[User, str]:
    """Add somebody; return them and the secret of the link that signs them in, which is shown this once."""
    user = add_user(session, email=email, name=name, is_administrator=is_administrator, now=now)
    detail = "as an administrator" if is_administrator else ""
    record(session, actor=by, action="user added", subject=user.email, detail=detail, now=now)
    return user, sign_in_link(session, user, now)


def linked(session: Session, user: User, *, by: str, now: datetime) -> str:
    """Make a new link for somebody who lost theirs; return its secret."""
    secret = renew_link(session, user, now)
    record(session, actor=by, action="sign-in link made", subject=user.email, now=now)
    return secret


def done(session: Session, user: User, act: Act, *, by: str, now: datetime) -> bool:
    """Do an act; tell whether it changed anything, and write it down if so."""
    verb, word = _ACTS[act]
    changed = verb(session, user, now)
    if changed:
        record(session, actor=by, action=word, subject=user.email, now=now)
    return changed


def sign_in_address(base_url: str, secret: str) -> str:
    """Return what somebody opens to sign in."""
    return f"{base_url}/sign-in/{secret}"
