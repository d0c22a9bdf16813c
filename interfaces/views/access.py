"""People, tokens, and the audit trail."""

from datetime import datetime

from access.models import ApiToken, AuditEntry, User
from access.users import LINK_LIFETIME
from interfaces.views.facts import Facts, instant


def user_facts(user: User, seen_at: datetime | None = None) -> Facts:
    """A person who may sign in; `seen_at` is when they were last here."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "administrator": user.is_administrator,
        "zone": user.zone,
        "created_at": instant(user.created_at),
        "disabled_at": instant(user.disabled_at),
        "last_seen_at": instant(seen_at),
    }


def link_facts(link: str, now: datetime) -> Facts:
    """A sign-in link that was made now, and how long it works."""
    return {"link": link, "link_expires_at": instant(now + LINK_LIFETIME)}


def token_facts(token: ApiToken) -> Facts:
    """An API token, without its secret."""
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes.split(),
        "created_by": token.created_by,
        "created_at": instant(token.created_at),
        "expires_at": instant(token.expires_at),
        "last_used_at": instant(token.last_used_at),
        "revoked_at": instant(token.revoked_at),
    }


def audit_facts(entry: AuditEntry) -> Facts:
    """An entry of the audit trail."""
    return {
        "at": instant(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
    }
