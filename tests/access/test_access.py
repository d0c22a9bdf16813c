from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from access import sessions, tokens, users
from access.audit import record, trail
from access.errors import AccessError
from access.models import User
from access.tokens import Scope

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
IDLE = timedelta(hours=8)


def _user(session: Session) -> User:
    return users.administrator(session, email="Mara@Example.com", now=NOW)


def _begin(session: Session, user: User) -> str:
    return sessions.begin(session, user, browser="Firefox", lifetime=DAY, now=NOW)


def test_the_first_administrator_is_made_once(session: Session) -> None:
    assert _user(session).id == _user(session).id
    assert users.user_count(session) == 1


def test_a_sign_in_link_works_once(session: Session) -> None:
    user = _user(session)
    secret = users.sign_in_link(session, user, NOW)
    assert users.redeem(session, secret, NOW) == user
    assert users.redeem(session, secret, NOW) is None


def test_a_sign_in_link_expires(session: Session) -> None:
    secret = users.sign_in_link(session, _user(session), NOW)
    assert users.redeem(session, secret, NOW + users.LINK_LIFETIME) is None


def test_a_made_up_link_signs_nobody_in(session: Session) -> None:
    _user(session)
    assert users.redeem(session, "made-up", NOW) is None


def test_a_session_lives_until_it_idles_too_long(session: Session) -> None:
    secret = _begin(session, _user(session))
    found = sessions.current(session, secret, idle=IDLE, now=NOW + timedelta(hours=7))
    assert found is not None
    sessions.seen(session, found.id, NOW + timedelta(hours=7))
    assert sessions.current(session, secret, idle=IDLE, now=NOW + timedelta(hours=14)) is not None
    assert sessions.current(session, secret, idle=IDLE, now=NOW + timedelta(hours=15)) is None


def test_a_session_ends_at_its_hour_however_busy_it_is(session: Session) -> None:
    secret = _begin(session, _user(session))
    found = sessions.current(session, secret, idle=2 * DAY, now=NOW)
    assert found is not None
    sessions.seen(session, found.id, NOW + DAY)
    assert sessions.current(session, secret, idle=2 * DAY, now=NOW + DAY) is None


def test_only_its_own_user_can_end_a_session(session: Session) -> None:
    user = _user(session)
    other = users.add_user(session, email="tom@example.com", name="Tom", is_administrator=False, now=NOW)
    found = sessions.current(session, _begin(session, user), idle=IDLE, now=NOW)
    assert found is not None
    assert not sessions.end(session, other.id, found.id, NOW)
    assert sessions.end(session, user.id, found.id, NOW)
    assert sessions.live(session, user.id, NOW) == []


def test_all_other_sessions_can_be_ended_at_once(session: Session) -> None:
    user = _user(session)
    mine = sessions.current(session, _begin(session, user), idle=IDLE, now=NOW)
    assert mine is not None
    for _ in range(3):
        _begin(session, user)
    assert sessions.end_others(session, user.id, mine.id, NOW) == 3
    assert [one.id for one in sessions.live(session, user.id, NOW)] == [mine.id]


def test_a_token_may_what_its_scopes_say_and_manage_means_all(session: Session) -> None:
    reader, _ = tokens.issue(session, name="ci", scopes=["read"], by="mara", now=NOW)
    manager, _ = tokens.issue(session, name="ops", scopes=["manage"], by="mara", now=NOW)
    assert tokens.may(reader, Scope.READ)
    assert not tokens.may(reader, Scope.PUBLISH)
    assert all(tokens.may(manager, scope) for scope in Scope)


def test_a_token_is_found_until_it_is_revoked_or_expires(session: Session) -> None:
    token, secret = tokens.issue(session, name="ci", scopes=["read"], by="m", expires_at=NOW + DAY, now=NOW)
    assert tokens.find_token(session, secret, NOW) == token
    assert tokens.find_token(session, secret, NOW + DAY) is None
    assert tokens.revoke(session, token.id, NOW)
    assert tokens.find_token(session, secret, NOW) is None
    assert not tokens.revoke(session, token.id, NOW)


@pytest.mark.parametrize(("name", "scopes"), [("ci", []), ("ci", ["everything"]), (" ", ["read"])])
def test_a_token_without_a_name_or_with_no_real_scope_is_refused(
    session: Session, name: str, scopes: list[str]
) -> None:
    with pytest.raises(AccessError):
        tokens.issue(session, name=name, scopes=scopes, by="mara", now=NOW)


def test_no_secret_is_in_the_database_in_clear(session: Session) -> None:
    user = _user(session)
    secrets = [
        users.sign_in_link(session, user, NOW),
        _begin(session, user),
        tokens.issue(session, name="ci", scopes=["read"], by="mara", now=NOW)[1],
    ]
    tables = ("sign_in_links", "browser_sessions", "api_tokens")
    rows = [str(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))]
    assert not [secret for secret in secrets if any(secret in row for row in rows)]


def test_the_trail_tells_the_newest_first(session: Session) -> None:
    for number in range(3):
        record(session, actor="mara", action=f"act {number}", subject="orders", now=NOW)
    session.flush()
    assert [entry.action for entry in trail(session).items] == ["act 2", "act 1", "act 0"]
