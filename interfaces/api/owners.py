"""Who of an API's own team is told what needs it, and where."""

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.tokens import Scope
from deprecations.owner_mail import owner_notices
from deprecations.owners import find_owner, owners, told_of
from interfaces import teams
from interfaces.api.answers import listed, page_number
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.telling import secret_of
from interfaces.views.consumers import channel_facts
from interfaces.views.facts import Facts
from interfaces.views.notices import envelope_facts
from interfaces.views.owners import implied_facts, owner_facts, owner_notice_facts
from notifications.models import Endpoint
from registry.apis import find_api
from registry.models import Api


def list_owners(api: str) -> ResponseReturnValue:
    """List who of an API's team is told."""
    with runtime().database.reading() as session:
        return jsonify(_team(session, find_api(session, api)))


def add_owner(api: str) -> ResponseReturnValue:
    """Name somebody who is told what needs an API's team."""
    with runtime().database.transaction() as session:
        made = teams.add_owner(session, runtime(), find_api(session, api), by=actor(), **_given())
        return jsonify(owner_facts(made)), 201


def change_owner(api: str, owner_id: int) -> ResponseReturnValue:
    """Change what is said about one of a team; what is left out stays."""
    with runtime().database.transaction() as session:
        found = find_api(session, api)
        owner = find_owner(session, found, owner_id)
        teams.change_owner(session, runtime(), found, owner, by=actor(), **_given())
        return jsonify(owner_facts(owner))


def remove_owner(api: str, owner_id: int) -> ResponseReturnValue:
    """Tell one of a team no more."""
    with runtime().database.transaction() as session:
        found = find_api(session, api)
        teams.remove_owner(session, runtime(), found, find_owner(session, found, owner_id), by=actor())
    return "", 204


def choose_owner_channel(api: str, owner_id: int) -> ResponseReturnValue:
    """Choose where one of a team is told; the answer has the secret that signs events, once."""
    asked = body()
    with runtime().database.transaction() as session:
        found = find_api(session, api)
        made = teams.choose_owner_channel(
            session,
            runtime(),
            found,
            find_owner(session, found, owner_id),
            channel=asked["channel"],
            address=asked.get("address", ""),
            by=actor(),
        )
        return jsonify(_chosen(made))


def rotate_owner_secret(api: str, owner_id: int) -> ResponseReturnValue:
    """Begin a new secret for the webhook of one of a team; the answer has it, once."""
    with runtime().database.transaction() as session:
        found = find_api(session, api)
        owner = find_owner(session, found, owner_id)
        made = teams.new_owner_secret(session, runtime(), found, owner, by=actor())
        return jsonify(_chosen(made.endpoint) | {"ended": made.ended or None})


def send_owner_trial(api: str, owner_id: int) -> ResponseReturnValue:
    """Send a trial message to where one of a team is told."""
    with runtime().database.transaction() as session:
        found = find_api(session, api)
        owner = find_owner(session, found, owner_id)
        return jsonify(envelope_facts(teams.try_owner_channel(session, runtime(), found, owner, by=actor())))


def list_owner_notices(api: str) -> ResponseReturnValue:
    """List what an API's team was told or is to be told, newest first."""
    with runtime().database.reading() as session:
        found = owner_notices(session, find_api(session, api).id, page_number())
        return listed(found, owner_notice_facts)


def _team(session: Session, api: Api) -> Facts:
    named = owners(session, api.id)
    implied = () if named else told_of(session, [api])[api.id]
    return {
        "owners": [owner_facts(one) for one in named],
        "implied": implied_facts(implied[0]) if implied else None,
    }


def _given() -> Facts:
    given = dict(body())
    if "fallback" in given:
        given["is_fallback"] = given.pop("fallback")
    return given


def _chosen(endpoint: Endpoint | None) -> Facts:
    return {**channel_facts(endpoint), "secret": secret_of(runtime(), endpoint) or None}


_OWNER = "/apis/<api>/owners/<int:owner_id>"
ROUTES = (
    Route("GET", "/apis/<api>/owners", Scope.READ, list_owners),
    Route("POST", "/apis/<api>/owners", Scope.MANAGE, add_owner),
    Route("PATCH", _OWNER, Scope.MANAGE, change_owner),
    Route("DELETE", _OWNER, Scope.MANAGE, remove_owner),
    Route("PUT", f"{_OWNER}/channel", Scope.MANAGE, choose_owner_channel),
    Route("POST", f"{_OWNER}/channel/secret", Scope.MANAGE, rotate_owner_secret),
    Route("POST", f"{_OWNER}/channel/trial", Scope.MANAGE, send_owner_trial),
    Route("GET", "/apis/<api>/owner-notices", Scope.READ, list_owner_notices),
)
