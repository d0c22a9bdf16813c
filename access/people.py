"""Who may sign in: everybody by name, who of them administers, and who may no longer come in.

Each act answers whether it changed anything. What people did stays in every history under their address.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import sessions
from access.errors import AccessError, Conflict, UserNotFound
from access.models import User
from access.users import end_links
from storage.paging import Page, page_of
from storage.zones import checked_zone

Verb = Callable[[Session, User, datetime], bool]


def people(session: Session, page: int = 1) -> Page[User]:
    """Return everybody by name, those who are disabled last."""
    return page_of(session, select(User).order_by(User.disabled_at.is_not(None), User.name, User.id), page)


def find_user(session: Session, user_id: int) -> User:
    """Return the person of that number."""
    found = session.get(User, user_id)
    if found is None:
        raise UserNotFound(f"there is no user {user_id}")
    return found


def find_by_email(session: Session, email: str) -> User:
    """Return the person of that address, in whatever case it is written."""
    found = session.scalar(select(User).where(User.email == email.strip().lower()))
    if found is None:
        raise UserNotFound(f"nobody here has the address {email}: `sundial user list` shows who does")
    return found


def promote(session: Session, user: User, _now: datetime) -> bool:
    """Make somebody an administrator."""
    changed = not user.is_administrator
    user.is_administrator = True
    session.flush()
    return changed


def demote(session: Session, user: User, _now: datetime) -> bool:
    """Make somebody an administrator no more; the last one stays it."""
    if not user.is_administrator:
        return False
    _refuse_the_last(session, user)
    user.is_administrator = False
    session.flush()
    return True


def disable(session: Session, user: User, now: datetime) -> bool:
    """Let somebody in no more: their sessions and unused links end. The last administrator stays."""
    if user.disabled_at is not None:
        return False
    _refuse_the_last(session, user)
    user.disabled_at = now
    session.flush()
    sessions.end_all(session, user.id, now)
    end_links(session, user.id, now)
    return True


def enable(session: Session, user: User, _now: datetime) -> bool:
    """Let somebody in again; what ended stays ended, so they need a new link."""
    changed = user.disabled_at is not None
    user.disabled_at = None
    session.flush()
    return changed


def choose_zone(session: Session, user_id: int, zone: str) -> str:
    """Tell somebody times in a zone of their own from now on; return its name."""
    user = find_user(session, user_id)
    user.zone = checked_zone(zone, AccessError)
    session.flush()
    return user.zone


def _refuse_the_last(session: Session, user: User) -> None:
    """Hold every administrator's row, so that two of them can't take away each other at once."""
    able = select(User.id).where(User.is_administrator, User.disabled_at.is_(None))
    if session.scalars(able.order_by(User.id).with_for_update()).all() == [user.id]:
        raise Conflict(f"{user.email} is the only administrator: make somebody else one first")
