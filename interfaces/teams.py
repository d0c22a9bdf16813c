"""Who of an API's team is told, and where: what page, API and command do to it, noted in the audit trail."""

from typing import Any

from sqlalchemy.orm import Session

from access.audit import record
from deprecations import owners
from deprecations.errors import EndpointNotFound
from deprecations.owner_models import ApiOwner
from interfaces.mail import endpoint_key, send_trial
from interfaces.runtime import Runtime
from interfaces.telling import BY_MAIL, NewSecret, ended_secret, trial_at
from notifications.endpoints import rotate_secret
from notifications.models import Endpoint, Envelope
from registry.models import Api


def add_owner(session: Session, runtime: Runtime, api: Api, *, by: str, **given: Any) -> ApiOwner:
    """Name somebody who is told what needs an API's team."""
    made = owners.add_owner(session, api, **given, now=runtime.clock())
    _note(session, runtime, api, "owner named", made.email, by)
    return made


def change_owner(
    session: Session, runtime: Runtime, api: Api, owner: ApiOwner, *, by: str, **changes: Any
) -> None:
    """Change what is said about one of a team."""
    owners.change_owner(session, owner, **changes)
    _note(session, runtime, api, "owner changed", owner.email, by)


def remove_owner(session: Session, runtime: Runtime, api: Api, owner: ApiOwner, *, by: str) -> None:
    """Tell one of a team no more."""
    email = owner.email
    owners.remove_owner(session, owner)
    _note(session, runtime, api, "owner removed", email, by)


def choose_owner_channel(
    session: Session, runtime: Runtime, api: Api, owner: ApiOwner, *, channel: str, address: str, by: str
) -> Endpoint | None:
    """Tell one of a team at an address, or by mail again; return the endpoint, None for mail."""
    if channel == BY_MAIL:
        owners.tell_owner_by_mail(session, owner)
        _note(session, runtime, api, "owner told by mail", owner.email, by)
        return None
    made = owners.tell_owner_at(
        session,
        owner,
        channel=channel,
        address=address,
        key=endpoint_key(runtime),
        allow_private=runtime.settings.channel_private_addresses,
        now=runtime.clock(),
    )
    _note(session, runtime, api, "owner told elsewhere", f"{owner.email} at {made.hint}", by)
    return made


def new_owner_secret(session: Session, runtime: Runtime, api: Api, owner: ApiOwner, *, by: str) -> NewSecret:
    """Begin a new secret for the webhook of one of a team."""
    endpoint = _endpoint(owner)
    ended = ended_secret(endpoint, runtime.clock())
    rotate_secret(session, endpoint, runtime.clock())
    _note(session, runtime, api, "message secret rotated", f"{owner.email} at {endpoint.hint}", by)
    return NewSecret(endpoint, ended)


def try_owner_channel(session: Session, runtime: Runtime, api: Api, owner: ApiOwner, *, by: str) -> Envelope:
    """Put a trial message to where one of a team is told into the outbox."""
    if owner.endpoint is None:
        return send_trial(session, runtime, owner.email, by=by)
    _note(session, runtime, api, "trial message sent", f"{owner.email} at {owner.endpoint.hint}", by)
    return trial_at(session, runtime, owner.endpoint, owner.language, by=by)


def _endpoint(owner: ApiOwner) -> Endpoint:
    if owner.endpoint is None:
        raise EndpointNotFound(f"{owner.email} is told by mail: give them another address first")
    return owner.endpoint


def _note(session: Session, runtime: Runtime, api: Api, action: str, detail: str, by: str) -> None:
    record(session, actor=by, action=action, subject=api.slug, detail=detail, now=runtime.clock())
