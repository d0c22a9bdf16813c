"""Users, and the one-time links that sign them in."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from access.errors import AccessError
from access.models import SignInLink, User
from access.secrets import digest, new_secret
from storage.names import checked_name

LINK_LIFETIME = timedelta(hours=24)


def administrator(session: Session, *, email: str, now: datetime) -> User:
    """Return the first administrator, made when there is none yet."""
    first = session.scalar(select(User).where(User.is_administrator).order_by(User.id).limit(1))
    if first is not None:
        return first
    return add_user(session, email=email, name="Administrator", is_administrator=True, now=now)


def add_user(session: Session, *, email: str, name: str, is_administrator: bool, now: datetime) -> User:
    """Add a person who may sign in."""
    email = email.strip().lower()
    if "@" not in email or any(character.isspace() for character in email):
        raise AccessError(f"“{email}” is no e-mail address")
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise AccessError(f"{email} is a user already")
    name = checked_name(name, "a user", AccessError)
    user = User(email=email, name=name, is_administrator=is_administrator, created_at=now)
    session.add(user)
    session.flush()
    return user


def sign_in_link(session: Session, user: User, now: datetime) -> str:
    """Return a secret that signs the user in once, within a day."""
    secret = new_secret()
    link = SignInLink(user_id=user.id, digest=digest(secret), expires_at=now + LINK_LIFETIME, created_at=now)
    session.add(link)
    session.flush()
    return secret


def redeem(session: Session, secret: str, now: datetime) -> User | None:
    """Use a sign-in link up and return its user; None when it is unknown, used or expired."""
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
        .where(SignInLink.digest == digest(secret))
    )


def user_count(session: Session) -> int:
    """Return how many people may sign in."""
    return session.scalar(select(func.count()).select_from(User)) or 0
