"""The people who may sign in: who they are, adding them, their links, and what they may."""

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access import people
from access.models import User
from access.sessions import last_seen
from access.tokens import Scope
from interfaces.api.answers import listed, made, page_number
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.people import Act, added, done, linked, sign_in_address
from interfaces.views.access import link_facts, user_facts

_UNKEPT = {"Cache-Control": "no-store"}


def list_users() -> ResponseReturnValue:
    """List the people by name, those who are disabled last."""
    with runtime().database.reading() as session:
        found = people.people(session, page_number())
        seen = last_seen(session, [one.id for one in found.items])
    return listed(found, lambda one: user_facts(one, seen.get(one.id)))


def add_user() -> ResponseReturnValue:
    """Add somebody; the link that signs them in is answered this once."""
    around, asked = runtime(), body()
    now = around.clock()
    with around.database.transaction() as session:
        user, secret = added(
            session,
            email=asked["email"],
            name=asked["name"],
            is_administrator=asked.get("administrator", False),
            by=actor(),
            now=now,
        )
    link = link_facts(sign_in_address(around.settings.address, secret), now)
    answer, status, headers = made({**user_facts(user), **link}, "show_user", user_id=user.id)
    return answer, status, headers | _UNKEPT


def show_user(user_id: int) -> ResponseReturnValue:
    """Show one of the people."""
    with runtime().database.reading() as session:
        return _told(session, people.find_user(session, user_id))


def link_user(user_id: int) -> ResponseReturnValue:
    """Make somebody a new link, which is answered this once."""
    around = runtime()
    now = around.clock()
    with around.database.transaction() as session:
        secret = linked(session, people.find_user(session, user_id), by=actor(), now=now)
    return jsonify(link_facts(sign_in_address(around.settings.address, secret), now)), 201, _UNKEPT


def promote_user(user_id: int) -> ResponseReturnValue:
    """Make somebody an administrator."""
    return _done(user_id, Act.PROMOTE)


def demote_user(user_id: int) -> ResponseReturnValue:
    """Make somebody an administrator no more."""
    return _done(user_id, Act.DEMOTE)


def disable_user(user_id: int) -> ResponseReturnValue:
    """Let somebody in no more."""
    return _done(user_id, Act.DISABLE)


def enable_user(user_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    return _done(user_id, Act.ENABLE)


def _done(user_id: int, act: Act) -> Response:
    around = runtime()
    with around.database.transaction() as session:
        user = people.find_user(session, user_id)
        done(session, user, act, by=actor(), now=around.clock())
        return _told(session, user)


def _told(session: Session, user: User) -> Response:
    return jsonify(user_facts(user, last_seen(session, [user.id]).get(user.id)))


ROUTES = (
    Route("GET", "/users", Scope.READ, list_users),
    Route("POST", "/users", Scope.MANAGE, add_user),
    Route("GET", "/users/<int:user_id>", Scope.READ, show_user),
    Route("POST", "/users/<int:user_id>/link", Scope.MANAGE, link_user),
    Route("POST", "/users/<int:user_id>/promote", Scope.MANAGE, promote_user),
    Route("POST", "/users/<int:user_id>/demote", Scope.MANAGE, demote_user),
    Route("POST", "/users/<int:user_id>/disable", Scope.MANAGE, disable_user),
    Route("POST", "/users/<int:user_id>/enable", Scope.MANAGE, enable_user),
)
