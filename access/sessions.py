"""Signed-in browsers: kept on the server, so that they can be listed and ended."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from access.models import BrowserSession, User
from access.secrets import digest, new_secret

_SEEN_EVERY = timedelta(minutes=5)
_LONGEST_BROWSER = 200


def begin(session: Session, user: User, *, browser: str, lifetime: timedelta, now: datetime) -> str:
    """Sign a browser in; return the secret that its cookie holds."""
    secret = new_secret()
    session.add(
        BrowserSession(
            user_id=user.id,
            digest=digest(secret),
            browser=browser[:_LONGEST_BROWSER],
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return secret


def current(session: Session, secret: str, *, idle: timedelta, now: datetime) -> BrowserSession | None:
    """Return the live session of a cookie, with its user.

    None when it ended, expired or idled too long, or when its user is disabled.
    """
    return session.scalar(
        select(BrowserSession)
        .join(BrowserSession.user)
        .where(
            BrowserSession.digest == digest(secret),
            BrowserSession.ended_at.is_(None),
            BrowserSession.expires_at > now,
            BrowserSession.last_seen_at > now - idle,
            User.disabled_at.is_(None),
        )
        .options(contains_eager(BrowserSession.user))
    )


def is_seen_due(found: BrowserSession, now: datetime) -> bool:
    """Tell whether `seen` should be noted: not on every request."""
    return now - found.last_seen_at >= _SEEN_EVERY


def seen(session: Session, session_id: int, now: datetime) -> None:
    """Note that a browser was here."""
    session.execute(update(BrowserSession).where(BrowserSession.id == session_id).values(last_seen_at=now))


def end(session: Session, user_id: int, session_id: int, now: datetime) -> bool:
    """End one of a user's sessions; False when it is none of theirs or over already."""
    ended = session.execute(_live(user_id).where(BrowserSession.id == session_id).values(ended_at=now))
    return bool(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def end_others(session: Session, user_id: int, session_id: int, now: datetime) -> int:
    """End all of a user's sessions but one; return how many."""
    ended = session.execute(_live(user_id).where(BrowserSession.id != session_id).values(ended_at=now))
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def end_all(session: Session, user_id: int, now: datetime) -> None:
    """End every session of a user."""
    session.execute(_live(user_id).values(ended_at=now))


def last_seen(session: Session, user_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each user was last here, by id; who never was, or long ago, is not in it."""
    rows = session.execute(
        select(BrowserSession.user_id, func.max(BrowserSession.last_seen_at))
        .where(BrowserSession.user_id.in_(user_ids))
        .group_by(BrowserSession.user_id)
    )
    return dict(rows.all())


def live(session: Session, user_id: int, now: datetime) -> list[BrowserSession]:
    """Return a user's live sessions, the latest seen first."""
    return list(
        session.scalars(
            select(BrowserSession)
            .where(
                BrowserSession.user_id == user_id,
                BrowserSession.ended_at.is_(None),
                BrowserSession.expires_at > now,
            )
            .order_by(BrowserSession.last_seen_at.desc())
        )
    )


def over_before(before: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's condition type is private
    """Return the condition for sessions that ended or expired before an instant."""
    return or_(BrowserSession.ended_at < before, BrowserSession.expires_at < before)


def _live(user_id: int):  # type: ignore[no-untyped-def]  # likewise
    return update(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None))
