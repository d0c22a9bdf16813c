"""API tokens: what programs come in with."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from access.errors import AccessError
from access.models import ApiToken
from access.secrets import digest, new_secret
from storage.names import checked_name
from storage.paging import Page, page_of

_PREFIX = "sundial_"
_HINT = 4


class Scope(StrEnum):
    """What a token may do; `manage` includes all the others."""

    READ = "read"
    PUBLISH = "publish"
    USAGE = "usage"
    MANAGE = "manage"


SCOPES: dict[Scope, str] = {
    Scope.READ: "read everything: APIs, findings, usage, deprecations, headers, verdicts",
    Scope.PUBLISH: "publish versions and have them compared",
    Scope.USAGE: "send batches of usage",
    Scope.MANAGE: "all of it, and register APIs and consumers, and plan deprecations",
}


def issue(
    session: Session,
    *,
    name: str,
    scopes: Iterable[str],
    by: str,
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token; return its row and the secret, which is shown this once."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise AccessError(f"choose at least one scope of {', '.join(SCOPES)}" + _not(unknown))
    secret = new_secret(_PREFIX)
    token = ApiToken(
        name=checked_name(name, "a token", AccessError),
        digest=digest(secret),
        hint="…" + secret[-_HINT:],
        scopes=" ".join(wanted),
        created_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return token, secret


def find_token(session: Session, secret: str, now: datetime) -> ApiToken | None:
    """Return the live token of a secret."""
    return session.scalar(select(ApiToken).where(ApiToken.digest == digest(secret), _is_live(now)))


def may(token: ApiToken, scope: Scope) -> bool:
    """Tell whether a token has a scope."""
    held = token.scopes.split()
    return scope in held or Scope.MANAGE in held


def used(session: Session, token_id: int, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def revoke(session: Session, token_id: int, now: datetime) -> bool:
    """End a token; False when there is none or it ended before."""
    ended = session.execute(
        update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def tokens(session: Session, page: int = 1) -> Page[ApiToken]:
    """Return the tokens, newest first, revoked ones included."""
    return page_of(session, select(ApiToken).order_by(ApiToken.id.desc()), page)


def live_count(session: Session, now: datetime, *, by: str | None = None) -> int:
    """Return how many tokens still let somebody in: all, or those that one person made."""
    statement = select(func.count()).select_from(ApiToken).where(_is_live(now))
    return session.scalar(statement if by is None else statement.where(ApiToken.created_by == by)) or 0


def _is_live(now: datetime) -> ColumnElement[bool]:
    ends_later = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    return and_(ApiToken.revoked_at.is_(None), ends_later)


def _not(unknown: list[str]) -> str:
    return f"; not {', '.join(unknown)}" if unknown else ""
