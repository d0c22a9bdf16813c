"""Users, and the one-time links that sign them in."""

import re
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from access.errors import AccessError, Conflict
from access.models import SignInLink, User
from access.secrets import digest, new_secret
from storage.names import checked_name

LINK_LIFETIME = timedelta(hours=24)
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,189}")


def administrator(session: Session, *, email: str, now: datetime) -> User:
    """Return the first administrator who may come in, made when there is none yet."""
    able = select(User).where(User.is_administrator, User.disabled_at.is_(None))
    first = session.scalar(able.order_by(User.id).limit(1))
    if first is not None:
        return first
    return add_user(session, email=email, name="Administrator", is_administrator=True, now=now)


def add_user(session: Session, *, email: str, name: str, is_administrator: bool, now: datetime) -> User:
    """Add a person who may sign in."""
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise AccessError(f"“{email}” is no e-mail address: write it as name@example.com")
    name = checked_name(name, "a user", AccessError)
    user = User(email=email, name=name, is_administrator=is_administrator, created_at=now)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise Conflict(f"{email} is a user already") from None
    return user


def sign_in_link(session: Session, user: User, now: datetime) -> str:
    """Return a secret that signs the user in once, within a day; one who is disabled gets none."""
    if user.disabled_at is not None:
        raise Conflict(f"{user.email} is disabled: enable them first")
    secret = new_secret()
    link = SignInLink(user_id=user.id, digest=digest(secret), expires_at=now + LINK_LIFETIME, created_at=now)
    session.add(link)
    session.flush()
    return secret


def renew_link(session: Session, user: User, now: datetime) -> str:
    """Return a fresh sign-in link's secret; those before it, which may lie anywhere, work no more."""
    session.refresh(user, with_for_update=True)  # who is being disabled at this moment gets none
    secret = sign_in_link(session, user, now)
    end_links(session, user.id, now, but=secret)
    return secret


def end_links(session: Session, user_id: int, now: datetime, *, but: str = "") -> None:
    """Let a user's unused links expire, all but one."""
    unused = update(SignInLink).where(SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    session.execute(
        unused.where(SignInLink.user_id == user_id, SignInLink.digest != digest(but)).values(expires_at=now)
    )


def redeem(session: Session, secret: str, now: datetime) -> User | None:
    """Use a sign-in link up and return its user.

    None when it is unknown, used or expired, or when its user is disabled.
    """
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.digest == digest(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
    )
    if not used.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return None
    return session.scalar(
        select(User)
        .join(SignInLink, SignInLink.user_id == User.id)
        .where(SignInLink.digest == digest(secret), User.disabled_at.is_(None))
        .with_for_update(of=User)  # whoever disables them waits, and then ends the session that begins here
    )


def user_count(session: Session) -> int:
    """Return how many people may sign in."""
    return session.scalar(select(func.count()).select_from(User)) or 0
